import NetworkTypes
import Testing

/// Whom a resolv.conf names.
@Suite struct NameServerConfigurationTests {
    @Test(arguments: [
        ("nameserver 127.0.0.53\n", ["127.0.0.53"]),
        ("# nameserver 203.0.113.1\nsearch example.org\nnameserver\t::1 # ours\n", ["::1"]),
        ("nameserver 192.0.2.1\r\nnameserver  192.0.2.2\noptions edns0 trust-ad use-vc\n", ["192.0.2.1", "192.0.2.2"]),
        ("  nameserver fe80::1%eth0\n", ["fe80::1%eth0"]),
        ("nameserver\nnameserver nonsense\nnameserver %eth0\nnameservers 192.0.2.1\n; nameserver 192.0.2.1\n", []),
        ("", []),
    ])
    func serversAreNamedInOrder(text: String, servers: [String]) {
        #expect(NameServerConfiguration(text).nameServers.map(\.description) == servers)
    }

    @Test func theAddressIsToldFromItsDevice() throws {
        let server = try #require(NameServerConfiguration("nameserver fe80::1%eth0").nameServers.first)
        #expect(server.address == IPAddress("fe80::1") && server.zone == "eth0")
    }

    @Test func noMoreThanAnyReaderTakes() {
        let text = (1...20).map { "nameserver 192.0.2.\($0)\n" }.joined()
        #expect(NameServerConfiguration(text).nameServers.count == NameServerConfiguration.maximumServers)
    }
}
