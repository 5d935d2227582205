internal import LinuxIO

/// What the lab says: results on standard output, everything else on standard error.
enum LabOutput {
    static func progress(_ text: String) { StandardStreams.writeError("enigm-lab: \(text)\n") }

    static func failure(_ failure: LabFailure) {
        switch failure {
        case .findings(let text): diagnostics(text)
        case .usage, .environment: StandardStreams.writeError("enigm-lab: \(failure)\n")
        }
    }

    /// Warnings about a profile that can be used all the same.
    static func diagnostics(_ text: String) { StandardStreams.writeError(text) }

    static func result(_ lines: [String]) { StandardStreams.writeOutput(lines.map { $0 + "\n" }.joined()) }

    /// Whether diagnostics are coloured: for a person who has not asked for plain text.
    static var isColoured: Bool {
        StandardStreams.errorIsTerminal && (Environment["NO_COLOR"] ?? "").isEmpty
    }
}
