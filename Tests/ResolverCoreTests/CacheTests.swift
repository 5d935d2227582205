import DNSWire
import ResolverCore
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

    @Test func `the client's spelling and flags come back`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        let bytes = query("wWw.eXAMPLE.org", id: 9, checkingDisabled: false, recursionDesired: false)
        let reply = try #require(try bench.receive(bytes))
        #expect(reply.question == "wWw.eXAMPLE.org.")
        #expect(reply.answers.map(\.owner) == ["wWw.eXAMPLE.org."])
        #expect(!reply.flags.recursionDesired)
        #expect(reply.flags.isResponse && reply.flags.recursionAvailable)
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
}
