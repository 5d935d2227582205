package import LinuxIO

/// What is told about one file: a line, and what was different at the first step that failed.
package struct ScenarioReport {
    package let text: String
    package let exitCode: ExitCode

    /// Plays the scenario that `contents` holds. `path` names it.
    package init(_ path: String, _ contents: String) {
        let file: ScenarioFile
        do {
            file = try ScenarioFile(contents)
        } catch {
            self.init(path, error)
            return
        }
        var runner = ScenarioRunner(file)
        self.init(path, file.title, runner.run())
    }

    private init(_ path: String, _ error: ScenarioError) {
        exitCode = .wrongUsage
        switch error {
        case .unsupported(let directive, let line):
            text = "unsupported \(path):\(line): `\(directive)` is not supported\n"
        case .malformed(let reason, let line): text = "malformed \(path):\(line): \(reason)\n"
        }
    }

    private init(_ path: String, _ title: String, _ outcome: ScenarioOutcome) {
        switch outcome {
        case .passed:
            text = "passed \(path)\(title.isEmpty ? "" : ": ")\(title)\n"
            exitCode = .success
        case .failed(let failure):
            let lines = failure.difference.map { "    \($0)\n" }.joined()
            text = "failed \(path):\(failure.line): step \(failure.step): \(failure.reason)\n\(lines)"
            exitCode = .findings
        }
    }
}
