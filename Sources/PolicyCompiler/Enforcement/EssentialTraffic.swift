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
        ] + (plan.local.allowsAllICMPv6 ? [allICMPv6] : []) + (plan.local.allowsDHCP ? dhcp : [])
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
        [(AddressFamily.v4, UInt16(68), UInt16(67)), (.v6, 546, 547)].map { family, source, destination in
            EssentialTraffic(
                matches: [
                    .family(family), .transport(.udp), .sourcePort(source), .destinationPort(destination),
                    .leavingByDevice(in: Name.directDevices),
                ], comment: "local: dhcp")
        }
    }
}
