package import NetworkTypes

/// What is wrong, if anything, with the certificate that an upstream shows.
package enum CertificateKind: String, Sendable, CaseIterable {
    case valid
    case expired
    case notYetValid = "not-yet-valid"
    case wrongName = "wrong-name"
    /// From an authority that is not the one that clients trust.
    case foreign
    case selfSigned = "self-signed"
    /// Through an intermediate authority; right, but longer.
    case intermediate

    /// A server's identity of this kind for `name`, in front of clients that trust `authority`.
    package func identity(
        name: String, addresses: [IPAddress], authority: CertificateAuthority
    ) -> ServerIdentity {
        var template = LeafTemplate(name: name, addresses: addresses)
        switch self {
        case .valid: break
        case .expired: template.validity = .expired
        case .notYetValid: template.validity = .notYetValid
        case .wrongName: template = LeafTemplate(name: "wrong.\(name)")
        case .foreign: return CertificateAuthority().issue(template)
        case .selfSigned: return .selfSigned(template)
        case .intermediate: return authority.intermediate(named: "Enigm lab intermediate").issue(template)
        }
        return authority.issue(template)
    }
}
