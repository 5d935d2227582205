/// Writes diagnostics for a person: place, source line, caret, notes and help.
///
///     error[P0201]: `9.9.9.299` is not an IPv4 or IPv6 address
///      --> travel.yaml:7:31
///       |
///     7 |     quad9: { addresses: [9.9.9.299] }
///       |                          ^^^^^^^^^
///       = help: write addresses like `9.9.9.9` or `2620:fe::fe`
package struct DiagnosticRenderer: Sendable {
    /// By the numbers that ranges have.
    package let sources: [SourceFile]
    /// Whether ANSI colours are written.
    package let isColoured: Bool

    package init(sources: [SourceFile], isColoured: Bool = false) {
        self.sources = sources
        self.isColoured = isColoured
    }

    /// All of them, a blank line after each.
    package func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
        diagnostics.map { render($0) + "\n" }.joined()
    }

    /// One of them; ends with a line break.
    package func render(_ diagnostic: Diagnostic) -> String {
        let style: Style = diagnostic.severity == .error ? .error : .warning
        let title = paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]", style)
        let margin = String(repeating: " ", count: marginWidth(diagnostic))
        var lines = ["\(title): \(paint(diagnostic.message, .strong))"]
        lines += excerpt(diagnostic.range, mark: "^", style: style, margin: margin)
        for note in diagnostic.notes { lines += self.note(note, margin: margin) }
        if let help = diagnostic.help {
            lines.append("\(margin) \(paint("=", .frame)) \(paint("help", .note)): \(help)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A place alone: its line and what is meant of it.
    package func render(_ range: SourceRange) -> String {
        let margin = String(repeating: " ", count: String(range.start.line).utf8.count)
        return excerpt(range, mark: "^", style: .note, margin: margin).map { $0 + "\n" }.joined()
    }

    private func note(_ note: Diagnostic.Note, margin: String) -> [String] {
        guard let range = note.range else {
            return ["\(margin) \(paint("=", .frame)) \(paint("note", .note)): \(note.message)"]
        }
        return ["\(paint("note", .note)): \(note.message)"] + excerpt(range, mark: "-", style: .note, margin: margin)
    }

    /// The place, its line, and what is meant of it.
    private func excerpt(_ range: SourceRange, mark: String, style: Style, margin: String) -> [String] {
        guard sources.indices.contains(range.file) else { return [] }
        let source = sources[range.file]
        let place = "\(margin)\(paint("-->", .frame)) \(source.name):\(range.start)"
        guard let line = source[line: range.start.line] else { return [place] }
        let excerpt = SourceExcerpt(line: line, range: range)
        let number = String(range.start.line)
        let gutter = String(repeating: " ", count: max(0, margin.utf8.count - number.utf8.count)) + number
        let underline = excerpt.indentation + paint(String(repeating: mark, count: excerpt.width), style)
        return [
            place, "\(margin) \(paint("|", .frame))", "\(paint("\(gutter) |", .frame)) \(excerpt.text)",
            "\(margin) \(paint("|", .frame)) \(underline)",
        ]
    }

    private func marginWidth(_ diagnostic: Diagnostic) -> Int {
        let ranges = [diagnostic.range] + diagnostic.notes.compactMap(\.range)
        return ranges.map { String($0.start.line).utf8.count }.max() ?? 1
    }

    private enum Style: String {
        case error = "1;31"
        case warning = "1;33"
        case note = "1;36"
        case frame = "34"
        case strong = "1"
    }

    private func paint(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
