internal import LinuxIO

/// Lines for the operator on standard error: changes of state, never single attempts or questions.
package struct ServiceLog: Sendable {
    /// Severities as journald reads them at a line's start.
    package enum Severity: Int, Sendable {
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6
    }

    private let program: String
    private let hasPrefixes: Bool

    package init(program: String) {
        self.init(
            program: program,
            hasPrefixes: !StandardStreams.errorIsTerminal || Environment["JOURNAL_STREAM"] != nil)
    }

    package init(program: String, hasPrefixes: Bool) {
        self.program = program
        self.hasPrefixes = hasPrefixes
    }

    package func write(_ severity: Severity, _ message: String) { StandardStreams.writeError(line(severity, message)) }

    package func line(_ severity: Severity, _ message: String) -> String {
        let oneLine = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return hasPrefixes ? "<\(severity.rawValue)>\(oneLine)\n" : "\(program): \(oneLine)\n"
    }
}
