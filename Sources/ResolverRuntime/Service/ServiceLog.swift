internal import LinuxIO

/// Lines for the operator on standard error: changes of state, never single attempts or questions.
struct ServiceLog {
    /// Severities as journald reads them at a line's start.
    enum Severity: Int {
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6
    }

    private let hasPrefixes: Bool

    init() { self.init(hasPrefixes: !StandardStreams.errorIsTerminal || Environment["JOURNAL_STREAM"] != nil) }

    init(hasPrefixes: Bool) { self.hasPrefixes = hasPrefixes }

    func write(_ severity: Severity, _ message: String) { StandardStreams.writeError(line(severity, message)) }

    func line(_ severity: Severity, _ message: String) -> String {
        let oneLine = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return hasPrefixes ? "<\(severity.rawValue)>\(oneLine)\n" : "enigm-resolverd: \(oneLine)\n"
    }
}
