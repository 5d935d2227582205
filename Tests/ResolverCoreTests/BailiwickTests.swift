import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

/// Nothing is ever believed, told or cached that was not asked for.
@Suite struct BailiwickTests {
    @Test func `bailiwick: records of other names are neither told nor cached`() throws {
        let bench = Bench()
        let reply = try bench.resolve(
            "www.example.org", .a,
            [
                .a("bank.example.net", 300, [198, 51, 100, 66]), .a("www.example.org"),
                .a("ns.example.org", 300, [198, 51, 100, 66]).at(.additional),
                .a("bank.example.net", 300, [198, 51, 100, 66]).at(.additional),
                TestRecord(
                    owner: "example.org", type: .ns, ttl: 300, rdata: wire("ns.evil.example"), section: .authority),
            ])
        #expect(reply.records.map(\.owner) == ["www.example.org."])
        #expect(reply.answers.map(\.rdata) == [[198, 51, 100, 7]])
        #expect(bench.resolver.statistics.recordsOutOfBailiwick == 1)
        #expect(try bench.ask("bank.example.net") == nil)
        #expect(try bench.ask("ns.example.org") == nil)
        #expect(bench.resolver.statistics.cacheEntries == 1)
    }

    @Test func `bailiwick: an answer to another question is nobody's answer`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        try bench.answer(response("bank.example.net", .a, [.a("bank.example.net")]))
        #expect(bench.answers.isEmpty)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        try bench.answer(response("www.example.org", .aaaa, [.a("www.example.org")]))
        #expect(bench.answers.isEmpty)
        #expect(bench.resolver.statistics.cacheEntries == 0)
        #expect(bench.resolver.upstreams[0].failures.map(\.cause) == [.mismatched])
    }

    @Test func `bailiwick: the case of the echoed question does not matter`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.answer(response("WWW.Example.ORG", .a, [.a("wwW.example.org")]))
        #expect(bench.reply?.answers.map(\.owner) == ["www.example.org."])
    }

    @Test func `the targets of aliases belong to the answer, in any order`() throws {
        let bench = Bench()
        let reply = try bench.resolve(
            "www.example.org", .a,
            [
                .a("c.example.com"), .cname("b.example.net", "c.example.com"), .cname("other.example", "x.example"),
                .cname("www.example.org", "b.example.net"),
            ])
        #expect(reply.answers.map(\.owner) == ["www.example.org.", "b.example.net.", "c.example.com."])
        #expect(try bench.ask("b.example.net") == nil)
    }

    @Test func `a question for an alias itself does not follow it`() throws {
        let bench = Bench()
        let reply = try bench.resolve(
            "www.example.org", .cname, [.cname("www.example.org", "b.example.net"), .a("b.example.net")])
        #expect(reply.answers.map(\.type) == [.cname])
    }

    @Test func `a circle of aliases is no answer`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("a.example.org")
        try bench.answer(
            response(
                "a.example.org", .a,
                [.cname("a.example.org", "b.example.org"), .cname("b.example.org", "a.example.org")]))
        #expect(bench.resolver.upstreams[0].failures.map(\.cause) == [.malformed])
    }

    @Test func `a chain of more than sixteen names is no answer`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("n0.example.org")
        let chain = (0..<16).map { TestRecord.cname("n\($0).example.org", "n\($0 + 1).example.org") }
        try bench.answer(response("n0.example.org", .a, Array(chain.prefix(15)) + [.a("n15.example.org")]))
        #expect(bench.reply?.answers.count == 16)
        bench.resolver.flush()
        try bench.ask("n0.example.org")
        try bench.answer(response("n0.example.org", .a, chain + [.a("n16.example.org")]))
        #expect(bench.resolver.upstreams[0].failures.map(\.cause) == [.malformed])
    }

    @Test func `the DNAME that made an alias comes along`() throws {
        let bench = Bench()
        let dname = TestRecord(owner: "example.org", type: .dname, ttl: 300, rdata: wire("example.net"))
        let stray = TestRecord(owner: "elsewhere.example", type: .dname, ttl: 300, rdata: wire("example.net"))
        let reply = try bench.resolve(
            "www.example.org", .a, [dname, stray, .cname("www.example.org", "www.example.net"), .a("www.example.net")])
        #expect(reply.answers.map(\.type) == [.dname, .cname, .a])
        #expect(reply.answers.map(\.owner) == ["example.org.", "www.example.org.", "www.example.net."])
    }

    @Test func `signatures and proofs are for those who ask for them`() throws {
        let signature = [0, 1] + [UInt8](repeating: 0, count: 16) + wire("example.org") + [1, 2, 3]
        let records: [TestRecord] = [
            .a("www.example.org"), TestRecord(owner: "www.example.org", type: .rrsig, ttl: 300, rdata: signature),
            TestRecord(
                owner: "a.example.org", type: .nsec, ttl: 300, rdata: wire("z.example.org") + [0, 1, 64],
                section: .authority),
        ]
        let bench = Bench()
        #expect(try bench.resolve("www.example.org", .a, records).records.map(\.type) == [.a])
        let signed = try bench.resolve("www.example.org", .a, records, edns: 1232, wantsDNSSEC: true)
        #expect(signed.records.map(\.type) == [.a, .rrsig, .nsec])
        #expect(signed.wantsDNSSEC)
    }

    @Test func `a truncated answer over a stream is no answer`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")], truncated: true))
        #expect(bench.answers.isEmpty)
        #expect(bench.sent.count == 2)
    }

    @Test func `a query is no answer`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")], isResponse: false))
        #expect(bench.answers.isEmpty)
    }

    @Test func `an answer that is cut anywhere is no answer`() throws {
        let whole = response(
            "www.example.org", .a,
            [.cname("www.example.org", "a.example.org"), .a("a.example.org"), .soa("example.org")])
        for length in 0..<whole.count {
            let bench = Bench(upstreams: ["one", "two"])
            try bench.ask("www.example.org")
            try bench.answer(Array(whole[..<length]))
            #expect(bench.answers.isEmpty)
            #expect(bench.sent.count == 2)
        }
    }

    @Test func `rubbish behind an answer spoils it`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]) + [0])
        #expect(bench.answers.isEmpty)
    }
}
