import NetworkTypes
import PolicyCompiler
import Ruleset
import Testing

/// Packets of flows that have a past: another sender's, another policy's, a closed socket's. What went wrong in an
/// obvious way of doing it is here so that it does not come back.
@Suite struct FlowTests {
    private static let epoch: UInt16 = 7
    private static let browser = SubjectNumber(5)
    private static let tunnel = PathNumber(2)

    private let evaluator: PacketEvaluator
    private let plan: EnforcementPlan

    init() throws {
        plan = try EnforcementExample.plan()
        let template = RulesetLowering(plan).template
        evaluator = PacketEvaluator(Ruleset(tables: [EnforcementExample.table(template, epoch: FlowTests.epoch)]))
    }

    /// `ct state established` judges the 5-tuple and not the sender.
    @Test func anotherUserOnTheSameSourcePortIsJudgedAsHimself() {
        let flow = established(FlowTests.browser, .direct)
        let alices = packet(from: 2002, to: "203.0.113.9", .udp(source: 5000, destination: 443), flow, by: "eth0")
        #expect(evaluator.evaluateLeaving(alices).fate == .accepted)
        var messagings = alices
        messagings.socket = Packet.Socket(user: 2001, group: 100)
        #expect(evaluator.evaluateLeaving(messagings).fate != .accepted)
    }

    @Test func aFlowThatTheNewPolicyForbidsIsCutAtItsNextPacket() {
        let old = established(FlowTests.browser, .direct, epoch: 6)
        let smb = packet(
            from: 2002, to: "203.0.113.9", .tcp(source: 5000, destination: 445, flags: 0x10), old, by: "eth0")
        #expect(evaluator.evaluateLeaving(smb).fate == .rejected(.tcpReset))
        let web = packet(
            from: 2002, to: "203.0.113.9", .tcp(source: 5000, destination: 443, flags: 0x10), old, by: "eth0")
        let outcome = evaluator.evaluateLeaving(web)
        #expect(outcome.fate == .accepted)
        // It belongs to the new policy from now on.
        #expect(outcome.packet.flow?.mark == FlowTests.mark(FlowTests.browser, .direct))
    }

    @Test func tcpThatBeganUnderAnotherPathIsReset() {
        let flow = established(FlowTests.browser, FlowTests.tunnel)
        let tcp = packet(
            from: 2002, to: "203.0.113.9", .tcp(source: 5000, destination: 443, flags: 0x10), flow, by: "eth0")
        #expect(evaluator.evaluateLeaving(tcp).fate == .rejected(.tcpReset))
    }

    /// A flow older than the nat chain bypasses capture: the filter refuses it.
    @Test(arguments: [UInt8(6), 17])
    func nameResolutionThatIsNotTranslatedNowIsRefused(protocolNumber: UInt8) {
        let transport: Packet.Transport =
            protocolNumber == 6
            ? .tcp(source: 5000, destination: 53, flags: 0x10) : .udp(source: 5000, destination: 53)
        for flow in [Packet.Flow(status: Packet.Flow.statusConfirmed), established(.any, .direct)] {
            let query = packet(from: 1000, to: "192.0.2.53", transport, flow, by: "eth0")
            #expect(evaluator.evaluateLeaving(query).fate != .accepted)
        }
    }

    /// Packets sent after close() have no user: only the rest of a TCP flow of this epoch leaves, on its path.
    @Test(
        arguments: [
            (Packet.Transport.tcp(source: 5000, destination: 443, flags: 0x11), UInt16(7), false, "wg0", true),
            (.tcp(source: 5000, destination: 443, flags: 0x11), 7, false, "eth0", false),
            (.tcp(source: 5000, destination: 443, flags: 0x11), 6, false, "wg0", false),
            (.tcp(source: 5000, destination: 443, flags: 0x11), 7, true, "wg0", false),
            (.udp(source: 5000, destination: 443), 7, false, "wg0", false),
        ] as [(Packet.Transport, UInt16, Bool, String, Bool)])
    func closedSockets(transport: Packet.Transport, epoch: UInt16, isReply: Bool, device: String, leaves: Bool) {
        let flow = established(.any, FlowTests.tunnel, epoch: epoch, isReply: isReply)
        var rest = packet(from: 0, to: "192.0.2.1", transport, flow, by: device)
        rest.socket = nil
        #expect((evaluator.evaluateLeaving(rest).fate == .accepted) == leaves)
        rest.flow = Packet.Flow()
        #expect(evaluator.evaluateLeaving(rest).fate == .dropped)
    }

    @Test func errorsOfTheKernelLeaveAndThoseOfAnybodyElseFollowTheRules() {
        var error = packet(from: 0, to: "192.0.2.1", .icmp(type: 3), Packet.Flow(), by: "eth0")
        #expect(evaluator.evaluateLeaving(error).fate != .accepted)
        error.socket = nil
        #expect(evaluator.evaluateLeaving(error).fate == .accepted)
    }

