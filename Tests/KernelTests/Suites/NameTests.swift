import Glibc
import NetworkTypes
import PolicyCompiler
import Ruleset
import Testing

/// Rules with names: sets of addresses that the resolver has answered, each for a time.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct NameTests {
    /// vpn is listed first: where a name's address falls under both, it has it.
    private static let profile = """
        schema: enigm.network/1
        profile: { name: names, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp"], ipv6: inside }
          direct: { interfaces: [en0] }
        subjects:
          browser: { users: [alice] }
          roaming: { users: [bob] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules:
          web: { from: browser, to: { names: [www.example.org], ports: [80/tcp, 443/tcp, 443/udp, 9000/udp] }, via: direct }
          office: { from: browser, to: { names: ["*.office.example"], ports: [443/tcp] }, via: vpn }
          time: { from: any, to: { names: [time.example.org], ports: [22/tcp] }, via: direct }
        """

    private static let answered = [
        "web": ["198.51.100.80", "2001:db8:100::80", "198.51.100.241", "203.0.113.9"], "office": ["203.0.113.9"],
        "time": ["198.51.100.90"],
    ]

    private static let rows = [
        TruthRow(.alice, .tcp, "198.51.100.80:443", .leaves(Ground.device), "answered"),
        TruthRow(.alice, .tcp, "[2001:db8:100::80]:443", .leaves(Ground.device), "answered"),
        TruthRow(.alice, .udp, "198.51.100.80:443", .leaves(Ground.device), "answered"),
        TruthRow(.alice, .tcp, "198.51.100.80:8080", .refused, "a port of no rule"),
        TruthRow(.alice, .tcp, "198.51.100.81:443", .refused, "answered to nobody"),
        TruthRow(.alice, .ping, "198.51.100.80:0", .refused, "rules with ports say nothing of ICMP"),
        TruthRow(.bob, .tcp, "198.51.100.80:443", .refused, "answered to another"),
        TruthRow(.alice, .tcp, "203.0.113.9:443", .leaves(Ground.tunnel), NameTests.shared),
        TruthRow(.alice, .tcp, "203.0.113.9:80", .refused, "by direct, and the route is the tunnel's"),
        TruthRow(.alice, .tcp, "198.51.100.90:22", .leaves(Ground.device), "a rule for any"),
        TruthRow(.bob, .tcp, "198.51.100.90:22", .leaves(Ground.device), "a rule for any"),
        TruthRow(.eve, .tcp, "198.51.100.90:22", .leaves(Ground.device), "a rule for any"),
        TruthRow(.eve, .tcp, "198.51.100.90:443", .refused, "another port"),
    ]
    private static let shared = "an address of two names: the path that is listed first"

    @Test func everyRowHolds() throws {
        let table = try GroundPolicy(NameTests.profile).table()
        for (row, fate) in zip(NameTests.rows, try NameTests.fates(of: NameTests.rows, table)) {
            #expect(fate == row.expected, "\(row)")
        }
    }

    @Test func beforeAnythingIsAnsweredNothingLeaves() throws {
        let table = try GroundPolicy(NameTests.profile).table()
        let fates = try Ground.run { ground in
            try ground.apply(table)
            return TruthTable.fates(of: NameTests.rows, on: ground)
        }
        #expect(Set(fates) == [.refused])
    }

    @Test func withTheLastPathFirstASharedAddressTakesTheWiderOne() throws {
        var table = try GroundPolicy(NameTests.profile).table()
        table.mutate(chain: "d_4") { chain in
            let named = chain.rules.indices.filter { chain.rules[$0].comment?.hasPrefix("rule ") == true }
            for (index, rule) in zip(named, named.reversed().map { chain.rules[$0] }) { chain.rules[index] = rule }
        }
        let rows = NameTests.rows.filter { $0.reason == NameTests.shared }
        #expect(try NameTests.fates(of: rows, table) == [.refused])
    }

    /// The elements of a set go while flows go on: what is established keeps its path, and nothing new begins.
    @Test func aFlowOutlivesTheAddressOfItsName() throws {
        #expect(try NameTests.expired(try GroundPolicy(NameTests.profile).table()) == .init(kept: true, began: false))
    }

    @Test func withoutThePathOfItsFlowItIsCut() throws {
        var table = try GroundPolicy(NameTests.profile).table()
        table.forgetPathsOfFlows()
        #expect(try NameTests.expired(table) == .init(kept: false, began: false))
    }

    /// A flow's path is its sender's: another one on the same source port is judged anew.
    @Test func whoTakesTheSourcePortDoesNotGetThePath() throws {
        let table = try GroundPolicy(NameTests.profile).table()
        #expect(try NameTests.stolen(table) == [])
    }

    @Test func withAnybodysFlowsKeptAnotherGetsOut() throws {
        var table = try GroundPolicy(NameTests.profile).table()
        // The sender of the flow is not compared.
        for name in ["d_3", "d_4", "d_5"] {
            table.mutate(chain: name) { chain in
                for index in chain.rules.indices where chain.rules[index].comment == "the path of its flow" {
                    chain.rules[index].statements[2] = .connectionMark(
                        MarkLayout.epoch, is: MarkLayout.epochBits(7))
                }
            }
        }
        // And a rule of everybody's speaks of that port.
        table.mutate(chain: "d_any_rules") { chain in
            for index in chain.rules.indices {
                for (position, statement) in chain.rules[index].statements.enumerated()
                where statement == .destinationPort(22) {
                    chain.rules[index].statements[position] = .destinationPort(9000)
                }
                chain.rules[index].statements.removeAll { $0 == .transport(.tcp) }
            }
        }
        #expect(try !NameTests.stolen(table).isEmpty)
    }
}

