extension JSONReader {
    /// An integer is read exactly or refused; a number with fraction or exponent is the nearest double, and an
    /// integer again when it has no fraction, so that `1.0` and `1` are one value.
    @_lifetime(self: copy self)
    mutating func readNumber() throws(JSONError) -> JSONValue {
        let start = offset
        let isIntegral = try skipNumber()
        let text = bytes.extracting(start..<offset)
        if isIntegral {
            guard let value = JSONReader.integer(text) else { throw .numberOutOfRange(offset: start) }
            // Zero alone has two spellings.
            if value == 0 { compareSpelling(of: .integer(0), from: start) }
            return .integer(value)
        }
        guard let value = Double(JSONReader.text(text)), value.isFinite, JSONReader.isReadBack(value) else {
            throw .numberOutOfRange(offset: start)
        }
        let number = JSONValue(number: value)
        compareSpelling(of: number, from: start)
        return number
    }

    /// Whole numbers below 10^21 are written without an exponent (RFC 8785 section 3.2.2.3), and beyond 2^53 not read.
    private static func isReadBack(_ value: Double) -> Bool {
        value.magnitude <= Double(JSONValue.maximumInteger) || value.magnitude >= 1e21
    }

    /// Passes the grammar of RFC 8259 section 6; answers whether there was neither fraction nor exponent.
    @_lifetime(self: copy self)
    private mutating func skipNumber() throws(JSONError) -> Bool {
        if try peek() == UInt8(ascii: "-") { offset += 1 }
        if try peek() == UInt8(ascii: "0") { offset += 1 } else { try skipDigits() }
        var isIntegral = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try skipDigits()
            isIntegral = false
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
            isIntegral = false
        }
        return isIntegral
    }

    /// One digit or more.
    @_lifetime(self: copy self)
    private mutating func skipDigits() throws(JSONError) {
        guard JSONReader.isDigit(try peek()) else { throw .malformed(offset: offset) }
        while offset < bytes.count, JSONReader.isDigit(bytes[offset]) { offset += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }

    /// A sign or none and digits; nil beyond what JSON carries exactly.
    private static func integer(_ text: Span<UInt8>) -> Int64? {
        let isNegative = text[0] == UInt8(ascii: "-")
        var magnitude: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            magnitude = magnitude * 10 + Int64(text[index] - UInt8(ascii: "0"))
            guard magnitude <= JSONValue.maximumInteger else { return nil }
        }
        return isNegative ? -magnitude : magnitude
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

extension JSONValue {
    /// A finite number: an integer when it is one that JSON carries exactly.
    package init(number value: Double) {
        precondition(value.isFinite, "JSON has no infinity and no NaN")
        guard value.magnitude <= Double(JSONValue.maximumInteger), Double(Int64(value)) == value else {
            self = .double(value)
            return
        }
        self = .integer(Int64(value))
    }
}
