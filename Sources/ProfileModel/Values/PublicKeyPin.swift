internal import ByteCodec

/// The SHA-256 of a server's public key (SPKI), written `sha256:BASE64`.
package enum PublicKeyPin {
    /// The 32 bytes of the digest.
    package static func read(_ text: String) throws(ValueProblem) -> [UInt8] {
        let help = "write `sha256:` and the 44 characters of the digest in base64"
        guard text.hasPrefix("sha256:") else {
            throw ValueProblem(.badPin, "`\(text)` does not start with `sha256:`", help: help)
        }
        guard let bytes = Base64.decode(text.dropFirst(7)), bytes.count == 32 else {
            throw ValueProblem(.badPin, "`\(text)` is not the base64 of a SHA-256 digest", help: help)
        }
        return bytes
    }
}
