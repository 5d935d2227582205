extension JSONReader {
    @_lifetime(self: copy self)
    mutating func readString() throws(JSONError) -> String {
        let start = offset
        offset += 1
        try skipPlainText()
        if try peek() == UInt8(ascii: "\"") { return try copyPlainText(stringStart: start) }
        let text = try readEscapedString(stringStart: start)
        compareSpelling(of: .string(text), from: start)
        return text
    }

    /// Up to what ends a string or begins an escape.
    @_lifetime(self: copy self)
    private mutating func skipPlainText() throws(JSONError) {
        var end = offset
        while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\")
        {
            end += 1
        }
        offset = end
        guard try peek() >= 0x20 else { throw .malformed(offset: offset) }
    }

    /// A string without escapes, as nearly all are, in one copy.
    @_lifetime(self: copy self)
    private mutating func copyPlainText(stringStart: Int) throws(JSONError) -> String {
        let text = bytes.extracting((stringStart + 1)..<offset)
        offset += 1
        do { return String(copying: try UTF8Span(validating: text)) } catch { throw .invalidText(offset: stringStart) }
    }

    @_lifetime(self: copy self)
    private mutating func readEscapedString(stringStart: Int) throws(JSONError) -> String {
        var text = (stringStart + 1..<offset).map { bytes[$0] }
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .invalidText(offset: stringStart)
                }
                return string
            case UInt8(ascii: "\\"):
                try readEscape(into: &text, stringStart: stringStart)
            case 0..<0x20:
                throw .malformed(offset: offset)
            default:
                text.append(byte)
                offset += 1
            }
        }
    }

    @_lifetime(self: copy self)
    private mutating func readEscape(into text: inout [UInt8], stringStart: Int) throws(JSONError) {
        offset += 1
        let letter = try peek()
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            text.append(contentsOf: String(try readEscapedScalar(stringStart: stringStart)).utf8)
            return
        default: throw .malformed(offset: offset)
        }
        offset += 1
    }

    /// Reads `uXXXX`, or the two that make a surrogate pair (RFC 8259 section 7), from the `u` on.
    @_lifetime(self: copy self)
    private mutating func readEscapedScalar(stringStart: Int) throws(JSONError) -> Character {
        let high = try readCodeUnit()
        var value = UInt32(high)
        if UTF16.isLeadSurrogate(high) {
            try expectInString(UInt8(ascii: "\\"), stringStart)
            guard try peek() == UInt8(ascii: "u") else { throw .invalidText(offset: stringStart) }
            let low = try readCodeUnit()
            guard UTF16.isTrailSurrogate(low) else { throw .invalidText(offset: stringStart) }
            value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw .invalidText(offset: stringStart) }
        return Character(scalar)
    }

    @_lifetime(self: copy self)
    private mutating func expectInString(_ byte: UInt8, _ stringStart: Int) throws(JSONError) {
        guard try peek() == byte else { throw .invalidText(offset: stringStart) }
        offset += 1
    }

    /// The four digits behind a `u`.
    @_lifetime(self: copy self)
    private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
        offset += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = JSONReader.hexadecimalValue(try peek()) else { throw .malformed(offset: offset) }
            unit = unit << 4 | digit
            offset += 1
        }
        return unit
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt16? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