    /// Mark, source port and endpoint together; SO_MARK alone is nothing.
    @Test(arguments: [
        (UInt32(0x0E00_0000), UInt16(51_820), "203.0.113.7", true), (0, 51_820, "203.0.113.7", false),
        (0x0E00_0000, 40_000, "203.0.113.7", false), (0x0E00_0000, 51_820, "203.0.114.7", false),
        (0x0100_0005, 51_820, "203.0.113.7", false),
    ])
    func theTunnelsOuterPackets(mark: UInt32, source: UInt16, destination: String, leaves: Bool) {
        // The user is the inner sender's, even an exclusive one.
        var outer = packet(
            from: 2001, to: destination, .udp(source: source, destination: 51_820), Packet.Flow(), by: "eth0")
        outer.mark = mark
        #expect((evaluator.evaluateLeaving(outer).fate == .accepted) == leaves)
        outer.outgoingDevice = "wg0"
        #expect(evaluator.evaluateLeaving(outer).fate != .accepted)
    }

    /// The SYN-ACK is the only place where the user of a TCP listener shows.
    @Test(arguments: [(UInt32(2053), true), (1000, false), (0, false)])
    func nobodyElseAnswersFromTheHiddenPort(user: UInt32, passes: Bool) {
        for transport in [
            Packet.Transport.tcp(source: 5300, destination: 40_000, flags: 0x12),
            .udp(source: 5300, destination: 40_000),
        ] {
            var answer = packet(
                from: user, to: "127.0.0.1", transport, established(.any, .captured, isReply: true), by: "lo")
            answer.isDestinationLocal = true
            #expect((evaluator.evaluateLeaving(answer).fate == .accepted) == passes)
        }
    }

    @Test func anAnswerToALetInFlowLeavesAlsoFromAClosedSocket() {
        let flow = established(.ownerless, .inbound, isReply: true)
        var answer = packet(
            from: 2001, to: "192.0.2.9", .tcp(source: 22, destination: 5000, flags: 0x18), flow, by: "eth0")
        #expect(evaluator.evaluateLeaving(answer).fate == .accepted)
        answer.socket = nil
        #expect(evaluator.evaluateLeaving(answer).fate == .accepted)
        answer.outgoingDevice = "wg0"
        #expect(evaluator.evaluateLeaving(answer).fate == .dropped)
        answer.outgoingDevice = "eth0"
        answer.flow = established(.ownerless, .inbound, epoch: 6, isReply: true)
        #expect(evaluator.evaluateLeaving(answer).fate == .dropped)
    }

    @Test(
        arguments: [
            (22, "eth0", Packet.Flow(), true), (22, "wg0", Packet.Flow(), false), (23, "eth0", Packet.Flow(), false),
            (40_000, "eth0", Packet.Flow(state: 2, mark: mark(.any, .direct), isReply: true), true),
            (40_000, "eth0", Packet.Flow(state: 4, mark: mark(.any, .direct), isReply: true), true),
            // Of the policy before: TCP passes, because the answer to it is judged.
            (40_000, "eth0", Packet.Flow(state: 2, mark: mark(.any, .direct, epoch: 6), isReply: true), true),
            (40_000, "eth0", Packet.Flow(state: 4, mark: mark(.any, .direct, epoch: 6), isReply: true), false),
            (40_000, "eth0", Packet.Flow(state: 8), false),
        ] as [(UInt16, String, Packet.Flow, Bool)])
    func arriving(port: UInt16, device: String, flow: Packet.Flow, passes: Bool) {
        let outcome = evaluator.evaluateArriving(arrival(to: port, flow, by: device))
        #expect((outcome.fate == .accepted) == passes)
    }

    @Test func aFlowIsLetInByItsFirstPacketsNotByAnswersToOurs() {
        let letIn = evaluator.evaluateArriving(arrival(to: 22, Packet.Flow(), by: "eth0"))
        #expect(letIn.packet.flow?.mark == FlowTests.mark(.ownerless, .inbound))
        // Our own flow from that port keeps its mark.
        let ours = FlowTests.mark(FlowTests.browser, .direct)
        let answer = evaluator.evaluateArriving(
            arrival(to: 22, Packet.Flow(state: Packet.Flow.established, mark: ours, isReply: true), by: "eth0"))
        #expect(answer.fate == .accepted)
        #expect(answer.packet.flow?.mark == ours)
    }

    private static func mark(_ subject: SubjectNumber, _ path: PathNumber, epoch: UInt16 = epoch) -> UInt32 {
        path.bits | MarkLayout.epochBits(epoch) | subject.bits
    }

    private func established(
        _ subject: SubjectNumber, _ path: PathNumber, epoch: UInt16 = epoch, isReply: Bool = false
    ) -> Packet.Flow {
        Packet.Flow(
            state: Packet.Flow.established, status: Packet.Flow.statusConfirmed,
            mark: FlowTests.mark(subject, path, epoch: epoch), isReply: isReply)
    }

    private func packet(
        from user: UInt32, to destination: String, _ transport: Packet.Transport, _ flow: Packet.Flow,
        by device: String
    ) -> Packet {
        Packet(
            from: Packet.Socket(user: user, group: 100), source: address("198.51.100.2"), to: address(destination),
            transport, flow: flow, outgoingDevice: device)
    }

    private func arrival(to port: UInt16, _ flow: Packet.Flow, by device: String) -> Packet {
        Packet(
            from: nil, source: address("192.0.2.9"), to: address("198.51.100.2"),
            .tcp(source: 443, destination: port, flags: 2), flow: flow, incomingDevice: device,
            isDestinationLocal: true)
    }

    private func address(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("`\(text)` is no address") }
        return address
    }
}
