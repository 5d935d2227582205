import NetworkTypes
import Testing

/// Which IPv6 addresses stand for which IPv4 ones.
@Suite struct NAT64Tests {
    @Test(arguments: [
        ("192.0.2.33/32", "64:ff9b::/96", "64:ff9b::c000:221/128"),
        ("192.0.2.0/24", "64:ff9b::/96", "64:ff9b::c000:200/120"),
        ("0.0.0.0/0", "64:ff9b::/96", "64:ff9b::/96"),
        ("128.0.0.0/1", "2001:db8:122:344::/96", "2001:db8:122:344::8000:0/97"),
        ("255.255.255.255/32", "2001:db8:0:0:0:1::/96", "2001:db8::1:ffff:ffff/128"),
    ])
    func prefixesHaveForms(addresses: String, under: String, form: String) throws {
        let (addresses, under) = try (#require(IPPrefix(addresses)), #require(IPPrefix(under)))
        #expect(NAT64.form(of: addresses, under: under) == IPPrefix(form))
    }

    @Test(arguments: [
        ("64:ff9b::c000:221", "192.0.2.33"), ("64:ff9b::", "0.0.0.0"), ("64:ff9b::ffff:ffff", "255.255.255.255"),
        ("2001:db8:64::a00:1", "10.0.0.1"), ("64:ff9b::1:0:0", nil), ("64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", nil),
        ("64:ff9b:1::a00:1", nil), ("2001:db8:64:0:0:1:a00:1", nil), ("10.0.0.1", nil),
    ])
    func formsAreToldFromOtherAddresses(address: String, expected: String?) throws {
        let known = [NAT64.wellKnown, try #require(IPPrefix("2001:db8:64::/96"))]
        let found = NAT64.ipv4Address(of: try #require(IPAddress(address)), under: known)
        #expect(found == expected.flatMap { IPv4Address($0) })
    }

    @Test func whatIsForTranslatorsAloneIsARangeOfItsOwn() throws {
        #expect(NAT64.localUse.description == "64:ff9b:1::/48" && NAT64.wellKnown.description == "64:ff9b::/96")
        #expect(!NAT64.localUse.contains(NAT64.wellKnown.address))
    }
}
