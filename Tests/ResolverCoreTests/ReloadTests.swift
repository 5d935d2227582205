import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct ReloadTests {
    private func configuration(_ names: [String], entries: Int = 1000) -> ResolverConfiguration {
        ResolverConfiguration(
            upstreams: names.map { UpstreamConfiguration(name: $0) },
            views: Bench.alike([0, 1, 7], upstreams: names.count), cache: CacheConfiguration(entries: entries))
    }

    @Test func `a reload keeps the cache`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        bench.resolver.reconfigure(configuration(["two"]), now: bench.now)
        #expect(try bench.ask("www.example.org") != nil)
    }

    @Test func `a smaller cache keeps what was asked for again and the newest, a bigger one all`() throws {
        let bench = Bench(upstreams: ["one"])
        for index in 0..<20 { try bench.resolve("n\(index).example.org", .a, [.a("n\(index).example.org")]) }
        #expect(try bench.ask("n3.example.org") != nil)
        try bench.advance(seconds: 100)
        bench.resolver.reconfigure(configuration(["one"], entries: 5), now: bench.now)
        bench.carry()
        #expect(bench.resolver.statistics.cacheEntries == 5)
        bench.resolver.reconfigure(configuration(["one"], entries: 50), now: bench.now)
        bench.carry()
        for index in [3, 16, 17, 18, 19] { #expect(try bench.ask("n\(index).example.org")?.answers[0].ttl == 200) }
        #expect(try bench.ask("n15.example.org") == nil)
    }

    /// While the old cache is carried over, piece by piece, queries are answered, and what they learn is newer.
    @Test func `what is learnt while a cache is carried over stays`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.resolve("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 1])])
        try bench.resolve("ftp.example.org", .a, [.a("ftp.example.org")])
        bench.resolver.reconfigure(configuration(["one"], entries: 50), now: bench.now)
        try bench.resolve("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 2])])
        try bench.resolve("ftp.example.org", .a, [.soa("example.org")], code: .nameError)
        bench.carry()
        #expect(try bench.ask("www.example.org")?.answers.map(\.rdata) == [[198, 51, 100, 2]])
        #expect(try bench.ask("ftp.example.org")?.code == .nameError)
        #expect(bench.resolver.statistics.cacheEntries == 2)
    }

    @Test func `what is forgotten is not carried over`() throws {
        for forget in [
            { (resolver: inout Resolver) in #expect(resolver.flush() == 2) },
            { resolver in resolver.networkChanged(now: .zero) },
            { resolver in #expect(resolver.flush(name: wire("www.example.org").span, subtree: false) == 1) },
        ] {
            let bench = Bench(upstreams: ["one"])
            for name in ["www.example.org", "mail.example.org"] { try bench.resolve(name, .a, [.a(name)]) }
            bench.resolver.reconfigure(configuration(["one"], entries: 50), now: bench.now)
            forget(&bench.resolver)
            bench.carry()
            #expect(try bench.ask("www.example.org") == nil)
        }
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
