internal import ArgumentParser
internal import Bundle
internal import CanonicalJSON
internal import LinuxIO
internal import PolicyCompiler
internal import ProfileModel

/// `enigmctl profile compile`: a profile becomes the bundle that the daemons read.
struct ProfileCompile: Verb {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Compiles a profile to the bundle that the daemons read.",
        discussion: """
            The bundle is written as a whole or not at all. What this version cannot compile is an error: a bundle \
            never says less than its profile. `nft` and `nft-json` show the table as this machine would have it, \
            its users and devices filled in, on standard output unless -o is given. With --stop-after nothing is \
            compiled beyond a stage, and what it made is shown.

            EXAMPLES:
              enigmctl profile compile travel.yaml
              enigmctl profile compile travel.yaml -o /etc/enigm/travel.bundle --sign fleet-key.pem
              enigmctl profile compile travel.yaml --emit nft | nft -c -f -
              enigmctl profile compile travel.yaml --stop-after plan

            EXIT STATUS:
              0 written, 1 errors in the profile, 3 a file cannot be read or written
            """)

    /// What can be made of a profile.
    enum Product: String, ExpressibleByArgument, CaseIterable {
        case bundle
        /// Text that `nft -f` loads.
        case nft
        /// JSON that `nft -j -f` loads.
        case nftJSON = "nft-json"
    }

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The profile.", completion: .file(extensions: ["yaml"]))
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write (default: beside the profile, with the extension .bundle).", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: "What to make of the profile.")
    var emit = Product.bundle

    @Option(
        name: .customLong("stop-after"),
        help: ArgumentHelp("Go no further than this, and show what is there then.", valueName: "stage"))
    var stage: InspectedStage?

    @Option(
        name: .customLong("sign"),
        help: ArgumentHelp(
            "Sign with this Ed25519 private key (PEM, from `openssl genpkey -algorithm ed25519`).", valueName: "key"),
        completion: .file())
    var keyFile: String?

    func run() throws {
        if let stage { return try inspect(stage) }
        let input = try ProfileInput(path: file, through: .bundle)
        guard let writer = input.bundle else {
            report(input, result: nil)
            throw ExitStatus.findings
        }
        guard emit == .bundle else { return try emitRuleset(input, writer.manifest) }
        let result = try CompiledBundle(writer, path: bundlePath, keyFile: keyFile)
        try result.write()
        report(input, result: result)
    }

    func validate() throws {
        guard stage == nil || emit == .bundle && keyFile == nil && output == nil else {
            throw ValidationError("`--stop-after` makes no bundle: leave out `--emit`, `--sign` and `-o`")
        }
        guard bundlePath != file else { throw ValidationError("the bundle would replace the profile `\(file)`") }
        guard emit != .bundle else { return }
        guard keyFile == nil else { throw ValidationError("only a bundle can be signed") }
        guard !global.wantsJSON || output != nil else {
            throw ValidationError("`--json` has the standard output: say with -o where the ruleset goes")
        }
    }

    /// The table goes to the output; diagnostics and names that this machine does not know to the error stream.
    private func emitRuleset(_ input: ProfileInput, _ manifest: BundleManifest) throws {
        guard let enforcement = manifest.enforcement else { preconditionFailure("compiled bundles have a table") }
        let ruleset = try EmittedRuleset(enforcement)
        let text = ruleset.text(emit)
        if let output {
            do throws(SystemError) {
                try FileContents.replace(output, with: Array(text.utf8))
            } catch {
                throw Failure.environment("cannot write `\(output)`: \(error.reason)")
            }
        }
        guard !global.wantsJSON else {
            return Document.write([
                "schema": "enigm.profile-compile/1", "file": .string(file),
                "diagnostics": .array(input.diagnostics.map { $0.json(input.sources) }), "bundle": .null,
                "warnings": .array(ruleset.warnings.map { .string($0) }),
            ])
        }
        let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.errorIsColoured)
        StandardStreams.writeError(renderer.render(input.diagnostics))
        for warning in ruleset.warnings { StandardStreams.writeError("warning: \(warning)\n") }
        if output == nil { StandardStreams.writeOutput(text) }
    }

    /// What is wrong goes to the error stream. Nothing was made where an error is.
    private func inspect(_ stage: InspectedStage) throws {
        let input = try ProfileInput(path: file, through: stage.last)
        guard !global.wantsJSON else {
            let content = stage.json(input)
            Document.write([
                "schema": "enigm.profile-compile/1", "file": .string(file), "bundle": .null,
                "diagnostics": .array(input.diagnostics.map { $0.json(input.sources) }),
                "stage": .string(stage.rawValue), "content": content ?? .null,
            ])
            if content == nil { throw ExitStatus.findings }
            return
        }
        guard let text = stage.text(input) else {
            report(input, result: nil)
            throw ExitStatus.findings
        }
        let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.errorIsColoured)
        StandardStreams.writeError(renderer.render(input.diagnostics))
        StandardStreams.writeOutput(text)
    }

    private var bundlePath: String {
        if let output { return output }
        let name = file.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return file + ".bundle" }
        return String(file[..<dot]) + ".bundle"
    }

    /// Diagnostics go to the error stream, and what was done to the output.
    private func report(_ input: ProfileInput, result: CompiledBundle?) {
        guard !global.wantsJSON else { return writeDocument(input, result) }
        let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.errorIsColoured)
        StandardStreams.writeError(renderer.render(input.diagnostics))
        if let result {
            StandardStreams.writeOutput(result.text)
        } else {
            StandardStreams.writeError("`\(file)` does not compile: \(ProblemCount(input.diagnostics).text)\n")
        }
    }

    private func writeDocument(_ input: ProfileInput, _ result: CompiledBundle?) {
        Document.write([
            "schema": "enigm.profile-compile/1", "file": .string(file),
            "diagnostics": .array(input.diagnostics.map { $0.json(input.sources) }), "bundle": result?.json ?? .null,
        ])
    }
}
