internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import PolicyCompiler
internal import ProfileModel

/// `enigmctl profile test`: the tests that a profile brings along, without sending a packet.
struct ProfileTestCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs a profile's tests, without sending a packet.",
        discussion: """
            Each packet is judged twice: by what the profile says, and by the table that it is compiled to. Both must \
            be as expected. Any sender of the subject is tried. What is not as expected is shown with the line of the \
            profile that decided.

            EXAMPLES:
              enigmctl profile test travel.yaml
              enigmctl profile test --json travel.yaml

            EXIT STATUS:
              0 all as expected, 1 something is not, or the profile has errors, 3 the file cannot be read
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The profile.", completion: .file(extensions: ["yaml"]))
    var file: String

    @OptionGroup var time: MomentOption

    func run() throws {
        let moment = try time.moment
        let input = try ProfileInput(path: file, through: .enforcement)
        guard let simulation = input.simulation() else {
            report(input, nil)
            throw ExitStatus.findings
        }
        let run = ProfileTestRun(simulation, at: moment)
        report(input, run)
        guard run.hasPassed else { throw ExitStatus.findings }
    }

    private func report(_ input: ProfileInput, _ run: ProfileTestRun?) {
        let diagnostics = input.diagnostics + (run?.diagnostics ?? [])
        guard !global.wantsJSON else {
            return Document.write([
                "schema": "enigm.profile-test/1", "file": .string(file),
                "diagnostics": .array(diagnostics.map { $0.json(input.sources) }),
                "passed": .bool(run?.hasPassed ?? false),
                "tests": .array(run?.json(input.sources) ?? []),
            ])
        }
        let renderer = DiagnosticRenderer(sources: input.sources, isColoured: Terminal.errorIsColoured)
        StandardStreams.writeError(renderer.render(diagnostics))
        guard let run else {
            return StandardStreams.writeError("`\(file)` does not compile: \(ProblemCount(diagnostics).text)\n")
        }
        StandardStreams.writeOutput(run.text(input.sources))
    }
}
