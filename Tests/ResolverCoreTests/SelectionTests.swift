import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct SelectionTests {
    /// Asks for a new name, and lets the upstream that is asked answer after so many milliseconds.
    private func exchange(_ bench: Bench, _ index: Int, _ delays: [Double]) throws -> Int {
        let name = "n\(index).example.org"
        try bench.ask(name)
        let upstream = try #require(bench.sent.last).upstream
        try bench.advance(seconds: delays[upstream] / 1000)
        try bench.answer(response(name, .a, [.a(name)]))
        return upstream
    }

    @Test func `ordered asks the first that works`() throws {
        let bench = Bench(upstreams: ["one", "two", "three"])
        for index in 0..<20 { #expect(try exchange(bench, index, [90, 1, 1]) == 0) }
    }

    @Test func `fastest measures everyone once and stays with the fastest`() throws {
        let bench = Bench(upstreams: ["one", "two", "three"], selection: .fastest)
        let asked = try (0..<20).map { try exchange(bench, $0, [90, 40, 60]) }
        #expect(asked.prefix(3) == [0, 1, 2])
        #expect(asked.dropFirst(3).allSatisfy { $0 == 1 })
        #expect(bench.resolver.upstreams[1].smoothedRoundTripTime == 40_000_000)
    }

    @Test func `fastest gives the slow ones another chance in time, and follows changes`() throws {
        let bench = Bench(upstreams: ["one", "two"], selection: .fastest)
        for index in 0..<5 { _ = try exchange(bench, index, [90, 40]) }
        var asked: [Int] = []
        for index in 5..<40 {
            try bench.advance(seconds: 10)
            asked.append(try exchange(bench, index, [10, 40]))
        }
        #expect(asked.first == 1)
        #expect(asked.last == 0)
    }

    @Test func `the round-trip time is smoothed`() throws {
        let bench = Bench(upstreams: ["one"])
        _ = try exchange(bench, 0, [80])
        _ = try exchange(bench, 1, [160])
        #expect(bench.resolver.upstreams[0].smoothedRoundTripTime == 90_000_000)
    }

    @Test func `snapshots tell what operators ask`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        #expect(bench.resolver.upstreams.map(\.state) == [.idle, .idle])
        _ = try exchange(bench, 0, [10, 10])
        try bench.advance(seconds: 10)
        let failedAt = bench.now
        try bench.ask("www.example.org")
        #expect(bench.resolver.upstreams[0].queriesUnderWay == 1)
        try bench.fail(.certificateNameMismatch)
        let snapshot = bench.resolver.upstreams[0]
        #expect(snapshot.name == "one")
        #expect(snapshot.state == .failing)
        #expect(snapshot.since == failedAt && snapshot.lastFailureAt == failedAt)
        #expect(snapshot.lastFailure == .certificateNameMismatch)
        #expect(snapshot.forwarded == 2 && snapshot.answered == 1 && snapshot.queriesUnderWay == 0)
        #expect(snapshot.failures.map(\.count) == [1])
    }
}
