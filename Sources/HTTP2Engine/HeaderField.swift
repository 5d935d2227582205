/// The header fields that an answer is judged by; names come in lower case (RFC 9113 section 8.2).
enum HeaderField {
    case status
    case contentType
    case age
    case other

    private static let statusName = Array(":status".utf8)
    private static let contentTypeName = Array("content-type".utf8)
    private static let ageName = Array("age".utf8)

    init(_ name: Span<UInt8>) {
        switch name.count {
        case HeaderField.statusName.count where HeaderField.isEqual(name, HeaderField.statusName.span): self = .status
        case HeaderField.contentTypeName.count
        where HeaderField.isEqual(name, HeaderField.contentTypeName.span):
            self = .contentType
        case HeaderField.ageName.count where HeaderField.isEqual(name, HeaderField.ageName.span): self = .age
        default: self = .other
        }
    }

    /// Digits and nothing else, at most the largest that fits (RFC 9111 section 1.2.2); nil for anything else.
    static func number(_ value: Span<UInt8>) -> UInt32? {
        guard !value.isEmpty else { return nil }
        var number: UInt32 = 0
        for index in value.indices {
            guard case let digit = value[index] &- UInt8(ascii: "0"), digit <= 9 else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = tens.addingReportingOverflow(UInt32(digit))
            number = isTooLarge || isStillTooLarge ? .max : sum
        }
        return number
    }

    /// Whether `value` is that media type, whatever its parameters and its spelling (RFC 9110 section 8.3.1);
    /// `expected` is in lower case.
    static func isMediaType(_ value: Span<UInt8>, _ expected: Span<UInt8>) -> Bool {
        var end = 0
        while end < value.count, value[end] != UInt8(ascii: ";") { end += 1 }
        while end > 0, value[end - 1] == UInt8(ascii: " ") || value[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        guard end == expected.count else { return false }
        // Most servers write it as we do.
        for index in 0..<end where value[index] != expected[index] {
            guard lowerCase(value[index]) == expected[index] else { return false }
        }
        return true
    }

    private static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] }
    }

    private static func lowerCase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