extension NameTests {
    private struct Outcome: Equatable, Sendable {
        let kept: Bool
        let began: Bool
    }

    private static func fates(of rows: [TruthRow], _ table: Table) throws -> [Probe.Fate] {
        try Ground.run { ground in
            try ground.apply(table)
            try ground.fill(table, answered, milliseconds: 60_000)
            return TruthTable.fates(of: rows, on: ground)
        }
    }

    /// A connection to an address that goes 300 ms later, and one that begins then.
    private static func expired(_ table: Table) throws -> Outcome {
        try Ground.run { ground in
            try ground.apply(table)
            try ground.fill(table, answered, milliseconds: 300)
            let flow = GroundSocket(.tcp, .v4, as: .alice)
            guard flow.connect(endpoint("198.51.100.80:443")) == 0 else { return Outcome(kept: false, began: true) }
            flow.send([1])
            _ = ground.takeSeen()
            usleep(500_000)
            flow.send([2])
            let kept = !ground.takeSeen().isEmpty
            let later = GroundSocket(.tcp, .v4, as: .alice)
            return Outcome(kept: kept, began: later.connect(endpoint("198.51.100.80:443")) == 0)
        }
    }

    /// What the outside sees of eve, on the source port of alice's answered flow to an address that has gone.
    private static func stolen(_ table: Table) throws -> [SeenPacket] {
        try Ground.run { ground in
            try ground.apply(table)
            try ground.fill(table, answered, milliseconds: 60_000)
            let service = ground.outside.spareDatagrams(.v4)
            let destination = endpoint("198.51.100.241:9000")
            let source = endpoint("\(Ground.address4):40000")
            service.listen(destination)
            let alice = GroundSocket(.udp, .v4, as: .alice)
            alice.bind(source)
            alice.send([1], to: destination)
            _ = service.receive()
            service.send([9], to: source)
            guard alice.receive() == [9] else { throw TwoNamespaces.Failure(description: "alice gets no answer") }
            _ = ground.takeSeen()
            let thief = GroundSocket(.udp, .v4, as: .eve)
            guard thief.bind(source) == 0 else { throw TwoNamespaces.Failure(description: "the port is not shared") }
            thief.send([2], to: destination)
            return withExtendedLifetime(alice) { ground.takeSeen() }
        }
    }
}

extension Table {
    fileprivate mutating func forgetPathsOfFlows() {
        for index in chains.indices { chains[index].rules.removeAll { $0.comment == "the path of its flow" } }
    }
}
