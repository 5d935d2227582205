/// What a TLS server shows and proves: its certificate, the intermediates up to (not with) the root, and its key.
package struct ServerIdentity: Sendable {
    package let certificate: Certificate
    package let intermediates: [Certificate]
    package let key: PrivateKey

    /// A certificate that vouches for itself: no client that trusts an authority accepts it.
    package static func selfSigned(_ template: LeafTemplate) -> ServerIdentity {
        let key = PrivateKey()
        let builder = CertificateBuilder(subject: template.commonName, key: key, validity: template.validity)
        builder.addLeafExtensions(template, issuer: nil)
        return ServerIdentity(certificate: builder.selfSigned(), intermediates: [], key: key)
    }

    /// The certificate and the intermediates, in the order in which servers want them in a file.
    package var chainPEM: String { ([certificate] + intermediates).map(\.pem).joined() }
}
