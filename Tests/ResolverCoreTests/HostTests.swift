import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// Names that the profile itself gives addresses.
@Suite struct HostTests {
    private static let chat: UInt16 = 5302

    private static func configuration(hosts: [HostConfiguration] = hosts) -> ResolverConfiguration {
        ResolverConfiguration(
            upstreams: [
                UpstreamConfiguration(name: "one"),
                UpstreamConfiguration(name: "office", zones: HostTests.names("lan.example")),
            ],
            views: [
                ViewConfiguration(identifier: 0, upstreams: [0, 1]),
                ViewConfiguration(
                    identifier: chat, upstreams: [0],
                    names: NameScope(exact: HostTests.names("nas.lan.example"), below: [])),
            ],
            blocked: [
                BlockedScope(rule: "no-ads", names: NameScope(exact: HostTests.names("ads.example"), below: []))
            ],
            hosts: hosts)
    }

    private static let hosts = [
        host("nas.lan.example", "192.168.1.20", "fd00::20", "192.168.1.21"), host("old-nas.example", "192.168.1.20"),
        host("printer.local", "192.168.1.30"), host("ads.example", "192.0.2.1"),
    ]

    private static func host(_ name: String, _ addresses: String...) -> HostConfiguration {
        HostConfiguration(name: OwnedName(name) ?? .root, addresses: addresses.compactMap { IPAddress($0) })
    }

    private static func names(_ name: String) -> [OwnedName] { [name].compactMap { OwnedName($0) } }

    private func bench() -> Bench { Bench(HostTests.configuration()) }

    /// Also where the name is of a zone, or means something else (RFC 6762), and though the addresses are private.
    @Test(
        arguments: [
            ("nas.lan.example", RecordType.a, [[192, 168, 1, 20], [192, 168, 1, 21]]),
            ("NAS.lan.Example", .aaaa, [[0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20]]),
            ("printer.local", .a, [[192, 168, 1, 30]]),
            ("21.1.168.192.in-addr.arpa", .ptr, [wire("nas.lan.example")]),
            (
                "0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", .ptr,
                [wire("nas.lan.example")]
            ),
            ("20.1.168.192.in-addr.arpa", .ptr, [wire("nas.lan.example"), wire("old-nas.example")]),
        ] as [(String, RecordType, [[UInt8]])])
    func `hosts and the names of their addresses are answered here`(
        name: String, type: RecordType, data: [[UInt8]]
    ) throws {
        let bench = bench()
        let reply = try #require(try bench.ask(name, type))
        #expect(reply.code == .noError)
        #expect(reply.answers.map(\.rdata) == data)
        #expect(
            reply.answers.allSatisfy {
                $0.type == type && $0.ttl == 60 && $0.owner.lowercased() == "\(name.lowercased())."
            })
        #expect(bench.sent.isEmpty)
        #expect(bench.resolver.statistics.local == 1)
        #expect(bench.resolver.statistics.cacheEntries == 0)
    }

    @Test(arguments: [
        ("nas.lan.example", RecordType.txt), ("printer.local", .aaaa), ("20.1.168.192.in-addr.arpa", .a),
    ])
    func `what a host does not have is said, and nobody is asked`(name: String, type: RecordType) throws {
        let bench = bench()
        let reply = try #require(try bench.ask(name, type, edns: 1232))
        #expect(reply.code == .noError && reply.answers.isEmpty)
        #expect(reply.authorities.map(\.type) == [.soa])
        #expect(reply.error == .synthesized)
        #expect(reply.errorText == "name of a host of the profile, which no upstream is asked for")
        #expect(bench.sent.isEmpty)
    }

    @Test(arguments: ["x.nas.lan.example", "lan.example", "www.example", "nas.lan.example.org"])
    func `names beside a host are resolved`(name: String) throws {
        let bench = bench()
        #expect(try bench.ask(name) == nil)
        #expect(bench.sent.count == 1)
    }

    @Test func `a rule that blocks a name holds for a host, and so does the scope of a view`() throws {
        let bench = bench()
        #expect(try bench.ask("ads.example", edns: 1232)?.code == .nameError)
        let client = Bench.client(view: HostTests.chat)
        #expect(try bench.ask("nas.lan.example", from: client)?.answers.count == 2)
        let refused = try #require(try bench.ask("old-nas.example", edns: 1232, from: client))
        #expect(refused.answers.isEmpty && refused.error == .blocked)
    }

    /// What was learnt of the name before is not the truth any more.
    @Test func `a reload that names a host is heard at once`() throws {
        let bench = Bench(HostTests.configuration(hosts: []))
        try bench.resolve("old-nas.example", .a, [.a("old-nas.example")])
        bench.resolver.reconfigure(HostTests.configuration(), now: bench.now)
        #expect(try bench.ask("old-nas.example")?.answers.map(\.rdata) == [[192, 168, 1, 20]])
        bench.resolver.reconfigure(HostTests.configuration(hosts: []), now: bench.now)
        #expect(try bench.ask("old-nas.example") == nil)
    }

    /// As many as a bundle gives a host: more than a datagram holds.
    @Test func `many addresses are cut for a datagram, and whole over TCP`() throws {
        let addresses = (1...64).map { IPAddress.v6(IPv6Address(high: 0x2001_0DB8 << 32, low: $0)) }
        let bench = Bench(
            HostTests.configuration(hosts: [
                HostConfiguration(name: OwnedName("many.example") ?? .root, addresses: addresses)
            ]))
        #expect(try bench.ask("many.example", .aaaa, edns: 1232)?.flags.isTruncated == true)
        let stream = Bench.client(50_000, .stream, stream: 1)
        #expect(try bench.ask("many.example", .aaaa, from: stream)?.answers.count == 64)
    }
}
