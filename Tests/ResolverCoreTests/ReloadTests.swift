import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct ReloadTests {
    private func configuration(_ names: [String], entries: Int = 1000) -> ResolverConfiguration {
        ResolverConfiguration(
            upstreams: names.map { UpstreamConfiguration(name: $0) }, cache: CacheConfiguration(entries: entries))
    }

    @Test func `a reload keeps the cache`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        bench.resolver.reconfigure(configuration(["two"]), now: bench.now)
        #expect(try bench.ask("www.example.org") != nil)
    }

    @Test func `a smaller cache keeps the newest, a bigger one all`() throws {
        let bench = Bench(upstreams: ["one"])
        for index in 0..<20 { try bench.resolve("n\(index).example.org", .a, [.a("n\(index).example.org")]) }
        try bench.advance(seconds: 100)
        bench.resolver.reconfigure(configuration(["one"], entries: 5), now: bench.now)
        #expect(bench.resolver.statistics.cacheEntries == 5)
        bench.resolver.reconfigure(configuration(["one"], entries: 50), now: bench.now)
        for index in 15..<20 { #expect(try bench.ask("n\(index).example.org")?.answers[0].ttl == 200) }
        #expect(try bench.ask("n14.example.org") == nil)
    }

    @Test func `pending queries stay and attempts keep their upstreams`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        bench.resolver.reconfigure(configuration(["zero", "one"]), now: bench.now)
        try bench.takeEffects()
        #expect(bench.sent.count == 1)
        #expect(bench.resolver.upstreams.map(\.queriesUnderWay) == [0, 1])
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.reply?.answers.count == 1)
        #expect(bench.resolver.upstreams.map(\.answered) == [0, 1])
    }

    @Test func `attempts at upstreams that are gone go to others`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        bench.resolver.reconfigure(configuration(["three"]), now: bench.now)
        try bench.takeEffects()
        #expect(bench.sent.map(\.upstream) == [0, 0])
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]), to: bench.sent[0].attempt)
        #expect(bench.answers.isEmpty)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]), to: bench.sent[1].attempt)
        #expect(bench.reply?.answers.count == 1)
        #expect(bench.resolver.upstreams[0].queriesUnderWay == 0)
    }

    @Test func `a query that waits for an upstream goes on with the new one`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        try bench.fail(.connectRefused)
        bench.resolver.reconfigure(configuration(["two"]), now: bench.now)
        try bench.takeEffects()
        #expect(bench.sent.count == 2)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.reply?.answers.count == 1)
    }

    @Test func `health survives for upstreams that stay`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        try bench.fail(.connectRefused)
        bench.resolver.reconfigure(configuration(["two", "one"]), now: bench.now)
        #expect(bench.resolver.upstreams.map(\.state) == [.idle, .failing])
    }
}
