/// One thing that is wrong with what a user wrote, and what to do about it.
///
/// Messages start in lower case, end without a full stop and quote the user's own text in backticks.
package struct Diagnostic: Hashable, Sendable {
    package var severity: Severity
    package var code: DiagnosticCode
    package var message: String
    package var range: SourceRange
    /// Other places that explain this one.
    package var notes: [Note]
    /// What to write instead.
    package var help: String?

    package init(
        _ code: DiagnosticCode, severity: Severity = .error, _ message: String, at range: SourceRange,
        notes: [Note] = [], help: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = PrintableText.message(message)
        self.range = range
        self.notes = notes
        self.help = help.map(PrintableText.message)
    }

    /// Errors stop a profile from being compiled; warnings do not.
    package enum Severity: String, Hashable, Sendable, CaseIterable {
        case error
        case warning
    }

    /// A second place that belongs to a diagnostic: "first written here".
    package struct Note: Hashable, Sendable {
        package var message: String
        /// Nil when the note is about no place in this file.
        package var range: SourceRange?

        package init(_ message: String, at range: SourceRange?) {
            self.message = PrintableText.message(message)
            self.range = range
        }
    }
}

extension Sequence<Diagnostic> {
    /// Whether anything here stops the profile from being used.
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// In the order of the text; those at one place by code.
    package func sortedByPosition() -> [Diagnostic] {
        sorted { ($0.range, $0.code.rawValue, $0.message) < ($1.range, $1.code.rawValue, $1.message) }
    }
}
