internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import PolicyCompiler
internal import ProfileModel

/// `enigmctl profile check`: everything that is wrong with some profiles.
struct ProfileCheck: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reports everything that is wrong with profiles.",
        discussion: """
            Every problem is shown with its place, a stable code and what to write instead. What the language allows \
            and this version cannot compile yet is a warning here; `profile compile` refuses it.

            EXAMPLES:
              enigmctl profile check travel.yaml
              enigmctl profile check --json policy-profiles/*.yaml

            EXIT STATUS:
              0 no errors, 1 errors, 3 a file cannot be opened
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The profiles.", completion: .file(extensions: ["yaml"]))
    var files: [String]

    func run() throws {
        let reports = files.map { FileReport(path: $0) }
        if global.wantsJSON { writeDocument(reports) } else { write(reports) }
        if reports.contains(where: { $0.failure != nil }) { throw ExitStatus.environmentFailed }
        if reports.contains(where: { $0.diagnostics.hasErrors }) { throw ExitStatus.findings }
    }

    /// What is said about one file.
    private struct FileReport {
        let path: String
        private(set) var diagnostics: [Diagnostic] = []
        private(set) var sources: [SourceFile] = []
        /// Why it could not be read at all.
        private(set) var failure: String?

        init(path: String) {
            self.path = path
            do {
                let input = try ProfileInput(path: path, through: .limits)
                sources = input.sources
                diagnostics = input.diagnostics.map(FileReport.softened)
            } catch {
                failure = error.message
            }
        }

        /// The language has it, so the profile is right; only this version is not there yet.
        private static func softened(_ diagnostic: Diagnostic) -> Diagnostic {
            guard diagnostic.code == .notSupported else { return diagnostic }
            var warning = diagnostic
            warning.severity = .warning
            return warning
        }
    }

    private func write(_ reports: [FileReport]) {
        for report in reports {
            if let failure = report.failure { StandardStreams.writeError("enigmctl: \(failure)\n") }
            let renderer = DiagnosticRenderer(sources: report.sources, isColoured: Terminal.outputIsColoured)
            StandardStreams.writeOutput(renderer.render(report.diagnostics))
        }
        let unreadable = reports.count { $0.failure != nil }
        // Where nothing could be read nothing was checked, and that has been said.
        guard unreadable < reports.count else { return }
        let problems = ProblemCount(reports.flatMap(\.diagnostics))
        let missing = unreadable == 0 ? "" : ", \(unreadable) unreadable"
        let checked = count(reports.count - unreadable, "file")
        StandardStreams.writeOutput("checked \(checked): \(problems.text)\(missing)\n")
    }

    private func writeDocument(_ reports: [FileReport]) {
        let problems = ProblemCount(reports.flatMap(\.diagnostics))
        Document.write([
            "schema": "enigm.profile-check/1", "errors": .integer(Int64(problems.errors)),
            "warnings": .integer(Int64(problems.warnings)),
            "files": .array(
                reports.map { report in
                    var object: JSONObject = [
                        "file": .string(report.path),
                        "diagnostics": .array(report.diagnostics.map { $0.json(report.sources) }),
                    ]
                    object["error"] = report.failure.map { .string($0) }
                    return .object(object)
                }),
        ])
    }
}
