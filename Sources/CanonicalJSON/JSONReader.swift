/// A strict reader of JSON (RFC 8259) for bytes that nobody vouches for: bounded in size and depth, no duplicate
/// keys, no half surrogates, no bytes behind the value, no extensions.
package struct JSONReader: ~Escapable {
    /// Arrays and objects inside one another; the reader recurses, and nothing of ours nests deeper than ten.
    package static let maximumDepth = 64

    let bytes: Span<UInt8>
    var offset = 0
    private var depth = 0
    /// Whether what has been read is as `CanonicalJSONWriter` writes it.
    var isCanonical = true

    /// The one value that all of `bytes` are. `maximumBytes` also bounds memory: a value takes two bytes or more.
    package static func read(_ bytes: Span<UInt8>, maximumBytes: Int) throws(JSONError) -> JSONValue {
        var isCanonical = true
        return try read(bytes, maximumBytes: maximumBytes, isCanonical: &isCanonical)
    }

    /// Also tells whether the bytes are the canonical form of their value (RFC 8785), which is seen while reading:
    /// nothing is written again to be compared.
    package static func read(
        _ bytes: Span<UInt8>, maximumBytes: Int, isCanonical: inout Bool
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= maximumBytes else { throw .tooLarge(limitBytes: maximumBytes) }
        var reader = JSONReader(bytes)
        reader.skipBlanks()
        let value = try reader.readValue()
        reader.skipBlanks()
        guard reader.offset == bytes.count else { throw .trailingBytes(offset: reader.offset) }
        isCanonical = reader.isCanonical
        return value
    }

    @_lifetime(copy bytes)
    private init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    @_lifetime(self: copy self)
    private mutating func readValue() throws(JSONError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try readObject())
        case UInt8(ascii: "["): return .array(try readArray())
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readLiteral("true", .bool(true))
        case UInt8(ascii: "f"): return try readLiteral("false", .bool(false))
        case UInt8(ascii: "n"): return try readLiteral("null", .null)
        default: return try readNumber()
        }
    }

    @_lifetime(self: copy self)
    private mutating func readArray() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        try enter()
        if try leave(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try readValue())
            skipBlanks()
            if try leave(UInt8(ascii: "]")) { return elements }
            try expect(UInt8(ascii: ","))
            skipBlanks()
        }
    }

    @_lifetime(self: copy self)
    private mutating func readObject() throws(JSONError) -> JSONObject {
        var members: [JSONObject.Member] = []
        try enter()
        if try leave(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            members.append(try readMember())
            skipBlanks()
            if try leave(UInt8(ascii: "}")) { break }
            try expect(UInt8(ascii: ","))
            skipBlanks()
        }
        if let object = JSONObject(sorted: members) { return object }
        isCanonical = false
        guard let object = JSONObject(unsorted: members) else { throw .duplicateKey(offset: offset) }
        return object
    }

    @_lifetime(self: copy self)
    private mutating func readMember() throws(JSONError) -> JSONObject.Member {
        guard try peek() == UInt8(ascii: "\"") else { throw .malformed(offset: offset) }
        let key = try readString()
        skipBlanks()
        try expect(UInt8(ascii: ":"))
        skipBlanks()
        return JSONObject.Member(key: key, value: try readValue())
    }

    @_lifetime(self: copy self)
    private mutating func readLiteral(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in text.description.utf8 { try expect(byte) }
        return value
    }

    /// Called where a value has more than one spelling: whether what was read from `start` on is the canonical one.
    @_lifetime(self: copy self)
    mutating func compareSpelling(of value: JSONValue, from start: Int) {
        let canonical = CanonicalJSONWriter.bytes(of: value)
        let written = bytes.extracting(start..<offset)
        guard canonical.count == written.count, canonical.indices.allSatisfy({ canonical[$0] == written[$0] }) else {
            isCanonical = false
            return
        }
    }

    /// Passes the opening bracket and the blanks behind it.
    @_lifetime(self: copy self)
    private mutating func enter() throws(JSONError) {
        guard depth < JSONReader.maximumDepth else { throw .tooDeep(offset: offset) }
        depth += 1
        offset += 1
        skipBlanks()
    }

    /// Passes the closing bracket when it is next.
    @_lifetime(self: copy self)
    private mutating func leave(_ bracket: UInt8) throws(JSONError) -> Bool {
        guard try peek() == bracket else { return false }
        depth -= 1
        offset += 1
        return true
    }
}

extension JSONReader {
    func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated(offset: offset) }
        return bytes[offset]
    }

    @_lifetime(self: copy self)
    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try peek() == byte else { throw .malformed(offset: offset) }
        offset += 1
    }

    @_lifetime(self: copy self)
    mutating func skipBlanks() {
        while offset < bytes.count, JSONReader.isBlank(bytes[offset]) {
            isCanonical = false
            offset += 1
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}
