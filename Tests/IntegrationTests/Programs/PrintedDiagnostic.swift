/// A diagnostic as a person reads it: `error[CODE]: MESSAGE`, then `--> FILE:LINE:COLUMN`, the line, a caret and help.
struct PrintedDiagnostic {
    let code: String
    let line: Int
    let column: Int
    let hasCaret: Bool
    let hasHelp: Bool

    /// Every error that was printed.
    static func all(in text: String) -> [PrintedDiagnostic] {
        var blocks: [[Substring]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("error[") { blocks.append([]) }
            if !blocks.isEmpty { blocks[blocks.count - 1].append(line) }
        }
        return blocks.compactMap(PrintedDiagnostic.init)
    }

    /// Nil without a place.
    private init?(_ lines: [Substring]) {
        let place = lines.first { $0.contains("--> ") }?.split(separator: ":").compactMap { Int($0) }
        guard let place, place.count == 2 else { return nil }
        code = String(lines[0].drop { $0 != "[" }.dropFirst().prefix { $0 != "]" })
        line = place[0]
        column = place[1]
        hasCaret = lines.contains { $0.contains("| ") && $0.contains("^") }
        hasHelp = lines.contains { $0.contains("= help: ") }
    }
}
