/// The words of a record's data in text: blanks divide them, quotes hold them together, escapes stay as written
/// (RFC 1035 section 5.1).
struct RdataTokens {
    private(set) var rest: ArraySlice<[UInt8]>

    init(_ text: String) throws(RdataSyntaxError) {
        rest = try RdataTokens.split(Array(text.utf8))[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next word as it was written, without its quotes.
    mutating func next(_ meaning: String) throws(RdataSyntaxError) -> [UInt8] {
        guard let token = rest.popFirst() else { throw RdataSyntaxError("the \(meaning) is missing") }
        return token
    }

    mutating func nextText(_ meaning: String) throws(RdataSyntaxError) -> String {
        String(decoding: try next(meaning), as: UTF8.self)
    }

    /// The next word with its escapes resolved.
    mutating func nextString(_ meaning: String) throws(RdataSyntaxError) -> [UInt8] {
        try RdataTokens.unescape(next(meaning), meaning)
    }

    mutating func nextNumber<Number: FixedWidthInteger>(
        _ meaning: String, as type: Number.Type = Number.self
    ) throws(RdataSyntaxError) -> Number {
        let text = try nextText(meaning)
        guard let number = Number(text), number >= 0 else {
            throw RdataSyntaxError("`\(text)` is no number from 0 to \(Number.max) for the \(meaning)")
        }
        return number
    }

    static func unescape(_ token: [UInt8], _ meaning: String) throws(RdataSyntaxError) -> [UInt8] {
        var characters = EscapedText(token[...])
        var bytes: [UInt8] = []
        while let character = characters.next() {
            guard let character = character.valid else {
                throw RdataSyntaxError("a backslash in the \(meaning) is followed neither by a character nor by `DDD`")
            }
            bytes.append(character.byte)
        }
        return bytes
    }

    private static func split(_ text: [UInt8]) throws(RdataSyntaxError) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        var token: [UInt8]?
        var isQuoted = false
        var isEscaped = false
        for byte in text {
            if isEscaped {
                token = (token ?? []) + [byte]
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                token = token ?? []
            } else if !isQuoted, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if let token { tokens.append(token) }
                token = nil
            } else {
                token = (token ?? []) + [byte]
                isEscaped = byte == UInt8(ascii: "\\")
            }
        }
        guard !isQuoted else { throw RdataSyntaxError("a quote is opened and not closed") }
        if let token { tokens.append(token) }
        return tokens
    }
}
