package import NetworkTypes

/// An encrypted resolver. There is no way to write one without encryption.
package struct Upstream: Sendable, Equatable {
    package var name: Located<String>
    package var service: Service
    /// Not empty: names of upstreams are never resolved.
    package var addresses: [Located<IPAddress>]
    /// Only when written with the `port` key.
    package var port: Located<UInt16>?
    /// SHA-256 digests (32 bytes) of the public keys that are accepted; any when empty.
    package var pins: [Located<[UInt8]>]
    /// A PEM file, relative to the profile; nil means the system's store.
    package var certificateAuthority: Located<String>?
    /// The only names it is asked for; all when empty.
    package var zones: [Located<DomainName>]
    /// Nil means the path of the profile's default.
    package var path: Located<String>?
    /// Whether a child profile may redefine it.
    package var isOpen: Bool

    package init(
        name: Located<String>, service: Service, addresses: [Located<IPAddress>], port: Located<UInt16>?,
        pins: [Located<[UInt8]>], certificateAuthority: Located<String>?, zones: [Located<DomainName>],
        path: Located<String>?, isOpen: Bool
    ) {
        self.name = name
        self.service = service
        self.addresses = addresses
        self.port = port
        self.pins = pins
        self.certificateAuthority = certificateAuthority
        self.zones = zones
        self.path = path
        self.isOpen = isOpen
    }

    package enum Service: Sendable, Equatable {
        /// DNS over TLS (RFC 7858); the name that the certificate must show.
        case tls(Located<DomainName>)
        /// DNS over HTTPS (RFC 8484).
        case https(Located<HTTPSLocation>)
    }

    /// The name that the certificate must show.
    package var serverName: Located<DomainName> {
        switch service {
        case .tls(let name): name
        case .https(let location): location.map(\.host)
        }
    }

    /// As written, else the URL's, else the standard's: 853 for TLS (RFC 7858), 443 for HTTPS.
    package var effectivePort: UInt16 {
        switch service {
        case .tls: port?.value ?? 853
        case .https(let location): port?.value ?? location.value.port ?? 443
        }
    }
}
