/// A throw-away certificate authority: made at run time, never stored, worth nothing outside the lab.
package struct CertificateAuthority: Sendable {
    /// What clients must trust; for an intermediate authority, what servers must send along.
    package let certificate: Certificate
    private let key: PrivateKey
    /// The authorities between this one's leaves and the root, leaf side first.
    private let path: [Certificate]

    /// A root. Two roots of the same name are still strangers to each other.
    package init(named name: String = "Enigm lab throw-away authority", validity: CertificateValidity = .current) {
        key = PrivateKey()
        let builder = CertificateBuilder(subject: name, key: key, validity: validity)
        builder.addAuthorityExtensions(issuer: nil)
        certificate = builder.selfSigned()
        path = []
    }

    private init(certificate: Certificate, key: PrivateKey, path: [Certificate]) {
        self.certificate = certificate
        self.key = key
        self.path = path
    }

    /// An authority below this one.
    package func intermediate(named name: String, validity: CertificateValidity = .current) -> CertificateAuthority {
        let key = PrivateKey()
        let builder = CertificateBuilder(subject: name, key: key, validity: validity)
        builder.addAuthorityExtensions(issuer: certificate)
        let certificate = builder.signed(by: self.certificate, key: self.key)
        return CertificateAuthority(certificate: certificate, key: key, path: [certificate] + path)
    }

    /// A server's certificate with a fresh key; nothing in the template is checked for sense.
    package func issue(_ template: LeafTemplate) -> ServerIdentity {
        let key = PrivateKey()
        let builder = CertificateBuilder(subject: template.commonName, key: key, validity: template.validity)
        builder.addLeafExtensions(template, issuer: certificate)
        let leaf = builder.signed(by: certificate, key: self.key)
        return ServerIdentity(certificate: leaf, intermediates: path, key: key)
    }
}
