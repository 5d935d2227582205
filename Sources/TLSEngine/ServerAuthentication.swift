package import Cryptography

/// How a server proves that it is the one meant. There is no way to write "not at all".
///
/// The two proofs are alternatives (RFC 8310 section 5); docs/decisions/0001 says why and what is checked when.
package enum ServerAuthentication {
    /// A chain to one of the store's authorities, valid at the time of verification, for the server's name.
    case chain(TrustStore)
    /// The leaf's key has one of these SHA-256 digests of its SubjectPublicKeyInfo. The certificate around the key,
    /// its issuer, name and dates, is not looked at.
    case pins([SHA256Digest])
    /// Both.
    case chainAndPins(TrustStore, [SHA256Digest])

    var trustStore: TrustStore? {
        switch self {
        case .chain(let store), .chainAndPins(let store, _): store
        case .pins: nil
        }
    }

    /// Nil where pins are not asked for.
    var pins: [SHA256Digest]? {
        switch self {
        case .chain: nil
        case .pins(let pins), .chainAndPins(_, let pins): pins
        }
    }
}
