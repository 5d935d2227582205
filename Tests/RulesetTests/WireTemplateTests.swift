import NetworkTypes
import Ruleset
import Testing

/// The second layer: what leaves a device by the main table, and what leaves it otherwise.
@Suite struct WireTemplateTests {
    private static let number: UInt32 = 0x0ABC_DE12

    private static let template = RulesetTemplate(
        table: Table(
            .inet, "main",
            sets: [NamedSet("checked", key: [.interfaceName])],
            chains: [
                Chain(
                    "stamp", hook: ChainHook(.filter, .postrouting, priority: 500, policy: .accept),
                    rules: [ChainRule(.leavingByDevice(in: "checked"), .stamp)])
            ]),
        symbolicSets: [SymbolicSet("checked", [.checkedDevices])],
        wire: WireTemplate(rules: [
            ChainRule(.isStamped, .hasRoute, .stamp, .accept), ChainRule(.etherType(EtherType.arp), .stamp, .accept),
        ]))

    private static func evaluator(
        _ devices: [WireDevice], stamp: PacketStamp, wiresStamp: PacketStamp? = nil, knowsRoutes: Bool = true
    ) -> PacketEvaluator {
        let table = template.instantiate(epoch: 1, stamp: stamp, paths: [PathNumber(10): PathNumber(3)]) { _ in
            devices.map { FieldValue(interfaceName: $0.name) }
        }
        let wire = template.wire.table(
            "main", on: devices, stamp: wiresStamp ?? stamp, knowsRoutes: knowsRoutes)
        return PacketEvaluator(Ruleset(tables: [table, wire]))
    }

    private static func packet(by device: String, marked mark: UInt32 = 0) -> Packet {
        var packet = Packet(
            from: .init(user: 1, group: 1), source: .v4(IPv4Address(192, 0, 2, 1)),
            to: .v4(IPv4Address(192, 0, 2, 2)), .udp(source: 1000, destination: 2000), outgoingDevice: device)
        packet.mark = mark
        return packet
    }

    private static func frame(
        _ type: UInt16, declaredAs: UInt16? = nil, by device: String, marked mark: UInt32 = 0
    )
        -> Packet
    {
        var packet = packet(by: device, marked: mark)
        packet.frame = Packet.Frame(etherType: type, declared: declaredAs)
        packet.flow = nil
        return packet
    }

    @Test func aStampIsWithinOurBitsAndLikeNoOtherMark() {
        #expect(PacketStamp(WireTemplateTests.number)?.bits == WireTemplateTests.number)
        // Others' bits, the one that stands for any, and marks of a path and a sender.
        for number: UInt32 in [0x1ABC_DE12, 0x0FFF_FFFF, 0, 0x0100_0003, 0x0F00_00FF] {
            #expect(PacketStamp(number) == nil)
        }
    }

    @Test func whatTheTableLetsOutLeavesWithoutTheStamp() throws {
        let stamp = try #require(PacketStamp(WireTemplateTests.number))
        let evaluator = WireTemplateTests.evaluator([WireDevice("eth0")], stamp: stamp)
        let outcome = evaluator.evaluateLeaving(WireTemplateTests.packet(by: "eth0", marked: 0xA200_0003))
        #expect(outcome.fate == .accepted && outcome.path == PathNumber(2))
        // Nobody who listens on the wire's near end finds it out; others' bits are as they were.
        #expect(outcome.packet.mark == 0xA000_0000)
        #expect(outcome.trace.map(\.chain) == ["wire_eth0"])
    }

    @Test func nothingLeavesWithoutAStampOrWithAnother() throws {
        let (stamp, other) = try (
            #require(PacketStamp(WireTemplateTests.number)), #require(PacketStamp(WireTemplateTests.number + 1))
        )
        let evaluator = WireTemplateTests.evaluator([WireDevice("eth0")], stamp: stamp, wiresStamp: other)
        #expect(evaluator.evaluateLeaving(WireTemplateTests.packet(by: "eth0")).fate == .dropped)
        // Another device's wire is not checked.
        #expect(evaluator.evaluateLeaving(WireTemplateTests.packet(by: "tun0", marked: 7)).packet.mark == 7)
    }

