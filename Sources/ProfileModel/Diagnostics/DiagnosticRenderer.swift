/// Writes diagnostics for a person: place, source line, caret, notes and help.
package struct DiagnosticRenderer: Sendable {
    package let source: SourceFile
    /// Whether ANSI colours are written.
    package let isColoured: Bool

    package init(source: SourceFile, isColoured: Bool = false) {
        self.source = source
        self.isColoured = isColoured
    }

    /// All of them, a blank line after each.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { render($0) + "\n" }.joined()
    }

    /// `error[P0101]: ...` with its excerpt; ends with a line break.
    package func render(_ diagnostic: Diagnostic) -> String {
        "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]: \(diagnostic.message)\n"
    }
}
