import NetworkTypes
import PolicyCompiler
import Ruleset
import Testing

/// What a profile makes of the wire: frames of programs that write them, beside what the table lets out.
@Suite struct WireTests {
    private static func evaluator(dhcp: Bool = true) throws -> PacketEvaluator {
        let plan = try EnforcementExample.plan().with(dhcp: dhcp)
        let template = RulesetLowering(plan).template
        return PacketEvaluator(
            Ruleset(tables: [EnforcementExample.table(template), EnforcementExample.wire(template)]))
    }

    private static func frame(
        _ source: UInt16, _ destination: String, _ port: UInt16, type: UInt16, declared: UInt16
    )
        throws -> Packet
    {
        let address = try #require(IPAddress(destination))
        let own = address.family == .v4 ? "192.0.2.7" : "2001:db8::7"
        var packet = Packet(
            from: .init(user: 0, group: 0), source: try #require(IPAddress(own)), to: address,
            .udp(source: source, destination: port), flow: nil, outgoingDevice: "eth0")
        packet.frame = Packet.Frame(etherType: type, declared: declared)
        return packet
    }

    /// A frame: its ports and destination, what it is, what it is declared to be, and whether it leaves.
    @Test(
        arguments: [
            (40_000, "9.9.9.9", 53, EtherType.ipv4, EtherType.ipv4, false),
            (40_000, "9.9.9.9", 53, EtherType.ipv4, EtherType.arp, false),
            (40_000, "9.9.9.9", 53, EtherType.arp, EtherType.ipv4, true),
            (0, "255.255.255.255", 0, EtherType.arp, EtherType.arp, true),
            (0, "255.255.255.255", 0, EtherType.authentication, EtherType.authentication, true),
            (0, "255.255.255.255", 0, EtherType.preAuthentication, EtherType.preAuthentication, true),
            (0, "255.255.255.255", 0, 0x88CC, 0x88CC, false),
            (68, "255.255.255.255", 67, EtherType.ipv4, EtherType.ipv4, true),
            (68, "198.51.100.1", 67, EtherType.ipv4, EtherType.ipv4, false),
            (67, "255.255.255.255", 68, EtherType.ipv4, EtherType.ipv4, false),
            (68, "255.255.255.255", 53, EtherType.ipv4, EtherType.ipv4, false),
            (546, "ff02::1:2", 547, EtherType.ipv6, EtherType.ipv6, true),
            (546, "2001:db8::1", 547, EtherType.ipv6, EtherType.ipv6, false),
            (68, "255.255.255.255", 67, EtherType.ipv4, EtherType.arp, false),
        ] as [(UInt16, String, UInt16, UInt16, UInt16, Bool)])
    func framesLeaveByWhatTheyAre(
        source: UInt16, destination: String, port: UInt16, type: UInt16, declared: UInt16, leaves: Bool
    ) throws {
        let frame = try WireTests.frame(source, destination, port, type: type, declared: declared)
        #expect(try WireTests.evaluator().evaluateFrame(frame).fate == (leaves ? .accepted : .dropped))
    }

    @Test func withoutDHCPNoFrameOfItLeaves() throws {
        for (source, destination, port, type) in [
            (UInt16(68), "255.255.255.255", UInt16(67), EtherType.ipv4), (546, "ff02::1:2", 547, EtherType.ipv6),
        ] {
            let frame = try WireTests.frame(source, destination, port, type: type, declared: type)
            #expect(try WireTests.evaluator(dhcp: false).evaluateFrame(frame).fate == .dropped)
        }
    }
}

extension EnforcementPlan {
    fileprivate func with(dhcp: Bool) -> EnforcementPlan {
        var plan = self
        plan.local.allowsDHCP = dhcp
        return plan
    }
}
