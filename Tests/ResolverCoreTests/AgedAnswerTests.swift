import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

/// Answers that were in HTTP caches on their way (RFC 8484 section 5.1).
@Suite struct AgedAnswerTests {
    func ask(_ records: [TestRecord], code: ResponseCode = .noError, age: UInt32, in bench: Bench) throws -> Reply {
        #expect(try bench.ask("www.example.org") == nil)
        try bench.answer(response("www.example.org", .a, records, code: code), age: age)
        let last = bench.answers.popLast()
        return try #require(last).reply
    }

    @Test(arguments: [(0, 300), (1, 299), (299, 1)] as [(UInt32, UInt32)])
    func `lives are shorter by the age`(age: UInt32, left: UInt32) throws {
        let bench = Bench()
        let reply = try ask([.a("www.example.org", 300)], age: age, in: bench)
        #expect(reply.answers.map(\.ttl) == [left])
        #expect(try bench.ask("www.example.org")?.answers.map(\.ttl) == [left])
        try bench.advance(seconds: Double(left))
        #expect(try bench.ask("www.example.org") == nil)
    }

    @Test(arguments: [300, 301, UInt32.max])
    func `what is as old as it may get is told and not kept`(age: UInt32) throws {
        let bench = Bench()
        let reply = try ask([.a("www.example.org", 300)], age: age, in: bench)
        #expect(reply.answers.map(\.ttl) == [0])
        #expect(try bench.ask("www.example.org") == nil)
    }

    @Test func `absence grows old, too`() throws {
        let bench = Bench()
        let records: [TestRecord] = [.soa("example.org", ttl: 300, minimum: 60)]
        let reply = try ask(records, code: .nameError, age: 20, in: bench)
        #expect(reply.authorities.map(\.ttl) == [40])
        try bench.advance(seconds: 40)
        #expect(try bench.ask("www.example.org") == nil)
    }
}
