/// Bytes as base64 with padding (RFC 4648 section 4).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let digit = alphabet[Int(group >> UInt32(18 - 6 * index) & 63)]
                text.append(index <= count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything but the one text that `encode` gives: full padding, no blanks, unused bits zero
    /// (RFC 4648 sections 3.2 to 3.5).
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        for start in stride(from: 0, to: digits.count, by: 4) {
            let isLast = start + 4 == digits.count
            guard append(digits[start..<start + 4], mayEndEarly: isLast, to: &bytes) else { return nil }
        }
        return bytes
    }

    /// Decodes one group of four; answers whether it was one.
    private static func append(_ group: ArraySlice<UInt8>, mayEndEarly: Bool, to bytes: inout [UInt8]) -> Bool {
        let digits = group.prefix { $0 != UInt8(ascii: "=") }
        guard digits.count == 4 || mayEndEarly && digits.count >= 2,
            group.dropFirst(digits.count).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return false }
        var bits: UInt32 = 0
        for digit in digits {
            guard let value = value(digit) else { return false }
            bits = bits << 6 | UInt32(value)
        }
        bits <<= UInt32(6 * (4 - digits.count))
        guard bits & (1 << UInt32(8 * (4 - digits.count)) - 1) == 0 else { return false }
        for index in 0..<digits.count - 1 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * index))) }
        return true
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
