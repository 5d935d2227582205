import NetworkTypes
import Testing

@Suite struct AddressClassificationTests {
    @Test(arguments: [
        ("0.0.0.0", AddressClassification.unspecified), ("0.255.255.255", .unspecified), ("1.0.0.0", .global),
        ("9.255.255.255", .global), ("10.0.0.0", .privateUse), ("10.255.255.255", .privateUse), ("11.0.0.0", .global),
        ("100.63.255.255", .global), ("100.64.0.0", .sharedSpace), ("100.127.255.255", .sharedSpace),
        ("100.128.0.0", .global), ("126.255.255.255", .global), ("127.0.0.1", .loopback), ("128.0.0.0", .global),
        ("169.253.255.255", .global), ("169.254.0.1", .linkLocal), ("169.255.0.0", .global),
        ("172.15.255.255", .global), ("172.16.0.0", .privateUse), ("172.31.255.255", .privateUse),
        ("172.32.0.0", .global), ("192.0.0.170", .global), ("192.0.2.1", .documentation), ("192.167.255.255", .global),
        ("192.168.0.1", .privateUse), ("192.169.0.0", .global), ("198.51.100.7", .documentation),
        ("203.0.113.7", .documentation), ("224.0.0.1", .multicast), ("255.255.255.255", .broadcast),
        ("255.255.255.254", .global), ("9.9.9.9", .global),
    ])
    func `IPv4 by the registries, at the edges of each prefix`(text: String, expected: AddressClassification) throws {
        #expect(AddressClassification(try #require(IPAddress(text))) == expected)
    }

    @Test(arguments: [
        ("::", AddressClassification.unspecified), ("::1", .loopback), ("::2", .global), ("fe80::1", .linkLocal),
        ("febf::1", .linkLocal), ("fec0::1", .uniqueLocal), ("fc00::1", .uniqueLocal), ("fdff::1", .uniqueLocal),
        ("fbff::1", .global), ("ff02::1", .multicast), ("2001:db8::1", .documentation), ("2001:db9::1", .global),
        ("3fff:fff::1", .documentation), ("3fff:1000::1", .global),
        ("2620:fe::fe", .global), ("64:ff9b:1::1", .privateUse),
    ])
    func `IPv6 by the registries`(text: String, expected: AddressClassification) throws {
        #expect(AddressClassification(try #require(IPAddress(text))) == expected)
    }

    @Test(arguments: [
        ("::ffff:127.0.0.1", AddressClassification.loopback), ("::ffff:9.9.9.9", .global),
        ("::192.168.1.1", .privateUse), ("64:ff9b::10.1.2.3", .privateUse), ("64:ff9b::9.9.9.9", .global),
        ("2002:c0a8:101::1", .privateUse), ("2002:909:909::1", .global), ("::ffff:0.0.0.0", .unspecified),
    ])
    func `an embedded IPv4 address decides`(text: String, expected: AddressClassification) throws {
        #expect(AddressClassification(try #require(IPAddress(text))) == expected)
    }
}
