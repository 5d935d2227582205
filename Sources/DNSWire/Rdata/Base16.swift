/// Octets in hexadecimal digits of either case (RFC 4648 section 8), as records write them.
enum Base16 {
    static func encode(_ bytes: Span<UInt8>) -> String {
        var digits = ""
        for index in bytes.indices {
            let pair = String(bytes[index], radix: 16)
            digits += pair.utf8.count == 1 ? "0" + pair : pair
        }
        return digits
    }

    /// Nil for an odd count or any other character.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
