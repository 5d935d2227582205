/// The words of a record's data in text, taken one by one. Quotes are gone; escapes stay as they were written
/// (RFC 1035 section 5.1).
struct RdataTokens {
    private(set) var rest: ArraySlice<[UInt8]>

    init(_ words: ArraySlice<[UInt8]>) { rest = words }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next word as it was written.
    mutating func next(_ meaning: String) throws(RdataSyntaxError) -> [UInt8] {
        guard let token = rest.popFirst() else { throw RdataSyntaxError("the \(meaning) is missing") }
        return token
    }

    /// The next word as `read` understands it.
    mutating func next<Value>(
        _ meaning: String, _ kind: String, _ read: (String) -> Value?
    ) throws(RdataSyntaxError) -> Value {
        try RdataTokens.value(String(decoding: try next(meaning), as: UTF8.self), kind, read)
    }

    /// All words that are left, without what divides them, as `read` understands them.
    mutating func remainder<Value>(
        _ meaning: String, _ kind: String, _ read: (String) -> Value?
    ) throws(RdataSyntaxError) -> Value {
        guard !rest.isEmpty else { throw RdataSyntaxError("the \(meaning) is missing") }
        defer { rest = [] }
        return try RdataTokens.value(String(decoding: rest.joined(), as: UTF8.self), kind, read)
    }

    /// The next word with its escapes resolved.
    mutating func nextString(_ meaning: String) throws(RdataSyntaxError) -> [UInt8] {
        try RdataTokens.unescape(next(meaning), meaning)
    }

    mutating func nextNumber<Number: FixedWidthInteger>(
        _ meaning: String, as type: Number.Type = Number.self
    ) throws(RdataSyntaxError) -> Number {
        try next(meaning, "number from 0 to \(Number.max) for the \(meaning)") { text in
            text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Number(text) : nil
        }
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

    private static func value<Value>(
        _ text: String, _ kind: String, _ read: (String) -> Value?
    ) throws(RdataSyntaxError) -> Value {
        guard let value = read(text) else { throw RdataSyntaxError("`\(text)` is no \(kind)") }
        return value
    }
}
