import NetworkTypes
import ProfileMeaning
import TestSupport

/// Random packets that crowd around the edges of the ground's policy.
struct SampleGenerator {
    private var random: SplitMix
    /// Each packet has a port of its own where the source port is of no interest: what conntrack remembers of one is
    /// nothing to the next.
    private var nextPort: UInt16 = 20_000

    init(seed: UInt64) { random = SplitMix(state: seed) }

    private static let addresses = [
        "198.51.100.0", "198.51.100.53", "198.51.100.80", "198.51.100.119", "198.51.100.120", "198.51.100.121",
        "198.51.100.127", "198.51.100.128", "198.51.100.180", "198.51.100.190", "198.51.100.200", "203.0.112.255",
        "203.0.113.0", "203.0.113.255", "203.0.114.0", "9.9.9.9", "1.1.1.1", "10.0.0.1", "127.0.0.1", "127.0.0.53",
        Ground.address4, "2001:db8:ff:ffff:ffff:ffff:ffff:ffff", "2001:db8:100::1", "2001:db8:100::53",
        "2001:db8:100:0:ffff:ffff:ffff:ffff", "2001:db8:100:1::180", "2001:db8:1ff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8:200::", "2001:db8:200:ffff:ffff:ffff:ffff:ffff", "2001:db8:201::", "2620:fe::fe", "::1",
        Ground.address6, "fe80::1",
    ].map(address)

    /// Where few packets would go by chance.
    private static let tunnelled = ["203.0.113.9", "2001:db8:200::9"].map(address)

    private static let ports: [UInt16] = [
        22, 52, 53, 54, 67, 79, 80, 81, 137, 138, 139, 442, 443, 444, 445, 446, 547, 630, 631, 632, 852, 853, 854,
        5299, 5300, 5301, 5353, 5355, 8080, 40_000, 51_820,
    ]

    mutating func next() -> SamplePacket {
        let destination = pick(pick([SampleGenerator.addresses, SampleGenerator.addresses, SampleGenerator.tunnelled]))
        let user = pick(["root", "alice", "alice", "bob", "bob", "eve", "messaging", "enigm-resolver"])
        return SamplePacket(
            identity: Identity(user: user, group: pick(["staff", "staff", "web", "root"])), destination: destination,
            content: content(destination.family),
            // Somebody with CAP_NET_RAW sets a mark: direct and alice, captured, the tunnel's.
            mark: pick([0, 0, 0, 0x0100_0005, 0x0D00_0001, 0x0200_0005, 0x0E00_0000]))
    }

    private mutating func content(_ family: AddressFamily) -> ProfilePacket.Content {
        let port = pick(pick([SampleGenerator.ports, SampleGenerator.ports, [80, 443]]))
        switch UInt8.random(in: 0..<16, using: &random) {
        case 0 where family == .v6:
            // Not errors, type 1 to 4: one that answers nothing is invalid to conntrack, and then no rule lets it out.
            return .icmpv6(type: pick([128, 133, 135, 136, 143, 131]), hopLimit: pick([1, 64, 255]))
        case 0, 1: return .other(protocolNumber: family == .v4 ? pick([1, 47, 50, 132]) : pick([47, 50, 132]))
        case 2...8: return .transport(.tcp, source: source([53, 5300]), destination: port)
        default: return .transport(.udp, source: source([53, 68, 546, 5300]), destination: port)
        }
    }

    /// Mostly a port of its own.
    private mutating func source(_ special: [UInt16]) -> UInt16 {
        if UInt8.random(in: 0..<8, using: &random) == 0 { return pick(special) }
        nextPort += 1
        return nextPort
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}
