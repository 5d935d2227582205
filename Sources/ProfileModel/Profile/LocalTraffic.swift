package import NetworkTypes

/// The `local` key: what the link itself needs.
package struct LocalTraffic: Sendable, Equatable {
    package var dhcp: Located<Bool>
    package var icmpv6: Located<ICMPv6>
    package var lan: Located<LAN>
    /// Ports that may be reached from outside; none when empty.
    package var inbound: [Located<PortRange>]
    package var time: TimeService?
    /// Prefixes of 96 bits under which networks translate IPv4, beside the one that is the same everywhere.
    package var nat64: [Located<IPPrefix>]
    /// Whether a child profile may redefine it.
    package var isOpen = false
    /// Where the `local` key stands, or what it would stand in.
    package let range: SourceRange

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        self.range = range
        dhcp = Located(true, range)
        icmpv6 = Located(.essential, range)
        lan = Located(.none, range)
        inbound = []
        time = nil
        nat64 = []
    }

    /// Bounds the work: each rule for IPv4 addresses speaks of all their forms.
    package static let maximumTranslators = 4

    /// All prefixes under which an address stands for an IPv4 one.
    package var translators: [IPPrefix] { [NAT64.wellKnown] + nat64.map(\.value).filter { $0 != NAT64.wellKnown } }

    package enum ICMPv6: String, Sendable, CaseIterable {
        /// Neighbour discovery and errors (RFC 4890).
        case essential
        case all
    }

    package enum LAN: String, Sendable, CaseIterable {
        case none
        /// The on-link prefixes of the current physical link.
        case link
    }

    /// TLS needs a clock before names work: who may set it, from where.
    package struct TimeService: Sendable, Equatable {
        /// A unit of the system's manager, or a user.
        package var from: Located<Selector>
        package var servers: [Located<IPAddress>]
        package var via: Located<String>

        package init(from: Located<Selector>, servers: [Located<IPAddress>], via: Located<String>) {
            self.from = from
            self.servers = servers
            self.via = via
        }
    }
}
