import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// Thousands of clients in front of upstreams that delay, lose, refuse, close, garble and lie about other names,
/// with connections that end in all the ways in which they do, on a clock that is turned by hand. A failing seed is printed, and ENIGM_SIMULATION_SEED plays it again;
/// ENIGM_SIMULATION_QUERIES makes the worlds bigger.
@Suite struct SimulationTests {
    private static let seeds: [UInt64] = {
        if let seed = Repository.environment("ENIGM_SIMULATION_SEED").flatMap({ UInt64($0) }) { return [seed] }
        return [UInt64.random(in: 0 ... .max), 1, 2]
    }()

    private static let queries = Repository.environment("ENIGM_SIMULATION_QUERIES").flatMap { Int($0) } ?? 3000

    private func world(_ seed: UInt64, _ behaviours: [SimulatedUpstream], share: Int = 1) throws -> SimulatedWorld {
        var world = SimulatedWorld(seed: seed, behaviours: behaviours)
        try world.run(queries: Self.queries / share)
        world.expectOrder()
        return world
    }

    @Test(arguments: seeds)
    func `one answer a query, in time, and never a wrong one`(seed: UInt64) throws {
        let world = try world(seed, [.nasty, .nasty])
        #expect(world.answered > Self.queries * 8 / 10, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `with one good upstream no query fails, whatever the other does`(seed: UInt64) throws {
        for behaviours in [[SimulatedUpstream.nasty, .good], [.good, .nasty], [.dead, .good], [.silent, .good]] {
            let world = try world(seed, behaviours, share: 3)
            #expect(world.failures == 0, "seed \(seed), \(behaviours)")
        }
    }

    @Test(arguments: seeds)
    func `with no upstream that works every client is told in time`(seed: UInt64) throws {
        for behaviours in [[SimulatedUpstream.dead], [.silent], [.dead, .silent]] {
            let world = try world(seed, behaviours, share: 3)
            #expect(world.answered == world.failures && world.stale == 0, "seed \(seed), \(behaviours)")
            let statistics = world.statistics
            let attempts = statistics.misses * UInt64(6 * behaviours.count)
            #expect(statistics.forwarded <= attempts, "seed \(seed), \(behaviours)")
        }
    }

    @Test(arguments: seeds)
    func `an upstream that closes after every answer loses no query`(seed: UInt64) throws {
        let world = try world(seed, [.closing], share: 2)
        #expect(world.failures == 0, "seed \(seed)")
    }

    private func connected(
        _ seed: UInt64, _ habits: [SimulatedServer.Habit], share: Int
    ) throws -> SimulatedWorld {
        var random = SplitMix(seed: ~seed)
        var world = SimulatedWorld(seed: seed, servers: habits.map { SimulatedServer($0, &random) })
        try world.run(queries: Self.queries / share)
        world.expectOrder()
        return world
    }

    /// Idle closes, resets, GOAWAY, silence, lost packets, other networks and suspended machines: with a server that can
    /// be reached nobody is let down.
    @Test(arguments: seeds)
    func `no habit of a server loses a query`(seed: UInt64) throws {
        for habit in SimulatedServer.Habit.allCases where habit != .refuses {
            let world = try connected(seed, [habit], share: 6)
            #expect(world.failures == 0, "seed \(seed), \(habit)")
        }
    }

    @Test(arguments: seeds)
    func `a good server beside any other takes over`(seed: UInt64) throws {
        for habit in SimulatedServer.Habit.allCases {
            for habits in [[habit, .steady], [.steady, habit]] {
                let world = try connected(seed, habits, share: 12)
                #expect(world.failures == 0, "seed \(seed), \(habits)")
            }
        }
    }

    @Test(arguments: seeds)
    func `connections are few where servers keep them`(seed: UInt64) throws {
        let world = try connected(seed, [.steady], share: 3)
        let queries = Self.queries / 3
        // One after each pause of half a minute, each other network and each sleep.
        #expect(world.network.map(\.opened) ?? 0 <= queries / 20 + 20, "seed \(seed)")
    }

