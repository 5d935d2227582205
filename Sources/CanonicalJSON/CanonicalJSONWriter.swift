/// Writes the one canonical form of a value (RFC 8785): no blanks, keys by UTF-16 code unit, numbers as
/// ECMAScript prints them, only the escapes that JSON demands. Equal values give equal bytes, hence equal digests.
///
/// What is large is written piece by piece (`object`, `key`, `array`), without a tree of values in between.
package struct CanonicalJSONWriter {
    package private(set) var bytes: [UInt8] = []
    /// Whether a value has been written that the next one follows.
    private var isFollowing = false
    /// Where the last key of the object stands that is being written; empty when it has none yet.
    private var lastKey = 0..<0

    /// `byteCount`: about how many bytes there will be.
    package init(expecting byteCount: Int = 0) { bytes.reserveCapacity(byteCount) }

    package static func bytes(of value: JSONValue) -> [UInt8] {
        var writer = CanonicalJSONWriter()
        writer.write(value)
        return writer.bytes
    }

    package static func text(of value: JSONValue) -> String {
        String(decoding: bytes(of: value), as: UTF8.self)
    }

    /// An object whose members `body` writes.
    package mutating func object(_ body: (inout CanonicalJSONWriter) -> Void) {
        let outer = lastKey
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
        lastKey = outer
    }

    /// The key of the value that is written next. Keys are ASCII and come in order: the program that writes them
    /// spells them out, which its tests hold it to.
    package mutating func key(_ name: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let key = start..<bytes.count
        assert(!CanonicalJSONWriter.needsEscapes(bytes.span.extracting(key)), "a key that is no plain word")
        assert(lastKey.isEmpty || bytes[lastKey].lexicographicallyPrecedes(bytes[key]), "keys out of order")
        lastKey = key
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        isFollowing = false
    }

    /// An array whose elements `body` writes.
    package mutating func array(_ body: (inout CanonicalJSONWriter) -> Void) {
        let outer = lastKey
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
        lastKey = outer
    }

    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(plain: "null")
        case .bool(let value): write(plain: value ? "true" : "false")
        case .integer(let value): write(plain: String(value))
        case .double(let value): write(plain: ECMAScriptNumber.text(of: value))
        case .string(let value): write(value)
        case .array(let elements):
            open(UInt8(ascii: "["))
            for element in elements { write(element) }
            close(UInt8(ascii: "]"))
        case .object(let object): write(object)
        }
    }

    /// RFC 8785 section 3.2.2.2.
    package mutating func write(_ string: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        bytes.append(contentsOf: string.utf8)
        if CanonicalJSONWriter.needsEscapes(bytes.span.extracting(start..<bytes.count)) {
            bytes.removeLast(bytes.count - start)
            for byte in string.utf8 { append(escaping: byte) }
        }
        bytes.append(UInt8(ascii: "\""))
        isFollowing = true
    }

    /// A text of that many lower-case hexadecimal digits, the last ones of `number`.
    package mutating func write(hexadecimal number: UInt128, digits: Int) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(hexadecimal: UInt64(truncatingIfNeeded: number >> 64), digits: digits - 16)
        append(hexadecimal: UInt64(truncatingIfNeeded: number), digits: min(digits, 16))
        bytes.append(UInt8(ascii: "\""))
        isFollowing = true
    }

    /// Word by word: shifting a number of 128 bits takes several steps.
    private mutating func append(hexadecimal word: UInt64, digits: Int) {
        guard digits > 0 else { return }
        bytes.append(addingCapacity: digits) { output in
            for place in stride(from: 4 * (digits - 1), through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word &>> UInt64(place)) & 15
                output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }

    /// The members are in canonical order already, of whatever script their keys are.
    private mutating func write(_ object: JSONObject) {
        open(UInt8(ascii: "{"))
        for member in object {
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            isFollowing = false
            write(member.value)
        }
        close(UInt8(ascii: "}"))
    }

    private mutating func write(plain text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        isFollowing = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        isFollowing = false
        lastKey = 0..<0
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        isFollowing = true
    }

    private mutating func separate() {
        if isFollowing { bytes.append(UInt8(ascii: ",")) }
    }

    private static func needsEscapes(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case 0..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
        default: bytes.append(byte)
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
