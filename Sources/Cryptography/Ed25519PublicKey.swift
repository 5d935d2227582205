/// An Ed25519 public key (RFC 8032), as its 32 raw bytes.
package struct Ed25519PublicKey: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Ed25519PublicKey.byteCount else { return nil }
        self.bytes = bytes
    }
}
