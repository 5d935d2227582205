package import NetworkTypes

/// A way for traffic to leave, and its own kill switch: "by this or not at all".
package struct Path: Sendable, Equatable {
    /// The path that exists without being declared.
    package static let direct = "direct"

    package var name: Located<String>
    package var route: Route
    /// The path that this path's owner leaves by; nil means `direct`.
    package var next: Located<String>?
    /// Who runs the service behind the path; its traffic is infrastructure.
    package var owner: Located<Selector>?
    /// Whether a child profile may redefine it.
    package var isOpen: Bool

    package init(
        name: Located<String>, route: Route, next: Located<String>?, owner: Located<Selector>?, isOpen: Bool
    ) {
        self.name = name
        self.route = route
        self.next = next
        self.owner = owner
        self.isOpen = isOpen
    }

    package enum Route: Sendable, Equatable {
        /// Every interface but loopback, tunnels and containers; the listed ones when the list is not empty.
        case direct(interfaces: [Located<String>])
        case redirect(Redirect)
        case tunnel(Tunnel)
    }

    /// A local service that takes TCP: what is redirected to it, and what it is asked for.
    package struct Redirect: Sendable, Equatable {
        /// Loopback endpoints, at most one per family; none where nothing is redirected.
        package var listeners: [Located<Endpoint>]
        /// Where it speaks SOCKS version 5 (RFC 1928).
        package var socks: Located<Endpoint>?
        /// Where it takes HTTP's CONNECT (RFC 9110 section 9.3.6).
        package var connect: Located<Endpoint>?

        package init(
            listeners: [Located<Endpoint>], socks: Located<Endpoint>? = nil, connect: Located<Endpoint>? = nil
        ) {
            self.listeners = listeners
            self.socks = socks
            self.connect = connect
        }

        /// Where it opens every destination to whoever asks.
        package var proxies: [Located<Endpoint>] { [socks, connect].compactMap(\.self) }

        package var ports: [Located<Endpoint>] { listeners + proxies }
    }

    /// An interface whose other end is a VPN.
    package struct Tunnel: Sendable, Equatable {
        package var interface: Located<String>
        package var kind: Located<Kind>
        /// The UDP source port of its outer packets.
        package var listenPort: Located<UInt16>?
        package var endpoints: [Located<TransportEndpoint>]
        package var ipv6: Located<InnerIPv6>

        package init(
            interface: Located<String>, kind: Located<Kind>, listenPort: Located<UInt16>?,
            endpoints: [Located<TransportEndpoint>], ipv6: Located<InnerIPv6>
        ) {
            self.interface = interface
            self.kind = kind
            self.listenPort = listenPort
            self.endpoints = endpoints
            self.ipv6 = ipv6
        }

        /// Outer packets of a kernel tunnel carry the inner sender's user; those of a user-space one its owner's.
        package enum Kind: String, Sendable, CaseIterable {
            case wireguard
            case userspace
        }

        package enum InnerIPv6: String, Sendable, CaseIterable {
            case inside
            case block
        }
    }
}
