import Glibc
import NetworkTypes
import Ruleset
import TestSupport
import Testing

/// What may be on a wire at all, with real senders: packet sockets pass the main table by, and not this.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct WireTests {
    private static let question = GroundFrame(datagramTo: endpoint("9.9.9.9:53"), from: 40_000)
    private static let question6 = GroundFrame(datagramTo: endpoint("[2620:fe::fe]:53"), from: 40_000)

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let frame: GroundFrame
        let leaves: Bool

        init(_ description: String, _ frame: GroundFrame, leaves: Bool) {
            (testDescription, self.frame, self.leaves) = (description, frame, leaves)
        }
    }

    private static let rows = [
        Row("a plain question", question, leaves: false),
        Row("a plain question over IPv6", question6, leaves: false),
        Row("a question that is declared to be ARP", question.declaring(EtherType.arp), leaves: false),
        Row("a question over IPv6 that is declared to be ARP", question6.declaring(EtherType.arp), leaves: false),
        Row("a question that is declared to be EAPOL", question.declaring(EtherType.authentication), leaves: false),
        Row("a question with the stamp", question.marked(PacketStamp.symbolic.bits), leaves: false),
        Row("a question with the mark of `direct`", question.marked(0x0100_0003), leaves: false),
        Row(
            "a client that has no address yet",
            GroundFrame(datagramTo: endpoint("255.255.255.255:67"), from: 68), leaves: true),
        Row(
            "the same over IPv6", GroundFrame(datagramTo: endpoint("[ff02::1:2]:547"), from: 546), leaves: true),
        Row(
            "something for the port of DHCP elsewhere",
            GroundFrame(datagramTo: endpoint("203.0.113.9:67"), from: 68), leaves: false),
        Row(
            "a client's question that is declared to be ARP",
            GroundFrame(datagramTo: endpoint("255.255.255.255:67"), from: 68).declaring(EtherType.arp), leaves: false),
    ]

    @Test(arguments: rows)
    func framesLeaveByWhatTheyAre(row: Row) throws {
        #expect(try WireTests.leaves(row.frame) == row.leaves)
    }

    /// Who believes what a program declares lets plain questions out.
    @Test func judgedByWhatTheyAreDeclaredQuestionsLeave() throws {
        let isOut = try WireTests.leaves(WireTests.question.declaring(EtherType.arp)) { wire in
            for rule in wire.chains[0].rules.indices {
                wire.chains[0].rules[rule].statements = wire.chains[0].rules[rule].statements.map { statement in
                    statement == .etherType(EtherType.arp)
                        ? .match(Match(.meta(.protocol), .equal(FieldValue(EtherType.arp)))) : statement
                }
            }
        }
        #expect(isOut)
    }

    /// A stamp is a number, and numbers can be found out: a frame has no route.
    @Test func withoutALookForARouteTheStampLetsFramesOut() throws {
        let isOut = try WireTests.leaves(WireTests.question.marked(PacketStamp.symbolic.bits)) { wire in
            wire.chains[0].rules[0].statements.removeAll { $0 == .hasRoute }
        }
        #expect(isOut)
    }

    /// nft loads both, and the kernel takes them; nothing is checked by either.
    @Test(arguments: ["en*", "absent0"])
    func aChainForADeviceOfAnotherNameChecksNothing(name: String) throws {
        let wire = try GroundPolicy().wire(on: WireDevice(name))
        #expect(try WireTests.leaves(WireTests.question, wire: wire))
    }

    /// Where packets leave a device the kernel knows neither flows nor senders, and nobody can be answered: a chain that
    /// asks is refused whole, and the wire would be open.
    @Test(arguments: [
        ChainRule(.state(anyOf: Packet.Flow.established), .accept),
        ChainRule(.match(Match(.socketCgroup(level: 1), .equal(FieldValue(UInt64(1))))), .accept),
        ChainRule(.reject(.icmp(.administrativelyProhibited))),
    ])
    func aWireThatAsksForMoreThanPacketsIsRefused(rule: ChainRule) throws {
        let policy = try GroundPolicy()
        let table = policy.table()
        var asking = policy.wire
        asking.chains[0].rules.insert(rule, at: 0)
        let wire = asking
        try Ground.run { ground in
            try ground.apply(table)
            #expect(throws: (any Error).self) { try ground.apply(table, wire: wire) }
            ground.emit(WireTests.question)
            #expect(ground.takeSeen() == [], "what was in force stays")
        }
    }

    /// Without the stamp nothing of what is allowed leaves, either.
    @Test func withoutTheStampNothingLeaves() throws {
        var mutant = try GroundPolicy().table()
        mutant.mutate(chain: "stamp") { $0.rules = [] }
        let table = mutant
        let destinations = ["198.51.100.80:443", "[2001:db8:100::80]:443"].map { endpoint($0) }
        for (table, leaves) in [(table, false), (try GroundPolicy().table(), true)] {
            let seen = try Ground.run { ground in
                try ground.apply(table)
                _ = ground.takeSeen()
                for destination in destinations {
                    GroundSocket(.udp, destination.address.family, as: .alice).send([1], to: destination)
                }
                return ground.takeSeen()
            }
            #expect(seen.map(\.destination) == (leaves ? destinations.map(\.address) : []))
        }
    }

    /// The kernel asks who has an address by ARP and by neighbour discovery: the second is stamped.
    @Test func neighboursAreAskedFor() throws {
        let destinations = ["198.51.100.80:443", "[2001:db8:100::80]:443"].map { endpoint($0) }
        let table = try GroundPolicy().table()
        let seen = try Ground.run { ground in
            try ground.apply(table)
            try ground.ip("neighbour flush dev \(Ground.device) nud permanent\n")
            _ = ground.takeSeen()
            for destination in destinations {
                GroundSocket(.udp, destination.address.family, as: .alice).send([1], to: destination)
            }
            usleep(300_000)
            return ground.takeSeen(wantsNoise: true)
        }
        #expect(Set(destinations.map(\.address)).isSubset(of: seen.map(\.destination)), "\(seen)")
        #expect(seen.contains { $0.protocolNumber == 58 && $0.destinationPort == 135 }, "no question: \(seen)")
    }

    /// Whoever looks at marks behind the check (a queue, a packet socket that listens) sees others' bits alone.
    @Test func theStampIsTakenOff() throws {
        let table = try GroundPolicy().table()
        let destination = endpoint("198.51.100.80:443")
        let seen = try Ground.run { ground in
            try ground.apply(table)
            let hook = ChainHook(.filter, .egress, priority: 100, policy: .accept, device: Ground.device)
            let rule = ChainRule(.match(Match(.meta(.mark), .notEqual(FieldValue(UInt32(0x5000_0000))))), .drop)
            try ground.add(Table(.netdev, "another_program", chains: [Chain("behind", hook: hook, rules: [rule])]))
            for mark: UInt32 in [0x4000_0000, 0x5000_0000, 0x5ABC_DE12] {
                GroundSocket(.udp, .v4, as: .alice, mark: mark).send([1], to: destination)
            }
            try ground.remove(Table(.netdev, "another_program"))
            return ground.takeSeen()
        }
        #expect(seen.count == 2, "\(seen)")
    }

    /// A device on the wire's device: packets and ARP go through both checks, and frames through neither.
    @Test func whatLeavesThroughTwoDevicesIsCheckedTwice() throws {
        let policy = try GroundPolicy()
        var table = policy.table()
        for name in ["direct_if", "wire_if"] {
            guard let index = table.sets.firstIndex(where: { $0.name == name }) else { preconditionFailure("no set") }
            table.sets[index].elements.append(SetElement(FieldValue(interfaceName: "upper0")))
        }
        var wire = policy.wire(on: WireDevice(Ground.device, carriesOthers: true))
        wire.chains += policy.wire(on: WireDevice("upper0", liesOnAnother: true)).chains
        let (main, wires) = (table, wire)
        let (seen, frame) = try Ground.run { ground in
            try ground.ip(
                """
                link add link \(Ground.device) name upper0 type macvlan mode bridge
                link set upper0 up
                address add 198.51.100.242/32 dev upper0
                route add 198.51.100.81/32 dev upper0
                neighbour flush dev upper0

                """)
            try ground.apply(main, wire: wires)
            _ = ground.takeSeen()
            GroundSocket(.udp, .v4, as: .alice).send([1], to: endpoint("198.51.100.81:443"))
            usleep(300_000)
            let seen = ground.takeSeen()
            ground.emit(WireTests.question, by: "upper0")
            ground.emit(WireTests.question)
            return (seen, ground.takeSeen())
        }
        #expect(seen.map(\.destination) == [address("198.51.100.81")], "\(seen)")
        #expect(frame == [])
    }

    /// Whether the outside sees it.
    private static func leaves(
        _ frame: GroundFrame, wire: Table? = nil, _ mutate: (inout Table) -> Void = { _ in }
    ) throws -> Bool {
        let policy = try GroundPolicy()
        let table = policy.table()
        var checked = wire ?? policy.wire
        mutate(&checked)
        let wire = checked
        return try Ground.run { ground in
            try ground.apply(table, wire: wire)
            _ = ground.takeSeen()
            ground.emit(frame)
            return !ground.takeSeen().isEmpty
        }
    }
}
