import NetworkTypes
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::", "2001:db8::"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("fe80::1:0:0", "fe80::1:0:0"), ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("1::192.0.2.1", "1::c000:201"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func readsAndWritesIPv6(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "192.0.2.1::", "1:192.0.2.1::1",
        "1:2:3:4:5:6:7:192.0.2.1",
        "1:2:3:4:5:6:7::192.0.2.1", "::1:", "1::2:", "g::", "::1%eth0",
        "1:2:3:4:5:6:7::8:9",
        "192.0.2.1", "::192.0.2", "::256.0.0.1", "[::1]", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
    ])
    func refusesBadIPv6(text: String) { #expect(IPv6Address(text) == nil) }

    @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "-1.2.3.4", "1..2.3", "1.2.3.x"])
    func refusesBadIPv4(text: String) { #expect(IPv4Address(text) == nil) }

    @Test func prefixesKnowTheirHostBits() throws {
        #expect(IPPrefix("192.0.2.0/24")?.description == "192.0.2.0/24")
        #expect(IPPrefix("192.0.2.1/24") == nil)
        #expect(IPPrefix("192.0.2.0/33") == nil)
        #expect(IPPrefix("2001:db8::/32")?.contains(try #require(IPAddress("2001:db8:ffff::1"))) == true)
        #expect(IPPrefix("2001:db8::/129") == nil)
        #expect(IPPrefix("0.0.0.0/0")?.contains(try #require(IPAddress("255.255.255.255"))) == true)
        #expect(IPPrefix("0.0.0.0/0")?.contains(try #require(IPAddress("::1"))) == false)
    }

    @Test func endpointsAndPortsReadBack() {
        for text in ["192.0.2.1:53", "[2001:db8::1]:853"] { #expect(Endpoint(text)?.description == text) }
        for text in ["192.0.2.1", "2001:db8::1:53", "[192.0.2.1]:53", "x:53", "192.0.2.1:65536", "[]:1"] {
            #expect(Endpoint(text) == nil, "\(text)")
        }
        for text in ["443/tcp", "6000-6100/udp"] { #expect(PortRange(text)?.description == text) }
        for text in ["443", "0/tcp", "9-8/tcp", "443/sctp", "65536/tcp", "1-2-3/tcp", "/tcp"] {
            #expect(PortRange(text) == nil, "\(text)")
        }
    }

    @Test func instantsSaturate() {
        let late = MonotonicInstant(nanoseconds: .max - 5)
        #expect(late.advanced(byNanoseconds: 10) == .distantFuture)
        #expect(late.advanced(bySeconds: .max) == .distantFuture)
        #expect(MonotonicInstant.zero.nanoseconds(since: late) == 0)
    }
}
