package import Cryptography

/// What a handshake agreed on.
package struct TLSDetails: Equatable, Sendable {
    package var version: TLSVersion
    /// As libssl calls it, such as `TLS_AES_256_GCM_SHA384`.
    package var cipher: String
    /// The key exchange, such as `x25519`; empty when libssl does not tell.
    package var group: String
    /// By ALPN; empty when the server chose none.
    package var applicationProtocol: String
    /// Whether an earlier session's ticket stood in for the certificate.
    package var isResumed: Bool
    /// SHA-256 of the SubjectPublicKeyInfo of the server's certificate, as pins are written.
    package var peerKey: SHA256Digest
}

package enum TLSVersion: UInt16, Sendable {
    case v12 = 0x0303
    case v13 = 0x0304
}

extension TLSVersion: CustomStringConvertible {
    package var description: String { self == .v12 ? "TLS 1.2" : "TLS 1.3" }
}
