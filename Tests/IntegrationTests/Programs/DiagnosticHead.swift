/// The first line of a diagnostic: `FILE:LINE:COLUMN: error[CODE]: message`.
struct DiagnosticHead {
    let line: Int
    let column: Int
    let code: String

    /// Nil for any other line.
    init?(_ text: String, file: String) {
        guard text.hasPrefix("\(file):") else { return nil }
        let parts = text.dropFirst(file.count + 1).split(separator: ":", maxSplits: 3)
        guard parts.count >= 3, let line = Int(parts[0]), let column = Int(parts[1]) else { return nil }
        let brackets = parts[2].split(separator: "[")
        guard brackets.first?.contains("error") == true else { return nil }
        self.line = line
        self.column = column
        code = brackets.count > 1 ? String(brackets[1].prefix { $0 != "]" }) : ""
    }
}
