import DNSWire
import ResolverCore
import ResolverTestSupport
import Testing

/// The names that are answered here and never asked of anybody.
@Suite struct SpecialUseTests {
    @Test(arguments: ["localhost", "LocalHost", "a.b.localhost"])
    func `localhost is this host`(name: String) throws {
        let bench = Bench()
        #expect(try bench.ask(name, .a)?.answers.map(\.rdata) == [[127, 0, 0, 1]])
        #expect(try bench.ask(name, .aaaa)?.answers.map(\.rdata) == [[UInt8](repeating: 0, count: 15) + [1]])
        let other = try #require(try bench.ask(name, .mx))
        #expect(other.code == .noError && other.answers.isEmpty)
        #expect(other.authorities.map(\.type) == [.soa])
        #expect(bench.sent.isEmpty)
        #expect(bench.resolver.statistics.local == 3)
    }

    @Test(arguments: [
        ("1.0.0.127.in-addr.arpa"),
        ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa"),
    ])
    func `and its reverse`(name: String) throws {
        let bench = Bench()
        #expect(try bench.ask(name, .ptr)?.answers.map(\.rdata) == [wire("localhost")])
        #expect(try bench.ask(name, .a)?.answers.isEmpty == true)
        #expect(bench.sent.isEmpty)
    }

    @Test(arguments: [
        "www.invalid", "a.test", "facebookcorewwwi.onion", "x.alt", "printer.local", "host.home.arpa",
        "2.0.0.127.in-addr.arpa", "1.0.0.10.in-addr.arpa", "1.1.16.172.in-addr.arpa", "31.172.in-addr.arpa",
        "9.168.192.in-addr.arpa", "1.2.254.169.in-addr.arpa", "7.64.100.in-addr.arpa", "127.100.in-addr.arpa",
        "1.0.in-addr.arpa", "0.d.f.ip6.arpa", "1.8.e.f.ip6.arpa", "0.b.e.f.ip6.arpa",
    ])
    func `names that exist nowhere do not exist`(name: String) throws {
        let bench = Bench()
        let reply = try #require(try bench.ask(name, .ptr))
        let isApex = name == "31.172.in-addr.arpa" || name == "127.100.in-addr.arpa"
        #expect(reply.code == (isApex ? .noError : .nameError))
        #expect(reply.answers.isEmpty)
        let zone = try #require(reply.authorities.first)
        #expect(zone.type == .soa && "\(name).".hasSuffix(zone.owner))
        #expect(bench.sent.isEmpty)
    }

    @Test(arguments: ["_dns.resolver.arpa", "resolver.arpa", "255.255.255.255.in-addr.arpa", "10.in-addr.arpa"])
    func `names that exist and have nothing`(name: String) throws {
        let bench = Bench()
        let reply = try #require(try bench.ask(name, .svcb))
        #expect(reply.code == .noError && reply.answers.isEmpty)
        #expect(bench.sent.isEmpty)
        #expect(bench.resolver.statistics.cacheEntries == 0)
    }

    @Test(arguments: [
        "example", "www.example.com", "lab.example", "localhost.example.org", "test.example.org", "onion.example.org",
        "notonion", "9.9.9.9.in-addr.arpa", "1.2.0.192.in-addr.arpa", "1.100.51.198.in-addr.arpa",
        "1.32.172.in-addr.arpa", "1.63.100.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "arpa", "in-addr.arpa",
        "ipv4only.arpa", "c.e.f.ip6.arpa", "010.in-addr.arpa", "x.in-addr.arpa", ".",
    ])
    func `all others are resolved`(name: String) throws {
        let bench = Bench()
        #expect(try bench.ask(name, .ptr) == nil)
        #expect(bench.sent.count == 1)
    }
}
