/// Says in our words what libyaml says in its own, and what to do.
enum SyntaxAdvice {
    /// `rest` is what stands from the place on, to the end of its line. A note on the same place says nothing more.
    static func problem(
        _ problem: String, at mark: YAMLMark, before rest: String, note: YAMLProblem.Note?
    ) -> YAMLProblem {
        let isInOneLine = note?.range.lowerBound.line == mark.line
        let (message, help) =
            advice(on: problem, before: rest, isInOneLine: isInOneLine) ?? advice[problem] ?? (problem, nil)
        let elsewhere = note.flatMap { $0.range.lowerBound == mark ? nil : $0 }
        return YAMLProblem(.syntax, message, at: mark..<mark, note: elsewhere, help: help)
    }

    /// Slips that the character at the place tells. A bracket is open, in this line or an earlier one.
    private static func advice(
        on problem: String, before rest: String, isInOneLine: Bool
    ) -> (message: String, help: String?)? {
        guard let first = rest.unicodeScalars.first else { return nil }
        switch (problem, first) {
        case ("found character that cannot start any token", "\t"):
            return ("a tab stands where a key or value should", "indent with spaces, not tabs")
        case ("found character that cannot start any token", _):
            return ("no value can start with `\(first)`", "put the text in quotes: `\"\(word(rest))\"`")
        case ("did not find expected node content", ":"):
            return ("no value can start with `:`", "put the text in quotes: `\"\(word(rest))\"`")
        case ("did not find expected ',' or '}'", ":") where isInOneLine,
            ("did not find expected ',' or ']'", ":") where isInOneLine:
            return ("a `:` stands where no value may follow", "put a text that contains `: ` in quotes")
        case ("did not find expected alphabetic or numeric character", _):
            return (
                "a text that starts with `*` or `&` is a reference in YAML",
                "put the text in quotes, like `\"*\(word(rest))\"`"
            )
        default: return nil
        }
    }

    /// Up to what ends a text between brackets.
    private static func word(_ rest: String) -> Substring {
        rest.prefix { !$0.isWhitespace && ![",", "]", "}"].contains($0) }
    }

    private static let unclosed = "close the bracket or brace that was opened before, or separate entries with commas"
    private static let indentation = "keys of one mapping start in the same column; check the indentation"

    private static let advice: [String: (message: String, help: String?)] = [
        "mapping values are not allowed in this context": (
            "a `:` stands where no value may follow",
            "put a text that contains `: ` in quotes, or check the indentation of this line"
        ),
        "found a tab character that violates indentation": ("a tab stands in the indentation", "indent with spaces"),
        "did not find expected key": ("a key was expected here", indentation),
        "could not find expected ':'": (
            "this line has no `:` after its key", "write `key: value`, or indent the line to continue the text before"
        ),
        "did not find expected ',' or ']'": ("a list is not closed", unclosed),
        "did not find expected ',' or '}'": ("a mapping is not closed", unclosed),
        "did not find expected '-' indicator": (
            "an entry of the list was expected here", "start every entry with `- `"
        ),
        "did not find expected node content": ("a value was expected here", unclosed),
        "did not find expected <document start>": (
            "the text goes on after the end of the profile",
            "check the indentation, and quotes that are closed too early"
        ),
        "block sequence entries are not allowed in this context": (
            "a list entry cannot start here", "start the list on a line of its own"
        ),
        "block mapping entries are not allowed in this context": ("a key cannot start here", indentation),
        "mapping keys are not allowed in this context": ("a key cannot start here", indentation),
        "found unexpected end of stream": ("the file ends within a quoted text", "close the quotes"),
        "found unexpected document indicator": ("the document ends within a quoted text", "close the quotes"),
        "found unknown escape character": (
            "there is no such escape in double quotes", "write `\\\\` for a backslash, or use single quotes"
        ),
    ]
}
