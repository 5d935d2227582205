internal import NetworkTypes
internal import Ruleset

// The second layer: what may be on a physical wire at all. Packet sockets pass the main table by; where packets leave a
// device, a chain lets nothing go but what the table has let out, and what the link itself needs.
extension RulesetLowering {
    /// What has come as far as this leaves. Behind everything else that looks at packets on their way out, the kernel's
    /// own hooks included (NF_IP_PRI_CONNTRACK_HELPER is 300): who changes a mark behind it has the packet dropped.
    var stamp: Chain {
        Chain(
            "stamp", hook: ChainHook(.filter, .postrouting, priority: 500, policy: .accept),
            rules: [ChainRule(.leavingByDevice(in: Name.checkedDevices), .stamp)])
    }

    /// By ether type, never by `meta protocol` alone: that is what a program says that its frame is.
    var wire: WireTemplate {
        let frames: [(UInt16, String)] = [
            (EtherType.arp, "ARP"), (EtherType.authentication, "EAPOL"), (EtherType.preAuthentication, "EAPOL"),
        ]
        return WireTemplate(
            namedDevices: plan.namedDirectDevices,
            rules: [ChainRule(.isStamped, .hasRoute, .stamp, .accept, comment: "let out by the table")]
                + frames.map { ChainRule(.etherType($0), .stamp, .accept, comment: $1) }
                + (plan.local.allowsDHCP ? dhcpFrames : []))
    }

    /// Of clients that write frames because they have no address yet. To everybody on the link, and to nobody beyond:
    /// one who has an address renews it through the table.
    private var dhcpFrames: [ChainRule] {
        DHCPPorts.leaving.map { family, source, destination in
            let type = family == .v4 ? EtherType.ipv4 : EtherType.ipv6
            let ports = Match(
                [.payload(.transportSourcePort), .payload(.transportDestinationPort)],
                // One of one: nft joins comparisons of ports in a row.
                .anyOf([SetElement([FieldValue(source), FieldValue(destination)])]))
            return ChainRule(
                .etherType(type),
                // What nft writes of itself before an address here, and the kernel goes by for the header behind it.
                .match(Match(.meta(.protocol), .equal(FieldValue(type)))),
                .match(Match(family.destination, .equal(FieldValue(DHCPPorts.everybody(family))))), .transport(.udp),
                .match(ports), .stamp, .accept, comment: "local: dhcp")
        }
    }
}

extension DHCPPorts {
    /// Whom a client asks who knows of no server: limited broadcast (RFC 2131), All_DHCP_Relay_Agents_and_Servers
    /// (RFC 8415, 7.1).
    fileprivate static func everybody(_ family: AddressFamily) -> IPAddress {
        family == .v4
            ? .v4(IPv4Address(255, 255, 255, 255))
            : .v6(IPv6Address(high: 0xFF02_0000_0000_0000, low: 0x0001_0002))
    }
}
