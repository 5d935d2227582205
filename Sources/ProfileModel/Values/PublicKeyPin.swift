/// The SHA-256 of a server's public key (SPKI), written `sha256:BASE64`.
package enum PublicKeyPin {
    /// The 32 bytes of the digest.
    package static func read(_ text: String) throws(ValueProblem) -> [UInt8] {
        let help = "write `sha256:` and the 44 characters of the digest in base64"
        guard text.hasPrefix("sha256:") else {
            throw ValueProblem(.badPin, "`\(text)` does not start with `sha256:`", help: help)
        }
        guard let bytes = decodeBase64(text.dropFirst(7)), bytes.count == 32 else {
            throw ValueProblem(.badPin, "`\(text)` is not the base64 of a SHA-256 digest", help: help)
        }
        return bytes
    }

    /// RFC 4648 section 4 for 32 bytes: 43 characters, one `=`, and no bits left over.
    private static func decodeBase64(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count == 44, text.hasSuffix("=") else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8.dropLast() {
            guard let value = sixBits(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bits & ((1 << UInt32(count)) - 1) == 0 ? bytes : nil
    }

    private static func sixBits(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
