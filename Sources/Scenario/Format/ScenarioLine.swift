/// One line of a scenario without its comment.
struct ScenarioLine {
    let number: Int
    /// Not empty.
    let text: Substring

    var words: [Substring] { text.split(whereSeparator: \.isWhitespace) }

    var keyword: Substring { text.prefix { !$0.isWhitespace } }

    /// What stands behind the keyword.
    var rest: Substring {
        let rest = text.dropFirst(keyword.count).drop(while: \.isWhitespace)
        return rest
    }
}

/// The lines of a file that say something, in order.
struct ScenarioLines {
    private var lines: ArraySlice<ScenarioLine>

    /// A comment begins with `;` outside of quotes, or is a line that begins with `#`.
    init(_ text: some StringProtocol) {
        var lines: [ScenarioLine] = []
        var number = 0
        // A line may end as those of other systems do: carriage return and line feed are one character.
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            number += 1
            let said = ScenarioLines.said(in: Substring(line))
            if !said.isEmpty { lines.append(ScenarioLine(number: number, text: said)) }
        }
        self.lines = lines[...]
    }

    var first: ScenarioLine? { lines.first }

    mutating func next() -> ScenarioLine? { lines.popFirst() }

    /// The next line; throws when the file ends where `what` is awaited.
    mutating func next(_ what: String, since line: Int) throws(ScenarioError) -> ScenarioLine {
        guard let next = lines.popFirst() else {
            throw .malformed("the file ends before `\(what)`", line: line)
        }
        return next
    }

    private static func said(in line: Substring) -> Substring {
        var isQuoted = false
        var isEscaped = false
        var end = line.startIndex
        for index in line.indices {
            let character = line[index]
            if character == ";", !isQuoted, !isEscaped { break }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            end = line.index(after: index)
        }
        let said = line[..<end].drop(while: \.isWhitespace)
        if said.first == "#" { return "" }
        return said.lastIndex { !$0.isWhitespace }.map { said[...$0] } ?? ""
    }
}
