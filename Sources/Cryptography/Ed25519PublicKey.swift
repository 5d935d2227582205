internal import COpenSSL

/// An Ed25519 public key (RFC 8032), as its 32 raw bytes.
package struct Ed25519PublicKey: Hashable, Sendable {
    package static let byteCount = 32
    package static let signatureByteCount = 64

    package let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Ed25519PublicKey.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads `-----BEGIN PUBLIC KEY-----` (RFC 8410), as `openssl pkey -pubout` writes it.
    package init(pem: Span<UInt8>) throws(KeyError) {
        guard let key = EVPKey.readingPublicPEM(pem) else { throw .notAPublicKey }
        guard let bytes = key.rawPublicKey() else { throw .notEd25519 }
        self.bytes = bytes
    }

    /// The form that `init(pem:)` reads.
    package var pem: String {
        guard let key = EVPKey.publicKey(raw: bytes.span) else { preconditionFailure("32 bytes are an Ed25519 key") }
        return key.publicPEM()
    }

    /// SHA-256 of the raw key: names the key in a signature without showing it.
    package var identifier: SHA256Digest { SHA256.digest(of: bytes.span) }

    package func isValidSignature(_ signature: Span<UInt8>, for message: Span<UInt8>) -> Bool {
        guard signature.count == Ed25519PublicKey.signatureByteCount, let key = EVPKey.publicKey(raw: bytes.span)
        else { return false }
        return key.verify(signature, message)
    }
}

/// Why bytes are not a key that we can use.
package enum KeyError: Error, Equatable, Sendable {
    case notAPublicKey
    case notAPrivateKey
    /// A key, but of another algorithm.
    case notEd25519
}

extension KeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAPublicKey: "not a public key in PEM form (make one with `openssl pkey -in KEY -pubout`)"
        case .notAPrivateKey:
            "not an unencrypted private key in PEM form (make one with `openssl genpkey -algorithm ed25519`)"
        case .notEd25519: "a key of another algorithm than Ed25519"
        }
    }
}
