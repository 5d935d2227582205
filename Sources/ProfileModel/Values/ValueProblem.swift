/// Why a text is not the value that belongs there; becomes a `Diagnostic` once its place is known.
package struct ValueProblem: Error, Hashable, Sendable {
    package let code: DiagnosticCode
    package let message: String
    package let help: String?

    package init(_ code: DiagnosticCode, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
    }

    package func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(code, message, at: range, help: help)
    }
}
