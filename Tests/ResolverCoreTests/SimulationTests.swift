import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore
import Testing

/// Thousands of clients in front of upstreams that delay, lose, refuse, close, garble and lie about other names,
/// on a clock that is turned by hand. Failing seeds are printed and can be given again.
@Suite struct SimulationTests {
    @Test(arguments: [UInt64.random(in: 0 ... .max), 1, 2, 3])
    func `one answer a query, in time, and never a wrong one`(seed: UInt64) throws {
        var world = SimulatedWorld(seed: seed, behaviours: [.nasty, .nasty])
        try world.run(queries: 3000)
        world.expectOrder("seed \(seed)")
        #expect(world.answered > 2500, "seed \(seed)")
    }

    @Test(arguments: [UInt64.random(in: 0 ... .max), 4])
    func `with one good upstream no query fails, whatever the other does`(seed: UInt64) throws {
        for behaviours in [[SimulatedUpstream.nasty, .good], [.good, .nasty], [.dead, .good], [.silent, .good]] {
            var world = SimulatedWorld(seed: seed, behaviours: behaviours)
            try world.run(queries: 1500)
            world.expectOrder("seed \(seed)")
            #expect(world.failures == 0, "seed \(seed), \(behaviours)")
        }
    }

    @Test(arguments: [UInt64.random(in: 0 ... .max), 5])
    func `with no upstream that works every client is told in time`(seed: UInt64) throws {
        for behaviours in [[SimulatedUpstream.dead], [.silent], [.dead, .silent]] {
            var world = SimulatedWorld(seed: seed, behaviours: behaviours)
            try world.run(queries: 1000)
            world.expectOrder("seed \(seed)")
            #expect(world.answered == world.failures, "seed \(seed), \(behaviours)")
            let statistics = world.bench.resolver.statistics
            #expect(statistics.forwarded <= statistics.misses * 6, "seed \(seed), \(behaviours)")
        }
    }

    @Test(arguments: [UInt64.random(in: 0 ... .max), 6])
    func `an upstream that closes after every answer loses no query`(seed: UInt64) throws {
        var world = SimulatedWorld(seed: seed, behaviours: [.closing])
        try world.run(queries: 1500)
        world.expectOrder("seed \(seed)")
        #expect(world.failures == 0, "seed \(seed)")
    }
}
