package import NetworkTypes

/// The prefixes of links whose addresses are neighbours'. A network says itself what is on its link: one that calls half
/// of the internet so would get what is meant for it. So only private addresses are taken, and no more of them at once
/// than a link has.
package enum NeighbourPrefixes {
    /// RFC 1918 and RFC 3927; RFC 4193 and RFC 4291 (link-local).
    package static let ranges: [IPPrefix] = [
        IPPrefix(containing: .v4(IPv4Address(10, 0, 0, 0)), length: 8),
        IPPrefix(containing: .v4(IPv4Address(172, 16, 0, 0)), length: 12),
        IPPrefix(containing: .v4(IPv4Address(192, 168, 0, 0)), length: 16),
        IPPrefix(containing: .v4(IPv4Address(169, 254, 0, 0)), length: 16),
        IPPrefix(containing: .v6(IPv6Address(high: 0xFC00 << 48, low: 0)), length: 7),
        IPPrefix(containing: .v6(IPv6Address(high: 0xFE80 << 48, low: 0)), length: 10),
    ]

    /// In bits: a wider one is no link's.
    package static func shortestLength(_ family: AddressFamily) -> Int { family == .v4 ? 16 : 48 }

    package static func among(_ prefixes: [IPPrefix]) -> [IPPrefix] {
        prefixes.filter { prefix in
            prefix.length >= shortestLength(prefix.address.family) && ranges.contains { $0.contains(prefix.address) }
        }
    }
}
