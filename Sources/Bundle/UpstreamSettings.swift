package import Cryptography
package import NetworkTypes

/// One upstream over DNS over TLS (RFC 7858) or over HTTPS (RFC 8484), strict authentication only.
package struct UpstreamSettings: Equatable, Sendable {
    package enum Service: Equatable, Sendable {
        case tls
        /// The path that is asked, with its leading slash; visible ASCII.
        case https(path: String)
    }

    /// How its connections leave.
    package enum Egress: Equatable, Sendable {
        /// As the kernel routes them.
        case routed
        /// By that interface, or not at all.
        case device(String)
        /// Through a service on this machine.
        case proxy(Proxy)

        /// Whether the views that ask it share no connection.
        package var isIsolated: Bool { if case .proxy(let proxy) = self { proxy.kind == .socks } else { false } }
    }

    package struct Proxy: Equatable, Sendable {
        package enum Kind: String, Sendable, CaseIterable {
            /// Version 5 (RFC 1928).
            case socks
            /// HTTP's CONNECT (RFC 9110 section 9.3.6).
            case connect
        }

        package var kind: Kind
        /// On the loopback.
        package var endpoint: Endpoint

        package init(_ kind: Kind, at endpoint: Endpoint) {
            self.kind = kind
            self.endpoint = endpoint
        }
    }

    /// RFC 7858 section 3.1.
    package static let defaultPort: UInt16 = 853
    /// Longer request targets are refused by common servers.
    package static let maximumPathBytes = 2_000
    /// Both families of a few sites.
    package static let maximumAddresses = 16
    /// The key in use and its backups (RFC 7858 section 4.2).
    package static let maximumPins = 16
    /// RFC 1035 section 3.1, as text without the final dot.
    package static let maximumServerNameBytes = 253
    /// The zones of a large network, its reverse ones included.
    package static let maximumZones = 1024
    /// IFNAMSIZ without the final null.
    package static let maximumDeviceBytes = 15

    /// The name that the profile gives it: what statistics and messages call it.
    package var name: String
    /// The name that its certificate must carry, sent as SNI; lower case, no final dot.
    package var serverName: String
    package var service: Service
    /// In profile order; at least one.
    package var addresses: [IPAddress]
    package var port: UInt16
    /// SHA-256 of the SubjectPublicKeyInfo of acceptable keys; empty: no pins, the chain decides.
    package var pins: [SHA256Digest]
    /// The section that holds the PEM certificates to trust instead of the system's store.
    package var certificateAuthority: String?
    /// The only names that it is asked for, with all below them, lower case, no final dot; empty: all names.
    package var zones: [String]
    package var egress: Egress

    package init(
        name: String, serverName: String, service: Service = .tls, addresses: [IPAddress],
        port: UInt16 = UpstreamSettings.defaultPort,
        pins: [SHA256Digest] = [], certificateAuthority: String? = nil, zones: [String] = [],
        egress: Egress = .routed
    ) {
        self.name = name
        self.serverName = serverName
        self.service = service
        self.addresses = addresses
        self.port = port
        self.pins = pins
        self.certificateAuthority = certificateAuthority
        self.zones = zones
        self.egress = egress
    }
}
