import LabPeers
import Testing

@testable import TLSEngine

/// Which key exchanges are offered, with whatever libssl is installed.
@Suite struct GroupTests {
    private let servers = TestServers()

    @Test func `groups that libssl does not have are left out`() throws {
        let context = try servers.context()
        #expect(context.known(["X25519", "NOTHING", "P-256", "*X"]) == ["X25519", "P-256"])
        #expect(context.known(["NOTHING"]) == [])
        #expect(context.known(TLSContext.groups).suffix(3) == ["X25519", "P-256", "P-384"])
    }

    /// The post-quantum hybrid where this libssl has it, as TLS 1.3 alone can; else the curve.
    @Test func `the best group that both have is agreed on, and told`() throws {
        let context = try servers.context()
        let best = context.known(TLSContext.groups)[0].lowercased()
        for version in [LabPeers.TLSVersion.tls12, .tls13] {
            var pair = TLSPair(try servers.context(), servers.serverContext(versions: version...version))
            pair.exchange()
            let group = pair.details?.group.lowercased()
            #expect(group == (version == .tls13 ? best : "x25519"))
        }
    }

    /// Its first flight, without a second hello (RFC 8446 section 4.1.4): one message of the client before it is done.
    @Test func `an agreement costs one round trip`() throws {
        var pair = TLSPair(try servers.context(), servers.serverContext(versions: .tls13 ... .tls13))
        let hello = pair.drainClient()
        pair.server.receive(hello.span)
        pair.deliver(pair.server.drainOutput())
        let isEstablished = pair.client.isEstablished
        #expect(isEstablished)
    }
}
