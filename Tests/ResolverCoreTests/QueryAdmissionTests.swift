import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

/// Queries that are answered with an error, or not at all.
@Suite struct QueryAdmissionTests {
    @Test func `a class other than IN is refused and told why`() throws {
        let bench = Bench()
        let reply = try #require(try bench.receive(query("version.bind", .txt, recordClass: .chaos, edns: 1232)))
        #expect(reply.code == .refused)
        #expect(reply.error == .notSupported)
        let plain = try bench.receive(query("version.bind", .txt, recordClass: .chaos))
        #expect(plain?.hasOPT == false)
        #expect(bench.sent.isEmpty)
    }

    @Test(arguments: [
        (RecordType.axfr, ResponseCode.notImplemented, ExtendedErrorCode.notSupported),
        (.ixfr, .notImplemented, .notSupported), (.opt, .formatError, .invalidQueryType),
    ])
    func `types that cannot be asked for`(type: RecordType, code: ResponseCode, error: ExtendedErrorCode) throws {
        let plain = try #require(try Bench().ask("example.org", type))
        #expect(plain.code == code && !plain.hasOPT)
        let extended = try #require(try Bench().ask("example.org", type, edns: 1232))
        #expect(extended.code == code && extended.error == error)
    }

    @Test func `another opcode is not implemented`() throws {
        var bytes = query("example.org")
        bytes[2] = 0x20
        #expect(try Bench().receive(bytes)?.code == .notImplemented)
    }

    @Test(arguments: [0, 2])
    func `one question a query`(count: UInt8) throws {
        var bytes = query("example.org")
        bytes[5] = count
        #expect(try Bench().receive(bytes)?.code == .formatError)
    }

    @Test func `an unknown version of EDNS`() throws {
        var bytes = query("example.org", edns: 1232)
        bytes[bytes.count - 5] = 1
        #expect(try Bench().receive(bytes)?.code == .badVersion)
    }

    @Test func `ANY gets one record of no use to reflectors`() throws {
        let bench = Bench()
        let reply = try #require(try bench.ask("Example.org", .any))
        #expect(reply.answers.map(\.type) == [.hinfo])
        #expect(reply.answers.map(\.owner) == ["Example.org."])
        #expect(bench.sent.isEmpty)
    }

    @Test func `responses and fragments get no answer`() throws {
        let bench = Bench()
        #expect(try bench.receive(response("example.org")) == nil)
        #expect(try bench.receive([]) == nil)
        #expect(try bench.receive([0, 1, 0, 0]) == nil)
        #expect(bench.resolver.statistics.ignored == 3)
        #expect(bench.resolver.statistics.queries == 0)
    }

    @Test func `a query that is cut anywhere is answered or ignored`() throws {
        let whole = query("www.example.org", edns: 1232)
        let bench = Bench()
        for length in 0..<whole.count {
            let reply = try bench.receive(Array(whole[..<length]))
            #expect(reply == nil || reply?.code == .formatError)
        }
        #expect(bench.sent.isEmpty)
    }
}