    /// Frames of packet sockets: what they are, not what they are declared to be, and not what they are marked with.
    @Test func framesPassByWhatTheyAre() throws {
        let stamp = try #require(PacketStamp(WireTemplateTests.number))
        let evaluator = WireTemplateTests.evaluator([WireDevice("eth0")], stamp: stamp)
        let fate = { evaluator.evaluateFrame($0).fate }
        #expect(fate(WireTemplateTests.frame(EtherType.arp, by: "eth0")) == .accepted)
        #expect(fate(WireTemplateTests.frame(EtherType.arp, declaredAs: EtherType.ipv4, by: "eth0")) == .accepted)
        #expect(fate(WireTemplateTests.frame(EtherType.ipv4, declaredAs: EtherType.arp, by: "eth0")) == .dropped)
        #expect(fate(WireTemplateTests.frame(EtherType.ipv4, by: "eth0", marked: stamp.bits)) == .dropped)
        #expect(fate(WireTemplateTests.frame(EtherType.ipv4, by: "tun0")) == .accepted)
    }

    /// A VLAN on a device: the stamp stays for the device behind, which cannot ask for routes any more, and takes it off.
    @Test func theStampGoesThroughDevicesThatLieOnOthers() throws {
        let stamp = try #require(PacketStamp(WireTemplateTests.number))
        let devices = [
            WireDevice("eth0.7", liesOnAnother: true), WireDevice("eth0", carriesOthers: true),
        ]
        let evaluator = WireTemplateTests.evaluator(devices, stamp: stamp)
        let first = evaluator.evaluateLeaving(WireTemplateTests.packet(by: "eth0.7", marked: 0x9000_0000))
        #expect(first.fate == .accepted && first.packet.mark == 0x9000_0000 | stamp.bits)
        // As the kernel has it there: tagged, without a route.
        let tagged: UInt16 = 0x8100
        let arp = evaluator.evaluateFrame(WireTemplateTests.frame(EtherType.arp, by: "eth0.7"))
        for mark in [first.packet.mark, arp.packet.mark] {
            let behind = evaluator.evaluateFrame(WireTemplateTests.frame(tagged, by: "eth0", marked: mark))
            #expect(behind.fate == .accepted && behind.packet.mark == mark & MarkLayout.others)
        }
        #expect(evaluator.evaluateFrame(WireTemplateTests.frame(tagged, by: "eth0")).fate == .dropped)
    }

    /// A kernel that cannot tell whether a packet has a route leaves it at the stamp.
    @Test func withoutRoutesTheStampAloneDecides() throws {
        let stamp = try #require(PacketStamp(WireTemplateTests.number))
        let evaluator = WireTemplateTests.evaluator([WireDevice("eth0")], stamp: stamp, knowsRoutes: false)
        #expect(evaluator.evaluateLeaving(WireTemplateTests.packet(by: "eth0")).fate == .accepted)
        let guessed = WireTemplateTests.frame(EtherType.ipv4, by: "eth0", marked: stamp.bits)
        #expect(evaluator.evaluateFrame(guessed).fate == .accepted)
    }

    /// The numbers of paths become a machine's own before there is a stamp, whose bits are no path's.
    @Test func numbersOfPathsLeaveTheStampAlone() throws {
        // Path bits 0xA: a number that the instantiation changes.
        let stamp = try #require(PacketStamp(WireTemplateTests.number))
        let evaluator = WireTemplateTests.evaluator([WireDevice("eth0")], stamp: stamp)
        #expect(evaluator.evaluateLeaving(WireTemplateTests.packet(by: "eth0")).fate == .accepted)
    }
}
