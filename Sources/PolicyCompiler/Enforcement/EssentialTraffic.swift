internal import NetworkTypes
internal import Ruleset

/// What the link itself needs to work: decided by nobody's rules, and never by a path.
struct EssentialTraffic {
    var matches: [Statement]
    var comment: String
}

extension RulesetLowering {
    /// Neighbour discovery and errors (RFC 4890), DHCP where the profile allows it.
    var essentials: [EssentialTraffic] {
        [
            EssentialTraffic(
                matches: Statement.icmpv6([133, 135, 136]) + [.hopLimit(255)], comment: "neighbour discovery"),
            EssentialTraffic(
                matches: Statement.icmpv6([131, 132, 143]) + [.hopLimit(1)], comment: "multicast listeners"),
            // Errors come from the kernel itself, which has no socket.
            EssentialTraffic(matches: [ownerless] + Statement.icmpv6([1, 2, 3, 4]), comment: "errors"),
            EssentialTraffic(matches: [ownerless] + Statement.icmp([3, 11, 12]), comment: "errors"),
        ] + containerResets + (plan.local.allowsAllICMPv6 ? [allICMPv6] : []) + (plan.local.allowsDHCP ? dhcp : [])
    }

    private var ownerless: Statement { .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits) }

    private var allICMPv6: EssentialTraffic {
        EssentialTraffic(
            matches: [
                .family(.v6), .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(58))))),
                .leavingByDevice(in: Name.directDevices),
            ], comment: "local: icmpv6 all")
    }

    private var dhcp: [EssentialTraffic] {
        [
            EssentialTraffic(
                matches: [
                    .transport(.udp), .ports(DHCPPorts.leaving), .leavingByDevice(in: Name.directDevices),
                ], comment: "local: dhcp")
        ]
    }
}

/// Source and destination port of DHCP (RFC 2131) and DHCPv6 (RFC 8415), by family.
enum DHCPPorts {
    static let leaving: [(AddressFamily, source: UInt16, destination: UInt16)] = [(.v4, 68, 67), (.v6, 546, 547)]
    static let arriving = leaving.map { ($0.0, source: $0.destination, destination: $0.source) }
}

extension Statement {
    /// Family and both ports at once. Three comparisons would mean the same, but nft joins those of ports in a row.
    static func ports(_ ports: [(AddressFamily, source: UInt16, destination: UInt16)]) -> Statement {
        .match(
            Match(
                [.meta(.nfproto), .payload(.transportSourcePort), .payload(.transportDestinationPort)],
                .anyOf(
                    ports.map { family, source, destination in
                        SetElement([
                            FieldValue(UInt8(family == .v4 ? 2 : 10)), FieldValue(source), FieldValue(destination),
                        ])
                    })))
    }
}
