import NetworkTypes
import ProfileModel
import TestSupport

/// What sample packets are drawn from: the edges of a policy, and what means something under every policy.
struct SampleDomain: Sendable {
    var users: [String]
    var groups: [String]
    var addresses: [IPAddress]
    var ports: [UInt16]
    /// Of the hidden listeners that captured queries arrive at.
    var stubPorts: [UInt16]
    /// Of services that paths redirect to.
    var redirectPorts: [UInt16] = []
    /// IP protocols that rules speak of.
    var protocols: [UInt8] = []

    /// The edges of the ground's own policy.
    static let ground = SampleDomain(
        users: ["root", "alice", "alice", "bob", "bob", "eve", "messaging", "enigm-resolver"],
        groups: ["staff", "staff", "web", "root"],
        addresses: [
            "198.51.100.0", "198.51.100.80", "198.51.100.119", "198.51.100.120", "198.51.100.121", "198.51.100.127",
            "198.51.100.128", "198.51.100.180", "198.51.100.190", "198.51.100.200", "203.0.112.255", "203.0.113.0",
            "203.0.113.255", "203.0.114.0", "10.0.0.1", "2001:db8:ff:ffff:ffff:ffff:ffff:ffff", "2001:db8:100::1",
            "2001:db8:100:0:ffff:ffff:ffff:ffff", "2001:db8:100:1::180", "2001:db8:1ff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8:200::", "2001:db8:200:ffff:ffff:ffff:ffff:ffff", "2001:db8:201::",
        ].map(address) + everywhere,
        ports: [79, 80, 81, 442, 443, 444, 445, 446, 630, 631, 632, 8080] + everyPort, stubPorts: [Stub.port])

    /// The edges of a profile's rules.
    static func edges(of profile: Profile) -> SampleDomain {
        let prefixes = profile.rules.flatMap(\.destinations.addresses).map(\.value)
        let servers = profile.local.time?.servers.map(\.value) ?? []
        // Those of kernel tunnels mean something to outer packets alone.
        let owned = profile.paths.filter { $0.owner != nil }.compactMap(\.tunnel)
        let endpoints = owned.flatMap(\.endpoints).map(\.value.endpoint)
        let forms = profile.local.translators.flatMap { translator in
            prefixes.filter { $0.address.family == .v4 }.map { NAT64.form(of: $0, under: translator) }
        }
        let written = (prefixes + forms).flatMap {
            [$0.address, $0.last, $0.address.neighbour(-1), $0.last.neighbour(1)]
        }
        let ports =
            profile.rules.flatMap(\.destinations.ports).map(\.value) + profile.local.inbound.map(\.value)
            + (profile.portal?.ports ?? []).map(\.value)
        let named =
            profile.subjects.flatMap(\.selectors).map(\.value) + profile.paths.compactMap(\.owner?.value)
            + [profile.local.time?.from.value].compactMap(\.self)
        let redirects = profile.paths.compactMap(\.redirect)
        let redirectPorts = redirects.flatMap(\.listeners).map(\.value.port)
        let stubPorts = profile.resolver.views.map(\.port.value)
        return SampleDomain(
            users: ["root", "eve", profile.resolver.user.value]
                + named.compactMap { if case .user(let name) = $0 { name } else { nil } }.filter(Identity.knows(user:)),
            groups: ["staff", "root"]
                + named.compactMap { if case .group(let name) = $0 { name } else { nil } }
                .filter(Identity.knows(group:)),
            addresses: (written + servers + endpoints.map(\.address)).filter(isReachable) + everywhere,
            ports: ports.flatMap { [$0.lower &- 1, $0.lower, $0.upper, $0.upper &+ 1] }.filter { $0 > 0 } + everyPort
                + endpoints.map(\.port) + (servers.isEmpty ? [] : [122, 123]) + redirectPorts
                + redirects.flatMap(\.proxies).map(\.value.port)
                + stubPorts.flatMap { [$0 &- 1, $0, $0 + 1] }, stubPorts: stubPorts, redirectPorts: redirectPorts,
            protocols: profile.rules.flatMap(\.destinations.protocols).map(\.value.number))
    }

    /// Whether a packet there needs no neighbour that nobody is, and is for one receiver.
    private static func isReachable(_ address: IPAddress) -> Bool {
        let elsewhere = [
            "198.51.100.240/29", "2001:db8:1::/64", "2001:db8:9::/64", "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3",
            "::/16", "fe80::/10", "ff00::/8",
        ].map(prefix)
        return !elsewhere.contains { $0.contains(address) }
    }

    private static let everywhere = [
        "198.51.100.53", "9.9.9.9", "1.1.1.1", "127.0.0.1", "127.0.0.53", Ground.address4, "2001:db8:100::53",
        "2620:fe::fe", "::1", Ground.address6, "fe80::1", "192.0.2.77", "2001:db8:77::77", "64:ff9b::9.9.9.9",
        "64:ff9b:1::9.9.9.9", "2001:db8:64::198.51.100.80",
    ].map(address)

    private static let everyPort: [UInt16] = [
        22, 52, 53, 54, 67, 80, 137, 138, 139, 443, 547, 852, 853, 854, 5299, 5300, 5301, 5353, 5355, 40_000, 51_820,
    ]
}

extension Path {
    var redirect: Redirect? { if case .redirect(let redirect) = route { redirect } else { nil } }

    var tunnel: Tunnel? { if case .tunnel(let tunnel) = route { tunnel } else { nil } }
}

extension IPPrefix {
    fileprivate var last: IPAddress {
        switch address {
        case .v4(let address):
            .v4(IPv4Address(bits: address.bits | (length == 0 ? .max : ~(.max << UInt32(32 - length)))))
        case .v6(let address):
            .v6(
                IPv6Address(
                    high: address.high | (length >= 64 ? 0 : .max >> UInt64(length)),
                    low: address.low | (length <= 64 ? .max : .max >> UInt64(length - 64))))
        }
    }
}

extension IPAddress {
    fileprivate func neighbour(_ step: Int64) -> IPAddress {
        switch self {
        case .v4(let address): .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: Int64(address.bits) &+ step)))
        case .v6(let address):
            .v6(IPv6Address(high: address.high, low: address.low &+ UInt64(bitPattern: step)))
        }
    }
}