    /// A ticket saves a server of TLS 1.2 a round trip, and both kinds the certificate; so each connection after an idle
    /// close has one, unless it is the first on its network. That none is shown on two networks holds in every world.
    @Test(arguments: seeds)
    func `connections after the first on a network are resumed`(seed: UInt64) throws {
        for version in SimulatedServer.Handshake.allCases {
            var server = SimulatedServer(.closesIdle)
            server.handshake = version
            var world = SimulatedWorld(seed: seed, servers: [server])
            try world.run(queries: Self.queries / 3)
            world.expectOrder()
            let network = try #require(world.network)
            let epochs = Int(network.ways.first?.epoch ?? 0)
            #expect(network.resumed > 0, "seed \(seed)")
            #expect(network.handshakes - network.resumed <= 2 * epochs + 2, "seed \(seed), \(version)")
        }
    }

    @Test(arguments: seeds)
    func `a server that takes no tickets is asked all the same`(seed: UInt64) throws {
        for tickets in [SimulatedServer.Tickets.forgotten, .none] {
            var server = SimulatedServer(.closesIdle)
            server.tickets = tickets
            var world = SimulatedWorld(seed: seed, servers: [server])
            try world.run(queries: Self.queries / 6)
            world.expectOrder()
            #expect(world.failures == 0 && world.network?.resumed == 0, "seed \(seed), \(tickets)")
        }
    }

    /// Upstreams of all kinds come and go, and so do networks and the machine itself.
    @Test(arguments: seeds)
    func `a day loses nothing that had time and an upstream left`(seed: UInt64) throws {
        _ = try day(seed, selection: nil)
    }

    /// Each name is told to its own upstream, and to another only when that one fails.
    @Test(arguments: seeds)
    func `a day with names dealt out`(seed: UInt64) throws {
        let judge = try day(seed, selection: .sharded, atLeast: 2)
        guard judge.judged >= SimulatedUpstream.domains * 10 else { return }
        #expect(judge.shares.count > 1, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `a day with upstreams in order`(seed: UInt64) throws {
        let judge = try day(seed, selection: .ordered, atLeast: 2)
        #expect(judge.judged > 0, "seed \(seed)")
    }

    private func day(_ seed: UInt64, selection: UpstreamSelection?, atLeast count: Int = 1) throws -> SelectionJudge {
        var random = SplitMix(seed: seed)
        var habits = SimulatedServer.Habit.allCases.shuffled(using: &random).prefix(count + random.below(3))
        if habits.allSatisfy({ $0 == .refuses }) { habits.append(.steady) }
        let before = ResidentMemory.kibibytes
        let servers = habits.map { SimulatedServer($0, &random) }
        var world = SimulatedWorld(seed: seed, servers: servers, selection: selection)
        try world.live(queries: Self.queries)
        world.expectOrder()
        #expect(world.asked >= Self.queries, "seed \(seed)")
        #expect(world.answered > world.asked * 8 / 10, "seed \(seed), \(habits)")
        tell(seed, selection, servers, world, grown: ResidentMemory.kibibytes - before)
        return try #require(world.network?.judge ?? SelectionJudge(.fastest))
    }

    private func tell(
        _ seed: UInt64, _ selection: UpstreamSelection?, _ servers: [SimulatedServer], _ world: SimulatedWorld,
        grown: Int
    ) {
        guard Self.queries >= Self.manyQueries else { return }
        #expect(grown < Self.maximumGrowthKiB, "seed \(seed), \(servers): \(grown) KiB")
        print(
            "a day, seed \(seed)\(selection.map { ", \($0)" } ?? ""): \(servers), \(world.asked) asked, "
                + "\(world.answered) answered, \(world.failures) failures, all but "
                + "\(world.failures - world.excusedFailures) for want of an upstream, "
                + "\(world.network?.handshakes ?? 0) handshakes (\(world.network?.resumed ?? 0) resumed), "
                + "\(world.network?.judge?.judged ?? 0) choices judged, \(grown) KiB more")
    }

    /// With so many, what leaks is more than what a test's own books and the allocator take.
    private static let manyQueries = 100_000
    private static let maximumGrowthKiB = 40_000

    /// What a seed is printed for.
    @Test func `the same seed is the same world`() throws {
        let worlds = try (0..<2).map { _ in try world(7, [.nasty, .good], share: 3) }
        #expect(worlds[0].statistics == worlds[1].statistics)
        #expect(worlds[0].answered == worlds[1].answered && worlds[0].stale == worlds[1].stale)
    }
}
