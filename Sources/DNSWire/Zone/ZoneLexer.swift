/// One entry of a zone file: a line, or several that parentheses hold together.
struct ZoneLine {
    /// Where it begins.
    var number: Int
    /// The owner is left out: it is that of the record before.
    var beginsWithBlank: Bool
    /// Without quotes, with escapes as they were written.
    var words: [[UInt8]]
}

/// Cuts a zone file into entries and words (RFC 1035 section 5.1): blanks divide words, quotes hold them together,
/// `;` begins a comment, parentheses join lines.
struct ZoneLexer {
    private var rest: Substring.UTF8View
    private var lineNumber: Int
    private var line: ZoneLine
    private var word: [UInt8]?
    private var isQuoted = false
    private var depth = 0

    init(_ text: String, firstLine: Int = 1) {
        rest = Substring(text).utf8
        lineNumber = firstLine
        line = ZoneLine(number: firstLine, beginsWithBlank: false, words: [])
    }

    /// The words of text that is one entry; none when it is empty.
    static func words(_ text: String) throws(ZoneTextError) -> [[UInt8]] {
        var lexer = ZoneLexer(text)
        let words = try lexer.next()?.words ?? []
        guard let second = try lexer.next() else { return words }
        throw ZoneTextError(line: second.number, message: "there is a second line")
    }

    /// The next entry that has words, nil at the end.
    mutating func next() throws(ZoneTextError) -> ZoneLine? {
        while !rest.isEmpty {
            let line = try readLine()
            if !line.words.isEmpty { return line }
        }
        return nil
    }

    private mutating func readLine() throws(ZoneTextError) -> ZoneLine {
        line = ZoneLine(number: lineNumber, beginsWithBlank: rest.first.map(ZoneLexer.isBlank) ?? false, words: [])
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\n") {
                guard !isQuoted else { throw error("a quote is opened and not closed") }
                lineNumber += 1
                endWord()
                if depth == 0 { return line }
            } else {
                try take(byte)
            }
        }
        guard !isQuoted else { throw error("a quote is opened and not closed") }
        guard depth == 0 else { throw error("a parenthesis is opened and not closed") }
        endWord()
        return line
    }

    private mutating func take(_ byte: UInt8) throws(ZoneTextError) {
        switch byte {
        case UInt8(ascii: "\\"):
            word = (word ?? []) + [byte]
            if let escaped = rest.first, escaped != UInt8(ascii: "\n") {
                word?.append(escaped)
                rest.removeFirst()
            }
        case UInt8(ascii: "\""):
            isQuoted.toggle()
            word = word ?? []
        case _ where isQuoted: word?.append(byte)
        case UInt8(ascii: ";"): rest = rest.drop { $0 != UInt8(ascii: "\n") }
        case UInt8(ascii: "("):
            endWord()
            depth += 1
        case UInt8(ascii: ")"):
            guard depth > 0 else { throw error("a parenthesis is closed and was not opened") }
            endWord()
            depth -= 1
        case _ where ZoneLexer.isBlank(byte): endWord()
        default: word = (word ?? []) + [byte]
        }
    }

    private mutating func endWord() {
        if let word { line.words.append(word) }
        word = nil
    }

    private func error(_ message: String) -> ZoneTextError { ZoneTextError(line: line.number, message: message) }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
