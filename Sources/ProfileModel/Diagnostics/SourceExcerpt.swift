/// One line of the text as it is shown under a diagnostic, and where the marked part stands in it.
struct SourceExcerpt {
    /// What is shown of a longer line: a screen and a half.
    static let maximumWidth = 160
    /// How much of the line before the marked part is shown when not all of it can be.
    private static let lead = 40

    let text: String
    let indentation: String
    /// At least one.
    let width: Int

    init(line: String, range: SourceRange) {
        // Lines may be very long: only the shown window is ever copied.
        let (start, from) = SourceExcerpt.window(line, column: range.start.column - 1)
        let rest = line.unicodeScalars.dropFirst(from)
        let window = Array(rest.prefix(SourceExcerpt.maximumWidth))
        let goesOn = rest.dropFirst(SourceExcerpt.maximumWidth).first != nil
        let length = range.end.line == range.start.line ? range.end.column - range.start.column : Int.max
        let first = min(start - from, window.count)
        let last = length < window.count - first ? first + max(0, length) : window.count
        let prefix = from > 0 ? "..." : ""
        text = prefix + SourceExcerpt.shown(window[...]) + (goesOn ? "..." : "")
        let before = prefix + SourceExcerpt.shown(window[..<first])
        indentation = String(repeating: " ", count: SourceExcerpt.columns(before))
        let marked = SourceExcerpt.trimmingEnd(SourceExcerpt.shown(window[first..<last]))
        width = max(1, SourceExcerpt.columns(marked))
    }

    /// Where the marked part starts in the line, and where the shown part does.
    private static func window(_ line: String, column: Int) -> (start: Int, from: Int) {
        let start = max(0, column)
        let isShort = line.utf8.count <= maximumWidth || line.unicodeScalars.dropFirst(maximumWidth).first == nil
        return (start, isShort || start <= lead ? 0 : start - lead)
    }

    /// One scalar for each: a blank for a tab, a replacement for what a terminal would obey.
    private static func shown(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in scalars {
            result.append(scalar == "\t" ? " " : PrintableText.isPrintable(scalar) ? scalar : "\u{FFFD}")
        }
        return String(result)
    }

    private static func trimmingEnd(_ text: String) -> Substring {
        var rest = text[...]
        while rest.last == " " { rest.removeLast() }
        return rest
    }

    /// How many columns a terminal needs: combining marks none, East Asian wide characters two.
    private static func columns(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
