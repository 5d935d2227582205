import Glibc
import NetworkTypes
import Ruleset
import TestSupport
import Testing

/// Senders by units and slices: sockets that were made in real control groups.
@Suite(
    .serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"),
    .enabled(if: TestCgroup.obstacle == nil, "\(TestCgroup.obstacle ?? "")"))
struct UnitTests {
    private static let profile = """
        schema: enigm.network/1
        profile: { name: units, version: 1 }
        paths: { relay: { redirect: ["127.0.0.1:9040", "[::1]:9040"], owner: { unit: relay.service } } }
        subjects:
          tenants: { slices: [tenants.slice] }
          gold: { slices: [tenants-gold.slice] }
          agent: { units: [agent.service] }
          own: { units: [{ user: alice, unit: own.service }] }
          sealed: { units: [sealed.service], exclusive: true }
          browser: { users: [alice], groups: [web] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules:
          tenants: { from: tenants, to: { ports: [80/tcp] }, via: direct }
          gold: { from: gold, to: { ports: [443/tcp, 443/udp] }, via: direct }
          agent: { from: agent, to: { ports: [445/tcp] }, via: direct }
          sealed: { from: sealed, to: { ports: [8080/tcp] }, via: direct }
          web: { from: browser, to: { ports: [22/tcp, 631/tcp] }, via: direct }
          relayed: { from: browser, to: { ports: [80/tcp] }, via: relay }
          own: { from: own, to: { ports: [631/tcp] }, via: direct }
        """

