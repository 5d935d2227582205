/// An Ed25519 private key (RFC 8032); libcrypto holds it and wipes it when it goes.
package struct Ed25519PrivateKey: ~Copyable {
    package let publicKey: Ed25519PublicKey
    private let key: EVPKey

    /// A fresh key.
    package static func generate() -> Ed25519PrivateKey {
        // 32 random bytes are a key (RFC 8032 section 5.1.5), so a failure is libcrypto without Ed25519.
        guard let key = Ed25519PrivateKey(SecureRandom.bytes(32)) else {
            preconditionFailure("libcrypto lacks Ed25519")
        }
        return key
    }

    /// The seed of RFC 8032 section 5.1.5; nil unless it has 32 bytes.
    package init?(_ seed: [UInt8]) {
        guard seed.count == 32, let key = EVPKey.privateKey(raw: seed.span), let raw = key.rawPublicKey(),
            let publicKey = Ed25519PublicKey(raw)
        else { return nil }
        self.publicKey = publicKey
        self.key = key
    }

    /// Reads an unencrypted `-----BEGIN PRIVATE KEY-----` (PKCS #8, RFC 8410).
    package init(pem: Span<UInt8>) throws(KeyError) {
        guard let key = EVPKey.readingPrivatePEM(pem) else { throw .notAPrivateKey }
        guard let raw = key.rawPublicKey(), let publicKey = Ed25519PublicKey(raw) else { throw .notEd25519 }
        self.publicKey = publicKey
        self.key = key
    }

    /// The form that `init(pem:)` reads; secret.
    package var pem: String { key.privatePEM() }

    /// 64 bytes, the same for the same message.
    package func signature(for message: Span<UInt8>) -> [UInt8] { key.sign(message) }
}
