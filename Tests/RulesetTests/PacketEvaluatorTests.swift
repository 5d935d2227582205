import NetworkTypes
import Ruleset
import Testing

/// What the kernel does with a packet, one feature each.
@Suite struct PacketEvaluatorTests {
    private let packet = Packet(
        from: Packet.Socket(user: 1000, group: 100, cgroups: [7, 8]), source: address("192.0.2.1"),
        to: address("198.51.100.9"), .tcp(source: 40_000, destination: 443, flags: 2), outgoingDevice: "eth0")

    @Test(arguments: [
        (Statement.destinationPort(443), true), (.destinationPort(80), false), (.transport(.udp), false),
        (.leavingBy("eth0"), true), (.leavingBy("eth"), false), (.family(.v6), false), (.originalDirection, true),
        (.match(Match(.meta(.skuid), .within(FieldValue(UInt32(999)), FieldValue(UInt32(1000))))), true),
        (.match(Match(.meta(.skuid), .outside(FieldValue(UInt32(999)), FieldValue(UInt32(1000))))), false),
        (.match(Match(.socketCgroup(level: 2), .equal(FieldValue(UInt64(8))))), true),
        (.match(Match(.socketCgroup(level: 3), .notEqual(FieldValue(UInt64(8))))), false),
        (.match(Match(.meta(.skgid), .inSet("groups"))), true),
        (.match(Match(.meta(.skgid), .notInSet("absent"))), true),
        (.match(Match(.payload(.icmpType), .notEqual(FieldValue(UInt8(8))))), false),
        (
            .match(
                Match(
                    .payload(.ipv4Destination), mask: .prefixMask(length: 24, byteCount: 4),
                    .equal(FieldValue(IPv4Address(198, 51, 100, 0))))), true
        ),
        (.match(Match([.payload(.ipv4Destination), .payload(.transportDestinationPort)], .inSet("endpoints"))), true),
        (
            .match(Match([.payload(.ipv4Source), .payload(.transportDestinationPort)], .notInSet("endpoints"))), true
        ),
        (.state(anyOf: Packet.Flow.established), false), (.state(anyOf: Packet.Flow.new), true),
        (.destinationIsLocal, false),
    ])
    func aMatchHolds(statement: Statement, holds: Bool) {
        let table = Table(
            .inet, "t",
            sets: [
                NamedSet("groups", key: [.groupIdentifier], elements: [SetElement(FieldValue(UInt32(100)))]),
                NamedSet(
                    "endpoints", key: [.ipv4Address, .port],
                    elements: [SetElement([FieldValue(IPv4Address(198, 51, 100, 9)), FieldValue(UInt16(443))])]),
            ], chains: [output([ChainRule(statement, .accept)])])
        #expect((fate(of: table) == .accepted) == holds)
    }

    @Test func verdictsOfChainsThatAreJumpedToComeBack() {
        let side = Chain("side", rules: [ChainRule(.destinationPort(443), .verdict(.return)), ChainRule(.accept)])
        let back = Table(
            .inet, "t", chains: [output([ChainRule(.jump("side")), ChainRule(.reject(.tcpReset))]), side])
        #expect(fate(of: back) == .rejected(.tcpReset))
        // What is gone to does not come back, and the policy decides.
        let gone = Table(.inet, "t", chains: [output([ChainRule(.goto("side")), ChainRule(.accept)]), side])
        #expect(fate(of: gone) == .dropped)
    }

    @Test func aLoopOfJumpsEndsInADrop() {
        let loop = Chain("loop", rules: [ChainRule(.jump("loop"))])
        #expect(fate(of: Table(.inet, "t", chains: [output([ChainRule(.jump("loop"))]), loop])) == .dropped)
    }

    @Test func lowerPrioritiesAreFirstAndMarksTravel() {
        let first = Chain(
            "first", hook: ChainHook(.filter, .output, priority: -300, policy: .accept),
            rules: [ChainRule(.setMark(MarkChange(.packet, from: .packet, keep: 0xF000_0000, bits: 5)))])
        let second = output([ChainRule(.mark(0xFF, is: 5), .accept)])
        #expect(fate(of: Table(.inet, "t", chains: [second, first])) == .accepted)
    }

    @Test func whatIsRedirectedIsLocalAndKeepsItsDevice() {
        let translate = Chain(
            "nat", hook: ChainHook(.nat, .output, priority: -100, policy: .accept),
            rules: [ChainRule(.redirect(port: 5300))])
        let judge = output([ChainRule(.leavingBy("eth0"), .destinationIsLocal, .destinationPort(5300), .accept)])
        let leave = Chain(
            "leave", hook: ChainHook(.filter, .postrouting, priority: 0, policy: .drop),
            rules: [ChainRule(.leavingBy("lo"), .accept)])
        let evaluator = PacketEvaluator(Ruleset(tables: [Table(.inet, "t", chains: [judge, translate, leave])]))
        let outcome = evaluator.evaluateLeaving(packet)
        #expect(outcome.fate == .accepted)
        #expect(outcome.packet.destination == address("127.0.0.1"))
        #expect(outcome.trace.map(\.chain) == ["nat", "output", "leave"])
        // A flow whose first packet was not translated never is.
        var old = packet
        old.flow = Packet.Flow(state: Packet.Flow.established, status: Packet.Flow.statusConfirmed)
        #expect(evaluator.evaluateLeaving(old).fate == .dropped)
    }

    @Test func dormantTablesAndTheWireTakeNoPart() {
        var asleep = Table(.inet, "asleep", flags: .dormant, chains: [output([])])
        #expect(fate(of: asleep) == .accepted)
        asleep.flags = []
        #expect(fate(of: asleep) == .dropped)
    }

    private func output(_ rules: [ChainRule]) -> Chain {
        Chain("output", hook: ChainHook(.filter, .output, priority: 0, policy: .drop), rules: rules)
    }

    private func fate(of table: Table) -> PacketEvaluator.Outcome.Fate {
        PacketEvaluator(Ruleset(tables: [table])).evaluateLeaving(packet).fate
    }
}

/// A literal that is an address.
private func address(_ text: String) -> IPAddress {
    IPAddress(text) ?? .v4(IPv4Address(bits: 0))
}