    /// Whose ports are reached from where: each subject has one of its own.
    @Test func everyRowHolds() throws {
        let world = World()
        let rows = UnitTests.rows(world)
        let fates = try UnitTests.fates(of: rows, try world.table())
        for (row, fate) in zip(rows, fates) { #expect(fate == row.expected, "\(row)") }
    }

    @Test func withUsersAboveUnitsTheOrderIsLost() throws {
        let world = World()
        let failures = try UnitTests.failingRows(world) { chain in
            guard let user = chain.rules.firstIndex(where: { $0.looks(in: "u_9") }) else { return }
            chain.rules.append(chain.rules.remove(at: user))
        }
        #expect(failures.contains(UnitTests.unitBeforeUser))
        #expect(failures.contains(UnitTests.sliceBeforeUser))
    }

    @Test func withOuterSlicesLastTheInnerOnesAreLost() throws {
        let world = World()
        let failures = try UnitTests.failingRows(world) { chain in
            guard let outer = chain.rules.firstIndex(where: { $0.looks(in: "s_4_1") }) else { return }
            chain.rules.append(chain.rules.remove(at: outer))
        }
        #expect(failures.contains(UnitTests.innerBeforeOuter))
        #expect(failures.contains(UnitTests.unitBeforeSlice))
    }

    @Test func withoutALookAtTheUserAnybodyIsAUsersUnit() throws {
        let world = World()
        let failures = try UnitTests.failingRows(world) { chain in
            for index in chain.rules.indices { chain.rules[index].statements.removeAll { $0.looks(in: "ou_7_0") } }
        }
        #expect(failures == [UnitTests.notTheUser])
    }

    /// The control group of a service that was made anew is another: a set that is not refreshed matches nothing.
    @Test func aUnitThatWasStartedAnewIsAnotherControlGroup() throws {
        var first: TestCgroup? = TestCgroup()
        let path = try #require(first?.path)
        let before = try #require(first?.identifier)
        first = nil
        let again = TestCgroup(path)
        #expect(again.identifier != before)
    }

    /// A connection is redirected to a listener that was made in the owner's control group, and answered.
    @Test func aListenerInTheUnitOfItsOwnerIsReached() throws {
        let world = World()
        let table = try world.table()
        #expect(try UnitTests.served(table, by: world.relay) == .captured)
    }

    /// In a shallower control group an inverted comparison would match nothing, and let it pass.
    @Test func aListenerElsewhereIsNot() throws {
        let world = World()
        let table = try world.table()
        #expect(try UnitTests.served(table, by: nil) == .cut)
        #expect(try UnitTests.served(table, by: world.top) == .cut)
        #expect(try UnitTests.served(table, by: world.agent) == .cut)
    }

    @Test func withAnInvertedComparisonAShallowListenerGetsIt() throws {
        let world = World()
        var table = try world.table()
        table.mutate(chain: "listener_10") { chain in
            let level = world.relay.level
            chain.rules = [
                ChainRule(.match(Match(.socketCgroup(level: level), .notInSet("c_10"))), .verdict(.drop)),
                ChainRule(.verdict(.accept)),
            ]
        }
        #expect(try UnitTests.served(table, by: world.agent) == .cut)
        #expect(try UnitTests.served(table, by: nil) == .leaked)
    }

    /// The packets behind the first find a request, which has no control group.
    @Test func withEveryPacketHeldToItNobodyIsServed() throws {
        let world = World()
        var table = try world.table()
        table.mutate(chain: "input") { chain in
            for index in chain.rules.indices where chain.rules[index].statements.last == .goto("listener_10") {
                chain.rules[index].statements.removeAll { statement in
                    if case .match(let match) = statement { match.fields == [.payload(.tcpFlags)] } else { false }
                }
            }
        }
        #expect(try UnitTests.served(table, by: world.relay) != .captured)
    }

    /// A listener of root's, made in `group`, on the port of the path.
    private static func served(_ table: Table, by group: TestCgroup?) throws -> FlowScenario.End {
        try Ground.run { ground in
            try ground.apply(table)
            let listen = { Stub(as: .root, port: 9040) }
            let service = group.map { $0.perform(listen) } ?? listen()
            let sender = GroundSocket(.tcp, .v4, as: .alice)
            let error = sender.connect(endpoint("198.51.100.80:80"), milliseconds: 400)
            let connection = service.accept(milliseconds: 100)
            guard ground.takeSeen().isEmpty else { return .leaked }
            guard error == 0, let connection else { return connection == nil ? .cut : .leaked }
            sender.send([1])
            guard connection.receive() == [1] else { return .wrong("connected, and nothing arrived") }
            return group == nil ? .leaked : .captured
        }
    }

    private static let unitBeforeSlice = "the unit, whatever slice it is in"
    private static let unitBeforeUser = "the unit, whoever it runs as"
    private static let sliceBeforeUser = "the slice, whoever is in it"
    private static let innerBeforeOuter = "the inner slice"
    private static let notTheUser = "a user's unit is nobody else's"

    private static func rows(_ world: World) -> [TruthRow] {
        let wire = Probe.Fate.leaves(Ground.device)
        let probes: [(TestCgroup?, Identity, String, Probe.Fate, String)] = [
            (world.tenants, .eve, "198.51.100.80:80", wire, "the outer slice"),
            (world.tenants, .eve, "198.51.100.80:443", .refused, "the outer slice"),
            (world.inTenants, .eve, "[2001:db8:100::80]:80", wire, "the outer slice, from a unit of no interest"),
            (world.tenants, .alice, "198.51.100.80:80", wire, sliceBeforeUser),
            (world.tenants, .alice, "198.51.100.80:22", .refused, sliceBeforeUser),
            (world.gold, .eve, "198.51.100.80:443", wire, innerBeforeOuter),
            (world.gold, .eve, "198.51.100.80:80", .refused, innerBeforeOuter),
            (world.agentInGold, .eve, "198.51.100.80:445", wire, unitBeforeSlice),
            (world.agentInGold, .eve, "198.51.100.80:443", .refused, unitBeforeSlice),
            (world.agent, .alice, "198.51.100.80:445", wire, unitBeforeUser),
            (world.agent, .alice, "198.51.100.80:22", .refused, unitBeforeUser),
            (world.sealed, .eve, "198.51.100.80:8080", wire, "exclusive"),
            (world.sealed, .alice, "198.51.100.80:22", .refused, "exclusive"),
            (world.own, .alice, "198.51.100.80:631", wire, "the user's own unit"),
            (world.own, .alice, "198.51.100.80:22", .refused, "the user's own unit"),
            (world.own, .eve, "198.51.100.80:631", .refused, notTheUser),
            (world.own, .webWorker, "198.51.100.80:22", wire, notTheUser),
            (world.top, .alice, "198.51.100.80:22", wire, "no unit of interest"),
            (nil, .alice, "198.51.100.80:22", wire, "no unit at all"),
            (nil, .eve, "198.51.100.80:80", .refused, "no unit at all"),
        ]
        return probes.map { group, identity, destination, fate, reason in
            TruthRow(identity, .tcp, destination, fate, reason, cgroup: group)
        }
    }

    private static func fates(of rows: [TruthRow], _ table: Table) throws -> [Probe.Fate] {
        try Ground.run { ground in
            try ground.apply(table)
            return TruthTable.fates(of: rows, on: ground)
        }
    }

    /// The reasons of rows that do not hold with another `classify`, each once.
    private static func failingRows(_ world: World, _ mutate: (inout Chain) -> Void) throws -> Set<String> {
        var mutant = try world.table()
        let original = mutant
        mutant.mutate(chain: "classify", mutate)
        #expect(mutant != original)
        let rows = rows(world)
        return Set(zip(rows, try fates(of: rows, mutant)).filter { $0.expected != $1 }.map(\.0.reason))
    }

    /// The control groups of a machine: where each lies is told to the table as the daemon tells it.
    private final class World {
        let top = TestCgroup()
        let tenants, inTenants, gold, agentInGold, agent, own, sealed, relay: TestCgroup

        init() {
            tenants = TestCgroup("tenants.slice", in: top)
            inTenants = TestCgroup("other.service", in: tenants)
            gold = TestCgroup("tenants-gold.slice", in: tenants)
            agentInGold = TestCgroup("agent.service", in: gold)
            agent = TestCgroup("agent.service", in: top)
            own = TestCgroup("own.service", in: top)
            sealed = TestCgroup("sealed.service", in: top)
            relay = TestCgroup("relay.service", in: top)
        }

        func table() throws -> Table {
            let groups: [Symbol: [TestCgroup]] = [
                .slice("tenants.slice", ofUser: nil): [tenants], .slice("tenants-gold.slice", ofUser: nil): [gold],
                .unit("agent.service", ofUser: nil): [agent, agentInGold],
                .unit("own.service", ofUser: "alice"): [own], .unit("sealed.service", ofUser: nil): [sealed],
                .unit("relay.service", ofUser: nil): [relay],
            ]
            return try GroundPolicy(UnitTests.profile).table { symbol in
                groups[symbol].map { found in
                    ControlGroupPlaces(levels: Set(found.map(\.level)), identifiers: found.map(\.identifier))
                }
            }
        }
    }
}

extension ChainRule {
    fileprivate func looks(in set: String) -> Bool { statements.contains { $0.looks(in: set) } }
}

extension Statement {
    fileprivate func looks(in set: String) -> Bool {
        if case .match(let match) = self { match.operation == .inSet(set) } else { false }
    }
}
