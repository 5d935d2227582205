/// The 32 bytes that SHA-256 (FIPS 180-4) answers.
package struct SHA256Digest: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == SHA256Digest.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Nil unless the text is exactly 64 lower-case hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.decode(text) else { return nil }
        self.init(bytes)
    }

    package var hexadecimal: String { Hexadecimal.encode(bytes.span) }
}

extension SHA256Digest: CustomStringConvertible {
    package var description: String { hexadecimal }
}
