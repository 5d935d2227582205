/// Why a TLS connection ended: one case per cause that an operator can see and act on.
package enum TLSFailure: Error, Equatable, Sendable {
    case certificateExpired
    case certificateNotYetValid
    /// The chain is good, but for another name or address.
    case certificateNameMismatch
    /// The certificate is its own issuer and is not among the trusted ones.
    case certificateSelfSigned
    /// The chain ends at an authority that is not trusted, or does not end.
    case certificateUntrusted
    /// Any other defect, in libcrypto's words: wrong purpose, weak key, broken signature.
    case certificateInvalid(String)
    /// The leaf's key is none of the pinned ones.
    case pinMismatch
    /// The peer speaks only versions below TLS 1.2.
    case protocolVersion
    /// The peer ended the connection with this alert.
    case alert(TLSAlert)
    /// The first bytes are not TLS.
    case notTLS
    /// The peer broke the protocol, in libssl's words: a bad record, an unexpected message, no common parameters.
    case protocolViolation(String)
    /// The stream ended without close_notify: what came before may be cut short.
    case unexpectedEOF
    /// Nothing that the peer did: a limit of ours, or a failure inside libssl.
    case `internal`(String)
}

extension TLSFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificateExpired: "the server's certificate has expired"
        case .certificateNotYetValid: "the server's certificate is not yet valid"
        case .certificateNameMismatch: "the server's certificate is for another name"
        case .certificateSelfSigned: "the server's certificate is self-signed and not trusted"
        case .certificateUntrusted: "the server's certificate was not issued by a trusted authority"
        case .certificateInvalid(let reason): "the server's certificate is not acceptable: \(reason)"
        case .pinMismatch: "the server's key is none of the pinned ones"
        case .protocolVersion: "the server speaks no TLS version from 1.2 on"
        case .alert(let alert): "the server sent the TLS alert \(alert)"
        case .notTLS: "the server does not speak TLS on this port"
        case .protocolViolation(let reason): "the server broke the TLS protocol: \(reason)"
        case .unexpectedEOF: "the connection ended without a TLS close"
        case .internal(let reason): "TLS failed on this side: \(reason)"
        }
    }
}
