import DNSWire
import Glibc
import LabPeers
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

/// Clients while the daemon reads its bundle again, or ends and starts again under a service manager.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct RestartTests {
    private let upstream: TestUpstream
    private let other: TestUpstream

    init() throws {
        upstream = try TestUpstream(named: "one")
        other = try TestUpstream(named: "two")
    }

    @Test(arguments: [1, 3])
    func keepsTheCache(workers: Int) throws {
        let keeper = try keeper(workers: workers)
        let first = try answers(keeper)
        let before = upstream.server.counters.queries
        try restart(keeper)
        #expect(keeper.kept == nil, "what was taken is not kept any more")
        #expect(try answers(keeper) == first)
        #expect(upstream.server.counters.queries == before)
        #expect(keeper.log.contains("took over \(first.count) cached answers"), "\(keeper.log)")
    }

    /// What slept has aged: times to live go on while the machine is suspended.
    @Test(.enabled(if: TimeNamespace.isAvailable, TimeNamespace.missing))
    func agesWhileTheMachineSleeps() throws {
        let keeper = try keeper()
        let name = "www.lab.example"
        let before = try #require(try ask(keeper, name)?.ttls.first)
        keeper.stop()
        try keeper.start(afterSleepOf: 100)
        let after = try #require(try ask(keeper, name)?.ttls.first)
        #expect((before - 110...before - 100).contains(after))
        #expect(upstream.server.counters.queries == 1)
        keeper.stop(SIGKILL)
    }

    /// Whose upstream is silent is told so in time: what sets the deadlines and what rings have one clock.
    @Test(.enabled(if: TimeNamespace.isAvailable, TimeNamespace.missing))
    func meetsDeadlinesAfterTheMachineSlept() throws {
        let script = "connection: stall"
        let silent = try TestUpstream(named: "silent", script: script)
        let keeper = try ServiceKeeper()
        keeper.putBundle(TestBundle.bytes([silent.settings]))
        try keeper.start(afterSleepOf: 100)
        #expect(try ask(keeper, "www.lab.example")?.code == .serverFailure)
        keeper.stop(SIGKILL)
    }

    /// Answers under another bundle are none under this one.
    @Test func startsEmptyWithAnotherBundle() throws {
        let keeper = try keeper()
        _ = try answers(keeper)
        keeper.putBundle(TestBundle.bytes([other.settings, upstream.settings]))
        try restart(keeper)
        #expect(keeper.log.contains("<6>the cache of the process before is of another bundle"), "\(keeper.log)")
        _ = try answers(keeper)
        #expect(other.server.counters.queries == QueryLoad.names.count)
    }

    /// Whatever is under that name: one line in the log, and a cache that is empty.
    @Test func startsEmptyWithADamagedCache() throws {
        let keeper = try keeper()
        let first = try answers(keeper)
        keeper.stop()
        let kept = try #require(keeper.kept)
        let bytes = try contents(of: kept)
        var flipped = bytes
        flipped[bytes.count / 2] ^= 0x10
        let damaged: [[UInt8]] = [flipped, Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(20)), []]
        for (number, bytes) in damaged.enumerated() { try startsEmpty(keeper, try sealed(bytes), number, first) }
        try startsEmpty(keeper, SharedDescriptor(try Pipe().readEnd.duplicate()), damaged.count, first)
        let open = try MemoryFile(name: "open")
        try startsEmpty(keeper, SharedDescriptor(try open.descriptor.duplicate()), damaged.count + 1, first)
    }

    private func startsEmpty(
        _ keeper: ServiceKeeper, _ kept: SharedDescriptor, _ number: Int, _ expected: [String: [String]]
    ) throws {
        keeper.kept = kept
        let before = upstream.server.counters.queries
        try keeper.start()
        #expect(try answers(keeper) == expected)
        #expect(upstream.server.counters.queries == before + expected.count, "\(number)")
        let line = "<4>the cache of the process before arrived damaged"
        #expect(keeper.log.split(separator: "\n").count { $0.hasPrefix(line) } == number + 1, "\(keeper.log)")
        keeper.stop(SIGKILL)
    }

    /// Under load: the sockets wait while nobody serves them, and what is cached stays cached.
    @Test func losesNoQueryInRestarts() throws {
        let keeper = try keeper()
        let load = try QueryLoad(keeper.endpoint, expected: try answers(keeper))
        for _ in 0..<10 {
            usleep(100_000)
            try restart(keeper)
        }
        let outcome = try finish(load, 500)
        #expect(outcome.retransmitted == 0)
        #expect(RestartTests.queries(outcome).contains(upstream.server.counters.queries))
    }

    /// What a killed process had taken, it takes with it: one retransmission brings it back.
    @Test func losesNoQueryWhenKilled() throws {
        let keeper = try keeper()
        let load = try QueryLoad(keeper.endpoint, expected: try answers(keeper))
        for _ in 0..<10 {
            usleep(100_000)
            keeper.stop(SIGKILL)
            try keeper.start()
        }
        _ = try finish(load, 500)
    }

    /// The same bundle, and one with the upstreams in another order and a cache of another size.
    @Test func losesNoQueryInReloads() throws {
        let keeper = try keeper()
        let load = try QueryLoad(keeper.endpoint, expected: try answers(keeper))
        for round in 0..<20 {
            usleep(25_000)
            let upstreams = [upstream.settings, other.settings]
            if round % 2 == 1 {
                keeper.putBundle(
                    TestBundle.bytes(
                        round % 4 == 1 ? upstreams.reversed() : upstreams, cacheEntries: round % 4 == 1 ? 500 : 700))
            }
            try keeper.reload()
        }
        let outcome = try finish(load, 300)
        #expect(outcome.retransmitted == 0)
        let asked = upstream.server.counters.queries + other.server.counters.queries
        #expect(RestartTests.queries(outcome).contains(asked))
        #expect(other.server.counters.queries > 0)
    }

    /// A manager that does not read what it is told holds nobody up.
    @Test func losesNoQueryWhileTheManagerIsBusy() throws {
        let keeper = try keeper()
        let load = try QueryLoad(keeper.endpoint, expected: try answers(keeper))
        for _ in 0..<30 {
            usleep(20_000)
            keeper.demandReload()
        }
        let outcome = try finish(load, 200)
        #expect(outcome.retransmitted == 0)
    }

    /// What holds for every load.
    private func finish(_ load: QueryLoad, _ minimum: Int) throws -> QueryLoad.Outcome {
        usleep(100_000)
        let outcome = load.stop()
        #expect(outcome.asked >= minimum)
        #expect(outcome.wrong.isEmpty)
        #expect(outcome.unanswered == 0, "\(outcome)")
        #expect(outcome.answered == outcome.asked, "\(outcome)")
        return outcome
    }

    // MARK: - Support

    /// How many the upstreams see when nothing is asked for anew that is cached: one in sixteen that are late may be hedged.
    private static func queries(_ outcome: QueryLoad.Outcome) -> ClosedRange<Int> {
        let once = QueryLoad.names.count + outcome.unique
        return once...once + once / 16
    }

    private func keeper(workers: Int = 1) throws -> ServiceKeeper {
        let keeper = try ServiceKeeper(workers: workers)
        keeper.putBundle(TestBundle.bytes([upstream.settings, other.settings]))
        try keeper.start()
        return keeper
    }

    private func restart(_ keeper: ServiceKeeper) throws {
        keeper.stop()
        #expect(keeper.kept != nil)
        try keeper.start()
    }

    /// To each name of the load, sorted.
    private func answers(_ keeper: ServiceKeeper) throws -> [String: [String]] {
        var answers: [String: [String]] = [:]
        for name in QueryLoad.names { answers[name] = try #require(try ask(keeper, name)).lines.sorted() }
        return answers
    }

    private func ask(_ keeper: ServiceKeeper, _ name: String) throws -> TestAnswer? {
        try TestClient.ask(TestQuery.bytes(name), at: keeper.endpoint)
    }

    private func contents(of kept: SharedDescriptor) throws -> [UInt8] {
        guard let file = MemoryFile(sealed: try kept.descriptor.duplicate()) else { return [] }
        var bytes = [UInt8](repeating: 0, count: file.count)
        var room = bytes.mutableSpan
        let count = file.read(at: 0, into: &room)
        #expect(count == bytes.count)
        return bytes
    }

    private func sealed(_ bytes: [UInt8]) throws -> SharedDescriptor {
        var file = try MemoryFile(name: "damaged")
        try file.append(bytes.span)
        try file.seal()
        return SharedDescriptor(try file.descriptor.duplicate())
    }
}
