import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct CacheTests {
    @Test func `a second question is answered at once`() throws {
        let bench = Bench()
        let first = try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(first.answers.map(\.rdata) == [[198, 51, 100, 7]])
        let second = try #require(try bench.ask("www.example.org", id: 77))
        #expect(second.id == 77)
        #expect(second.answers == first.answers)
        #expect(bench.sent.count == 1)
        #expect(bench.resolver.statistics.hits == 1)
    }

    @Test func `the client's spelling, id and flags come back`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        let reply = try #require(try bench.receive(query("wWw.eXAMPLE.org", id: 9, recursionDesired: false)))
        #expect(reply.id == 9)
        #expect(reply.question == "wWw.eXAMPLE.org.")
        #expect(reply.answers.map(\.owner) == ["wWw.eXAMPLE.org."])
        #expect(reply.flags.rawValue == 0x8080)
        #expect(try bench.ask("www.example.org")?.flags.rawValue == 0x8180)
    }

    @Test func `times to live age by whole seconds`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        try bench.advance(seconds: 10.9)
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [290])
        try bench.advance(seconds: 289)
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [1])
        try bench.advance(seconds: 1)
        #expect(try bench.ask("www.example.org") == nil)
    }

    @Test func `each record ages by itself and the least time to live decides`() throws {
        let bench = Bench()
        try bench.resolve(
            "www.example.org", .a, [.cname("www.example.org", "a.example.org", 100), .a("a.example.org", 30)])
        try bench.advance(seconds: 29)
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [71, 1])
        try bench.advance(seconds: 1)
        #expect(try bench.ask("www.example.org") == nil)
    }

    @Test func `the records of one set have one time to live`() throws {
        let bench = Bench()
        let reply = try bench.resolve(
            "www.example.org", .a,
            [.a("www.example.org", 300, [198, 51, 100, 1]), .a("www.example.org", 60, [198, 51, 100, 2])])
        #expect(reply.answers.map(\.ttl) == [60, 60])
    }

    @Test func `times to live are kept between the configured ones`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 100, minimumTTL: 60, maximumTTL: 600))
        #expect(try bench.resolve("long.example.org", .a, [.a("long.example.org", 9000)]).answers[0].ttl == 600)
        #expect(try bench.resolve("short.example.org", .a, [.a("short.example.org", 5)]).answers[0].ttl == 60)
    }

    @Test func `a zero time to live is told and not kept, whatever the minimum`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 100, minimumTTL: 60))
        #expect(try bench.resolve("now.example.org", .a, [.a("now.example.org", 0)]).answers[0].ttl == 0)
        #expect(try bench.ask("now.example.org") == nil)
    }

    @Test func `a time to live with its top bit set counts as zero`() throws {
        let bench = Bench()
        #expect(try bench.resolve("odd.example.org", .a, [.a("odd.example.org", 0x8000_0001)]).answers[0].ttl == 0)
    }

    @Test func `types are cached apart`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.ask("www.example.org", .aaaa) == nil)
    }

    @Test func `DO and CD are cached apart`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.ask("www.example.org", edns: 1232, wantsDNSSEC: true) == nil)
        #expect(bench.sent.last?.query.wantsDNSSEC == true)
        #expect(try bench.receive(query("www.example.org", checkingDisabled: true)) == nil)
        #expect(bench.sent.last?.query.flags.checkingDisabled == true)
        #expect(bench.sent.count == 3)
    }

    @Test func `AD is asked for, and told, only for those who understand it`() throws {
        let bench = Bench()
        #expect(try bench.receive(query("www.example.org", authenticData: true)) == nil)
        #expect(bench.sent.last?.query.flags.authenticData == true)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")], authentic: true))
        #expect(bench.reply?.flags.authenticData == true)
        #expect(try bench.ask("www.example.org")?.flags.authenticData == false)
        #expect(bench.sent.count == 1)
    }

    @Test func `what was not asked to be authentic is asked for again`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(bench.sent.last?.query.flags.authenticData == false)
        #expect(try bench.receive(query("www.example.org", authenticData: true)) == nil)
        #expect(bench.sent.count == 2)
    }

    @Test func `who asks for no recursion is served what others have learned, and not the other way round`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.receive(query("www.example.org", recursionDesired: false)) != nil)
        #expect(try bench.receive(query("other.example.org", recursionDesired: false)) == nil)
        #expect(bench.sent.last?.query.flags.recursionDesired == false)
        try bench.answer(response("other.example.org", .a, [.a("other.example.org")]))
        #expect(try bench.ask("other.example.org") == nil)
    }

    @Test func `an answer with proofs serves those who want none, without them`() throws {
        let bench = Bench()
        try bench.ask("www.example.org", edns: 1232, wantsDNSSEC: true)
        let signature = TestRecord(
            owner: "www.example.org", type: .rrsig, ttl: 300,
            rdata: [0, 1] + [UInt8](repeating: 0, count: 16) + wire("example.org") + [1, 2, 3])
        try bench.answer(response("www.example.org", .a, [.a("www.example.org"), signature], authentic: true))
        #expect(bench.reply?.answers.count == 2)
        try bench.advance(seconds: 100)
        let plain = try #require(try bench.ask("www.example.org"))
        #expect(plain.answers.map(\.type) == [.a] && plain.answers.map(\.ttl) == [200])
        #expect(try bench.receive(query("www.example.org", authenticData: true))?.flags.authenticData == true)
        #expect(try bench.ask("www.example.org", .rrsig) == nil)
        #expect(bench.sent.count == 2)
    }

    @Test func `views are cached apart`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.ask("www.example.org", from: Bench.client(view: 1)) == nil)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 9])]))
        #expect(try bench.ask("www.example.org")?.answers[0].rdata == [198, 51, 100, 7])
        #expect(try bench.ask("www.example.org", from: Bench.client(view: 1))?.answers[0].rdata == [198, 51, 100, 9])
    }

    @Test func `no more answers are kept than configured`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 10))
        for index in 0..<50 { try bench.resolve("n\(index).example.org", .a, [.a("n\(index).example.org")]) }
        #expect(bench.resolver.statistics.cacheEntries == 10)
        #expect(bench.resolver.statistics.evictions == 40)
    }

    @Test func `what is asked for again stays, what is not goes`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 10))
        try bench.resolve("keep.example.org", .a, [.a("keep.example.org")])
        for index in 0..<100 {
            #expect(try bench.ask("keep.example.org") != nil)
            try bench.resolve("n\(index).example.org", .a, [.a("n\(index).example.org")])
        }
        #expect(try bench.ask("keep.example.org") != nil)
        #expect(try bench.ask("n50.example.org") == nil)
    }

    @Test func `big answers are bounded by bytes`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 1000))
        for index in 0..<200 {
            let name = "n\(index).example.org"
            try bench.resolve(
                name, .txt, (0..<30).map { _ in .txt(name, length: 250) }, from: Bench.client(1, .stream, stream: 1))
        }
        let statistics = bench.resolver.statistics
        #expect(statistics.cacheBytes < 300_000)
        #expect(statistics.evictions > 150)
        #expect(statistics.cacheEntries > 5)
    }

    @Test func `no cache when it has no entries`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 0))
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.ask("www.example.org") == nil)
    }

    @Test func `a usual answer takes less than 160 bytes all told`() throws {
        let bench = Bench(cache: CacheConfiguration(entries: 4000))
        let empty = bench.resolver.statistics.cacheBytes
        for index in 0..<4000 {
            try bench.resolve("host-\(index).example.org", .a, [.a("host-\(index).example.org")])
        }
        #expect(bench.resolver.statistics.cacheEntries == 4000)
        #expect((bench.resolver.statistics.cacheBytes - empty) / 4000 + empty / 4000 <= 160)
    }

    @Test func `flushing forgets all, a name or a tree`() throws {
        let bench = Bench()
        for name in ["a.example.org", "b.a.example.org", "xa.example.org"] { try bench.resolve(name, .a, [.a(name)]) }
        #expect(bench.resolver.flush(name: wire("A.example.ORG").span, subtree: false) == 1)
        #expect(try bench.ask("a.example.org") == nil)
        try bench.answer(response("a.example.org", .a, [.a("a.example.org")]))
        #expect(bench.resolver.flush(name: wire("a.example.org").span, subtree: true) == 2)
        #expect(try bench.ask("xa.example.org") != nil)
        #expect(bench.resolver.flush() == 1)
        #expect(bench.resolver.statistics.cacheEntries == 0)
        #expect(try bench.ask("xa.example.org") == nil)
    }
}
