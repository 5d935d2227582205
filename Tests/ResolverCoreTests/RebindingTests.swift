import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

@Suite struct RebindingTests {
    static let privateIPv4: [[UInt8]] = [
        [10, 0, 0, 1], [127, 0, 0, 1], [192, 168, 1, 1], [172, 16, 0, 1], [169, 254, 1, 1], [0, 0, 0, 0],
        [100, 64, 0, 1],
    ]
    static let privateIPv6: [[UInt8]] = [
        [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 15) + [1],
        [0xFD] + [UInt8](repeating: 1, count: 15),
        [0xFE, 0x80] + [UInt8](repeating: 1, count: 14), [UInt8](repeating: 0, count: 10) + [255, 255, 192, 168, 0, 1],
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1],
    ]

    @Test(arguments: privateIPv4)
    func `a private IPv4 address for a public name is withheld`(address: [UInt8]) throws {
        let bench = Bench()
        let reply = try bench.resolve("www.example.org", .a, [.a("www.example.org", 300, address)], edns: 1232)
        expectBlock(reply)
        #expect(bench.resolver.statistics.rebindingBlocked == 1)
        let again = try #require(try bench.ask("www.example.org", edns: 1232))
        expectBlock(again)
    }

    @Test(arguments: privateIPv6)
    func `a private IPv6 address for a public name is withheld`(address: [UInt8]) throws {
        let bench = Bench()
        expectBlock(
            try bench.resolve("www.example.org", .aaaa, [.aaaa("www.example.org", 300, address)], edns: 1232))
    }

    @Test func `one private address spoils the set, and so does one at the end of a chain`() throws {
        let bench = Bench()
        let mixed: [TestRecord] = [.a("w.example.org"), .a("w.example.org", 300, [10, 0, 0, 1])]
        expectBlock(try bench.resolve("w.example.org", .a, mixed, edns: 1232))
        let chain: [TestRecord] = [.cname("v.example.org", "x.example.net"), .a("x.example.net", 300, [127, 0, 0, 1])]
        expectBlock(try bench.resolve("v.example.org", .a, chain, edns: 1232))
    }

    @Test func `address hints are addresses`() throws {
        let bench = Bench()
        func https(_ parameters: [UInt8]) -> [TestRecord] {
            [TestRecord(owner: "www.example.org", type: .https, ttl: 0, rdata: [0, 1, 0] + parameters)]
        }
        let alpn: [UInt8] = [0, 1, 0, 3, 2, 0x68, 0x32]
        let good = https(alpn + [0, 4, 0, 4, 198, 51, 100, 1])
        #expect(try bench.resolve("www.example.org", .https, good).answers.count == 1)
        expectBlock(
            try bench.resolve(
                "www.example.org", .https, https(alpn + [0, 4, 0, 8, 198, 51, 100, 1, 10, 0, 0, 1]), edns: 1232))
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        expectBlock(try bench.resolve("www.example.org", .https, https([0, 6, 0, 16] + loopback), edns: 1232))
        expectBlock(try bench.resolve("www.example.org", .https, https([0, 4, 0, 3, 1, 2, 3]), edns: 1232))
        expectBlock(try bench.resolve("www.example.org", .https, https([0, 4, 0, 9, 1]), edns: 1232))
    }

    @Test func `documentation prefixes and public addresses pass`() throws {
        let bench = Bench()
        for address: [UInt8] in [[192, 0, 2, 1], [198, 51, 100, 1], [203, 0, 113, 1], [9, 9, 9, 9]] {
            #expect(try bench.resolve("www.example.org", .a, [.a("www.example.org", 0, address)]).answers.count == 1)
        }
    }

    @Test func `private addresses pass where the profile allows them`() throws {
        let bench = Bench(rebinding: .allow)
        let reply = try bench.resolve("www.example.org", .a, [.a("www.example.org", 300, [10, 0, 0, 1])])
        #expect(reply.answers.count == 1)
    }

    private func expectBlock(_ reply: Reply, location: SourceLocation = #_sourceLocation) {
        #expect(reply.code == .noError, sourceLocation: location)
        #expect(reply.records.isEmpty, sourceLocation: location)
        #expect(reply.error == .blocked, sourceLocation: location)
        #expect(reply.errorText == "private address for a public name", sourceLocation: location)
    }
}
