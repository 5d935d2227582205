package import LinuxIO

/// The program `enigm-scenario`, from its arguments to its exit code.
package enum ScenarioProgram {
    /// The largest files of the field have some hundred kilobytes.
    static let maximumFileBytes = 16 << 20

    private static let usage = "usage: enigm-scenario FILE..."
    private static let help = """
        \(usage)

        Plays scenarios in the field's .rpl format to the resolver's core, in process and on a clock of its own: no
        socket is opened and no time passes. Prints one line a file, and the difference at the first step that fails.

        exit code: 0 all passed, 1 a scenario failed, 2 wrong usage or a directive that is not supported,
                   3 a file cannot be read; of several the highest

        """

    /// `arguments` without the program's name.
    package static func run(_ arguments: [String]) -> ExitCode {
        if arguments.contains("--help") || arguments.contains("-h") {
            StandardStreams.writeOutput(help)
            return .success
        }
        if let option = arguments.first(where: { $0.hasPrefix("-") }) {
            StandardStreams.writeError("enigm-scenario: unknown option `\(option)`\n\(usage)\n")
            return .wrongUsage
        }
        guard !arguments.isEmpty else {
            StandardStreams.writeError("enigm-scenario: no file is given\n\(usage)\n")
            return .wrongUsage
        }
        let codes = arguments.map(play)
        return ExitCode(rawValue: codes.map(\.rawValue).max() ?? 0) ?? .success
    }

    private static func play(_ path: String) -> ExitCode {
        let report: ScenarioReport
        do {
            let bytes = try FileContents.read(path, limitBytes: maximumFileBytes)
            report = ScenarioReport(path, String(decoding: bytes, as: UTF8.self))
        } catch {
            StandardStreams.writeError("enigm-scenario: \(error)\n")
            return .environmentFailed
        }
        StandardStreams.writeOutput(report.text)
        return report.exitCode
    }
}
