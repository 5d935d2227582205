import LinuxIO
import NetfilterBackend
import NetworkTypes
import Testing

@testable import PolicyRuntime

/// Who else listens where programs ask for names.
@Suite struct PortHoldersTests {
    private static let ours = address("127.0.0.53")
    private static let resolver: UInt32 = 990

    @Test(
        arguments: [
            ("127.0.0.53", 0, nil), ("127.0.0.53", 990, nil), ("192.168.122.1", 0, nil),
            ("127.0.0.53", 101, "a program of user `stub` has the resolver's place"),
            ("127.0.0.54", 101, "a program of user `stub` listens beside the resolver"),
            ("127.0.0.1", 0, "a program of user 0 listens beside the resolver"),
            ("::1", 990, "a program of user 990 listens beside"), ("0.0.0.0", 0, "listens beside"),
            ("::", 0, "listens beside"),
        ] as [(String, UInt32, String?)])
    func whoIsInTheWay(address: String, user: UInt32, words: String?) {
        let socket = ListeningSocket(.udp, Self.address(address), port: 53, user: user)
        let findings = Self.findings([socket])
        #expect(findings.count == (words == nil ? 0 : 1), "\(findings)")
        if let words, let finding = findings.first {
            #expect(finding.what.contains(words), "\(finding)")
            #expect(finding.place.contains(address) && finding.place.hasPrefix("UDP "))
            #expect(finding.concern == .names && finding.weight == .degraded)
        }
    }

    @Test func bothTransportsAreOneFindingAndOtherPortsNone() throws {
        let findings = Self.findings([
            ListeningSocket(.tcp, Self.address("127.0.0.54"), port: 53, user: 101),
            ListeningSocket(.udp, Self.address("127.0.0.54"), port: 53, user: 101),
            ListeningSocket(.udp, Self.address("127.0.0.1"), port: 5353, user: 101),
        ])
        #expect(findings.map(\.place) == ["TCP and UDP 127.0.0.54:53"])
        #expect(findings[0].remedy.contains("DNSStubListener=no"))
    }

    /// Those that this process opens are found, with their user, and those who only ask are not.
    @Test(arguments: ["127.0.0.1", "::1"])
    func theKernelTellsOfListeners(address: String) throws {
        let place = Endpoint(address: Self.address(address), port: 0)
        let udp = try DatagramSocket(boundTo: place)
        let asking = try DatagramSocket(connectedTo: udp.localEndpoint)
        let tcp = try StreamListener(boundTo: place)
        let listing = try SocketListing()
        let user = Directory.owner(of: "/proc/self")
        for (endpoint, transport) in [(udp.localEndpoint, TransportProtocol.udp), (tcp.localEndpoint, .tcp)] {
            let found = try listing.listeners(atPort: endpoint.port).filter { $0.transport == transport }
            #expect(
                found == [ListeningSocket(transport, endpoint.address, port: endpoint.port, user: user ?? .max)])
        }
        #expect(try listing.listeners(atPort: asking.localEndpoint.port).filter { $0.transport == .udp } == [])
    }

    private static func findings(_ sockets: [ListeningSocket]) -> [Finding] {
        PortHolders(sockets: sockets).findings(listeners: [ours], users: [0, resolver]) { $0 == 101 ? "stub" : nil }
    }

    private static func address(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }
}
