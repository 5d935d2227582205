import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// RFC 7828: who asks over a stream is told how long it may be idle.
@Suite struct KeepaliveTests {
    @Test func tellsStreamsHowLongTheyMayBeIdle() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        let stream = Bench.client(1, .stream, stream: 1)
        let reply = try #require(try bench.receive(query(withKeepalive: true), from: stream))
        #expect(reply.options == [.keepalive])
        #expect(reply.code == .noError)
        #expect(reply.records.count == 1)
        #expect(try bench.receive(query(withKeepalive: false), from: stream)?.options == [])
    }

    /// Over UDP the option means nothing (section 3.2.1).
    @Test func saysNothingOverUDP() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.receive(query(withKeepalive: true))?.options == [])
    }

    /// What an upstream says is handed back, where the answer is one to the question.
    @Test(arguments: [("www.example.org", 2_000), ("other.example.org", nil)] as [(String, UInt64?)])
    func handsBackWhatAnUpstreamSays(name: String, milliseconds: UInt64?) throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        let attempt = try #require(bench.sent.last).attempt
        var message = response(name, .a, [.a(name)])
        message[11] += 1
        message += [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 6, 0, 11, 0, 2, 0, 20]
        let told = bench.resolver.upstreamAnswered(attempt, message: message.span, now: bench.now)
        #expect(told == milliseconds)
    }

    private func query(withKeepalive: Bool) -> [UInt8] {
        let www: [UInt8] = [3] + Array("www".utf8) + [7] + Array("example".utf8) + [3] + Array("org".utf8) + [0]
        let header: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        let option: [UInt8] = withKeepalive ? [0, 11, 0, 0] : []
        return header + www + [0, 1, 0, 1] + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(option.count)] + option
    }
}
