import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

/// Popular answers are renewed before their end, behind the back of those who ask.
@Suite struct PrefetchTests {
    private func popular(prefetch: Bool = true) throws -> Bench {
        let bench = Bench(upstreams: ["one"], cache: CacheConfiguration(entries: 100, prefetch: prefetch))
        try bench.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        for _ in 0..<3 { #expect(try bench.ask("www.example.org") != nil) }
        bench.answers = []
        return bench
    }

    @Test func `in the last tenth, once, and the client does not wait`() throws {
        let bench = try popular()
        try bench.advance(seconds: 269)
        #expect(try bench.ask("www.example.org") != nil)
        #expect(bench.sent.count == 1)
        try bench.advance(seconds: 2)
        #expect(try bench.ask("wWw.example.org")?.answers.map(\.ttl) == [29])
        #expect(try bench.ask("www.example.org") != nil)
        #expect(bench.sent.count == 2 && bench.sent[1].query.question == "www.example.org.")
        try bench.answer(response("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 9])]))
        #expect(bench.answers.isEmpty)
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [300])
        #expect(bench.resolver.statistics.prefetches == 1)
        #expect(bench.resolver.pendingQueryCount == 0)
    }

    @Test func `one that fails leaves the answer where it is`() throws {
        let bench = try popular()
        try bench.advance(seconds: 275)
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, code: .serverFailure))
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [25])
    }

    @Test func `who asks after the end joins it`() throws {
        let bench = try popular()
        try bench.advance(seconds: 299)
        try bench.ask("www.example.org")
        try bench.advance(seconds: 1.1)
        #expect(try bench.ask("www.example.org") == nil)
        #expect(bench.sent.count == 2)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org", 300)]))
        #expect(bench.answers.count == 1)
    }

    @Test func `not what nobody asks for, and not when the profile says so`() throws {
        let unpopular = Bench()
        try unpopular.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        let forbidden = try popular(prefetch: false)
        for bench in [unpopular, forbidden] {
            try bench.advance(seconds: 280)
            #expect(try bench.ask("www.example.org") != nil)
            #expect(bench.sent.count == 1)
        }
    }
}
