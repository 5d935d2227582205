import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// RFC 8767: an expired answer is better than none, and worse than any other.
@Suite struct StaleAnswerTests {
    private func expired(
        _ cache: CacheConfiguration = CacheConfiguration(entries: 100, maximumTTL: 600), after seconds: Double = 400
    ) throws -> Bench {
        let bench = Bench(upstreams: ["one"], cache: cache)
        try bench.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        try bench.advance(seconds: seconds)
        bench.answers = []
        return bench
    }

    @Test func `it is told after the client's patience, with a time to live of thirty seconds and the reason`() throws {
        let bench = try expired()
        #expect(try bench.ask("www.example.org", edns: 1232) == nil)
        try bench.advance(seconds: 1.79)
        #expect(bench.answers.isEmpty)
        try bench.advance(seconds: 0.02)
        let reply = try #require(bench.reply)
        #expect(reply.code == .noError && reply.answers.map(\.ttl) == [30])
        #expect(reply.error == .staleAnswer)
        #expect(bench.resolver.statistics.staleAnswers == 1)
    }

    @Test func `an answer that comes in time is told instead, and one that comes late is kept`() throws {
        let bench = try expired()
        try bench.ask("www.example.org")
        try bench.advance(seconds: 1)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 9])]))
        #expect(bench.reply?.answers.map(\.rdata) == [[198, 51, 100, 9]])

        try bench.advance(seconds: 400)
        try bench.ask("www.example.org")
        try bench.advance(seconds: 2)
        #expect(bench.answers.count == 2)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 10])]))
        #expect(bench.answers.count == 2)
        #expect(try bench.ask("www.example.org")?.answers.map(\.rdata) == [[198, 51, 100, 10]])
    }

    @Test func `who asks while the renewal is under way waits no longer than the first`() throws {
        let bench = try expired()
        try bench.ask("www.example.org", id: 1)
        try bench.advance(seconds: 1)
        try bench.ask("www.example.org", id: 2, from: Bench.client(40_001))
        try bench.advance(seconds: 0.9)
        #expect(bench.answers.count == 2)
        try bench.ask("www.example.org", id: 3, from: Bench.client(40_002))
        #expect(bench.answers.map(\.reply.id) == [1, 2, 3])
        #expect(bench.answers.allSatisfy { $0.reply.answers.map(\.ttl) == [30] })
    }

    @Test func `a failure is not told while there is one, and not asked for again at once`() throws {
        let bench = try expired()
        try bench.ask("www.example.org", edns: 1232)
        let count = bench.sent.count
        try bench.answer(response("www.example.org", .a, code: .serverFailure))
        #expect(bench.reply?.error == .staleAnswer)
        try bench.advance(seconds: 4)
        #expect(try bench.ask("www.example.org", edns: 1232)?.error == .staleAnswer)
        #expect(bench.sent.count == count)
        try bench.advance(seconds: 2)
        #expect(try bench.ask("www.example.org") == nil)
        #expect(bench.sent.count == count + 1)
    }

    @Test func `renewals that fail do not make it younger`() throws {
        let bench = try expired(
            CacheConfiguration(entries: 100, stale: StaleAnswers(maximumAge: 200)), after: 400)
        for _ in 0..<9 {
            try bench.ask("www.example.org")
            try bench.answer(response("www.example.org", .a, code: .serverFailure))
            #expect(bench.reply?.code == .noError)
            try bench.advance(seconds: 10)
        }
        try bench.advance(seconds: 20)
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, code: .serverFailure))
        #expect(bench.reply?.code == .serverFailure)
    }

    @Test func `an absent name is told with a code of its own`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.resolve("no.example.org", .a, [.soa("example.org", minimum: 60)], code: .nameError)
        try bench.advance(seconds: 100)
        try bench.ask("no.example.org", .aaaa, edns: 1232)
        try bench.advance(seconds: 2)
        #expect(bench.reply?.code == .nameError && bench.reply?.error == .staleNXDomainAnswer)
        #expect(bench.reply?.type == .aaaa)
        #expect(bench.reply?.authorities.map(\.ttl) == [30])
    }

    @Test func `a failure is never told again after its end`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, code: .serverFailure))
        #expect(try bench.ask("www.example.org")?.code == .serverFailure)
        try bench.advance(seconds: 6)
        try bench.ask("www.example.org")
        #expect(bench.sent.count == 2)
        bench.answers = []
        try bench.advance(seconds: 2)
        #expect(bench.answers.isEmpty)
    }

    @Test func `never when the profile says so, or on another network`() throws {
        let never = try expired(CacheConfiguration(entries: 100, stale: StaleAnswers(maximumAge: 0)))
        let moved = try expired()
        moved.resolver.networkChanged(now: moved.now)
        for bench in [never, moved] {
            try bench.ask("www.example.org")
            try bench.advance(seconds: 5)
            #expect(bench.reply?.code == .serverFailure)
        }
    }

    @Test func `all who wait are told, and nothing is left over`() throws {
        let bench = try expired()
        for id in 0..<50 { try bench.ask("www.example.org", id: UInt16(id), from: Bench.client(UInt16(50_000 + id))) }
        try bench.advance(seconds: 10)
        #expect(Set(bench.answers.map(\.reply.id)).count == 50 && bench.answers.count == 50)
        #expect(bench.resolver.pendingQueryCount == 0 && bench.resolver.statistics.heldBytes == 0)
        #expect(bench.resolver.deadline == nil)
    }
}
