import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct NegativeAnswerTests {
    @Test func `forgetting a name forgets that a name above it does not exist`() throws {
        let bench = Bench()
        try bench.resolve("no.example.org", .a, [.soa("example.org", minimum: 60)], code: .nameError)
        #expect(try bench.ask("www.no.example.org")?.code == .nameError)
        #expect(bench.resolver.flush(name: wire("other.example.org").span, subtree: false) == 0)
        #expect(bench.resolver.flush(name: wire("www.No.example.org").span, subtree: false) == 1)
        #expect(try bench.ask("www.no.example.org") == nil)
    }

    @Test func `no such name is kept for the lesser of SOA TTL and minimum`() throws {
        let bench = Bench()
        let records: [TestRecord] = [.soa("example.org", ttl: 300, minimum: 60)]
        let reply = try bench.resolve("gone.example.org", .a, records, code: .nameError)
        #expect(reply.code == .nameError)
        #expect(reply.authorities.map(\.ttl) == [60])
        try bench.advance(seconds: 20)
        let again = try #require(try bench.ask("gone.example.org"))
        #expect(again.code == .nameError)
        #expect(again.authorities.map(\.ttl) == [40])
        #expect(bench.resolver.statistics.negativeHits == 1)
        try bench.advance(seconds: 40)
        #expect(try bench.ask("gone.example.org") == nil)
    }

    @Test func `no such data is kept by type`() throws {
        let bench = Bench()
        let reply = try bench.resolve("www.example.org", .aaaa, [.soa("example.org", ttl: 30, minimum: 60)])
        #expect(reply.code == .noError && reply.answers.isEmpty)
        #expect(reply.authorities.map(\.ttl) == [30])
        #expect(try bench.ask("www.example.org", .aaaa)?.authorities.count == 1)
        #expect(try bench.ask("www.example.org", .a) == nil)
    }

    @Test func `a negative answer is kept for an hour at most`() throws {
        let bench = Bench()
        let records: [TestRecord] = [.soa("example.org", ttl: 86_400, minimum: 86_400)]
        let reply = try bench.resolve("gone.example.org", .a, records, code: .nameError)
        #expect(reply.authorities.map(\.ttl) == [3600])
    }

    @Test func `a negative answer without SOA is told and not kept`() throws {
        let bench = Bench()
        #expect(try bench.resolve("gone.example.org", .a, [], code: .nameError).code == .nameError)
        #expect(try bench.ask("gone.example.org") == nil)
    }

    @Test func `a chain may end in nothing`() throws {
        let bench = Bench()
        let records: [TestRecord] = [
            .cname("www.example.org", "gone.example.net", 20), .soa("example.net", ttl: 300, minimum: 60),
        ]
        let reply = try bench.resolve("www.example.org", .a, records, code: .nameError)
        #expect(reply.code == .nameError)
        #expect(reply.answers.map(\.type) == [.cname])
        #expect(reply.authorities.map(\.owner) == ["example.net."])
        try bench.advance(seconds: 20)
        #expect(try bench.ask("www.example.org") == nil)
        // RFC 8020 never reaches across an alias: the name itself exists.
        #expect(try bench.ask("sub.www.example.org") == nil)
    }

    @Test func `the SOA of a zone that the name is not in is no reason`() throws {
        let bench = Bench()
        let records: [TestRecord] = [.soa("elsewhere.example", ttl: 300, minimum: 60)]
        #expect(try bench.resolve("gone.example.org", .a, records, code: .nameError).authorities.isEmpty)
        #expect(try bench.ask("gone.example.org") == nil)
    }

    @Test func `no such name together with data is no answer`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")], code: .nameError))
        #expect(bench.answers.isEmpty)
        #expect(bench.sent.map(\.upstream) == [0, 1])
    }
}
