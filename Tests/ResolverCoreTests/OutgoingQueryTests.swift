import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct OutgoingQueryTests {
    @Test func `the client's spelling, id and options stay here`() throws {
        let bench = Bench(paddingBlock: 0)
        try bench.ask("WwW.eXample.ORG", .https, id: 0x4242)
        let sent = try #require(bench.sent.first).query
        #expect(sent.question == "www.example.org.")
        #expect(sent.type == .https)
        #expect(sent.id == 0)
        #expect(sent.flags.recursionDesired && !sent.flags.isResponse)
        #expect(sent.payloadSize == 1232)
        #expect(sent.options.isEmpty)
    }

    /// RFC 7828 over TLS, and not over HTTPS: an option without a time, padded as everything is.
    @Test func `over a plain stream a query asks how long it may be idle`() throws {
        for isPlain in [true, false] {
            let bench = Bench(
                ResolverConfiguration(upstreams: [UpstreamConfiguration(name: "one", asksForIdleTime: isPlain)]))
            for name in ["a.example.org", "a-rather-longer-name-than-that.with.several.labels.example.org"] {
                try bench.ask(name)
                let sent = try #require(bench.sent.last).query
                #expect(sent.options == (isPlain ? [.keepalive, .padding] : [.padding]))
                #expect(sent.byteCount % 128 == 0)
            }
        }
    }

    @Test(arguments: [128, 468])
    func `queries are padded to the block`(block: Int) throws {
        for name in ["a.example.org", "a-rather-longer-name-than-that.with.several.labels.example.org"] {
            let bench = Bench(paddingBlock: block)
            try bench.ask(name)
            let sent = try #require(bench.sent.first).query
            #expect(sent.byteCount % block == 0)
            #expect(sent.options == [.padding])
        }
    }
}
