/// Octets in base32 with the extended hex alphabet and without padding (RFC 4648 section 7), for NSEC3.
enum Base32Hex {
    static func encode(_ bytes: Span<UInt8>) -> String {
        var text = ""
        var bits: UInt32 = 0
        var count = 0
        for index in bytes.indices {
            bits = bits << 8 | UInt32(bytes[index])
            count += 8
            while count >= 5 {
                count -= 5
                text += String(bits >> UInt32(count) & 31, radix: 32)
            }
        }
        return count == 0 ? text : text + String(bits << UInt32(5 - count) & 31, radix: 32)
    }

    /// Either case; nil for any other character, and for digits or bits that no octet needs.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in text.utf8 {
            guard let value = value(digit) else { return nil }
            bits = bits << 5 | value
            count += 5
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return count < 5 && bits & (1 << UInt32(count) - 1) == 0 ? bytes : nil
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit.caseFolded {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "v"): UInt32(digit.caseFolded - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}
