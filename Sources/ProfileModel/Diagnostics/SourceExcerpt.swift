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

    init(line: Substring, range: SourceRange) {
        let scalars = Array(line.unicodeScalars)
        let start = min(max(0, range.start.column - 1), scalars.count)
        let end =
            range.end.line == range.start.line ? min(max(start, range.end.column - 1), scalars.count) : scalars.count
        let from =
            scalars.count > SourceExcerpt.maximumWidth && start > SourceExcerpt.lead ? start - SourceExcerpt.lead : 0
        let until = min(scalars.count, from + SourceExcerpt.maximumWidth)
        let prefix = from > 0 ? "..." : ""
        text = prefix + SourceExcerpt.shown(scalars[from..<until]) + (until < scalars.count ? "..." : "")
        let before = prefix + SourceExcerpt.shown(scalars[from..<min(start, until)])
        indentation = String(repeating: " ", count: SourceExcerpt.columns(before))
        let marked = SourceExcerpt.shown(scalars[min(start, until)..<min(end, until)])
        width = max(1, SourceExcerpt.columns(SourceExcerpt.trimmingEnd(marked)))
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
