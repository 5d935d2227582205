import NetworkTypes
import PolicyCompiler
import Ruleset
import Testing

/// Connections through the portal whose sockets are closed: packets that nobody sends.
@Suite struct PortalFlowTests {
    private static let text = """
        schema: enigm.network/1
        profile: { name: portal, version: 1 }
        subjects: { browser: { users: [alice] } }
        resolver:
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules: { mail: { from: browser, to: { ports: [25/tcp] }, via: direct } }
        portal: { subject: browser, ports: [80/tcp], minutes: 5 }
        """

    /// The end of a connection leaves while the portal is open and no longer; that of another one by the same path does.
    @Test(arguments: [
        (SubjectNumber(5), true, true), (SubjectNumber(5), false, false), (SubjectNumber(4), false, true),
    ])
    func theEndOfAClosedConnection(subject: SubjectNumber, isOpen: Bool, leaves: Bool) throws {
        let plan = try EnforcementExample.plan(PortalFlowTests.text)
        #expect(plan.portal?.subject == SubjectNumber(4) && plan.portal?.number == SubjectNumber(5))
        var table = EnforcementExample.table(RulesetLowering(plan).template, epoch: 7)
        if isOpen { table.openPortal(of: plan, resolvers: []) }
        let flow = Packet.Flow(
            state: Packet.Flow.established, status: Packet.Flow.statusConfirmed,
            mark: MarkLayout.epochBits(7) | PathNumber.direct.bits | subject.bits)
        let packet = Packet(
            from: nil, source: .v4(IPv4Address(192, 0, 2, 2)), to: .v4(IPv4Address(203, 0, 113, 7)),
            .tcp(source: 40_000, destination: 80, flags: 0x11), flow: flow, outgoingDevice: "eth0",
            isDestinationLocal: false)
        let outcome = PacketEvaluator(Ruleset(tables: [table])).evaluateLeaving(packet)
        #expect((outcome.fate == .accepted) == leaves, "\(outcome)")
    }
}
