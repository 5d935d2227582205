package import NetworkTypes

/// What a server certificate is to say.
package struct LeafTemplate: Sendable, Equatable {
    /// The subject's common name; clients must not take it for a host name (RFC 9525 section 6.3).
    package var commonName: String
    /// DNS names of the subjectAltName extension; a wildcard's first label may be `*`.
    package var names: [String]
    /// Addresses of the subjectAltName extension.
    package var addresses: [IPAddress]
    package var validity: CertificateValidity

    package init(
        commonName: String, names: [String], addresses: [IPAddress] = [], validity: CertificateValidity = .current
    ) {
        self.commonName = commonName
        self.names = names
        self.addresses = addresses
        self.validity = validity
    }

    /// A certificate for one host name.
    package init(name: String, addresses: [IPAddress] = [], validity: CertificateValidity = .current) {
        self.init(commonName: name, names: [name], addresses: addresses, validity: validity)
    }

    /// The extension in the notation of libcrypto's configuration files; nil when there is nothing in it.
    var subjectAlternativeName: String? {
        for name in names {
            let isHostName = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
            precondition(isHostName && !name.isEmpty, "a certificate's name must be a host name")
        }
        let entries = names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }
        return entries.isEmpty ? nil : entries.joined(separator: ",")
    }
}
