import TestSupport
import Testing

/// Upstreams behind Tor itself.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: TorNetwork.isInstalled, TorNetwork.missing))
struct TorTests {
    private func profile(_ upstream: LabUpstream, _ tor: TorNetwork, viewPort: UInt16) -> String {
        """
        schema: enigm.network/1
        profile: { name: hidden, version: 1 }
        paths: { tor: { socks: "127.0.0.1:\(tor.port)", owner: { user: nobody }, next: direct } }
        subjects: { chat: { users: [daemon] } }
        resolver:
          upstreams:
            test:
              tls: \(LabUpstream.serverName)
              addresses: [127.0.0.1]
              port: \(upstream.port)
              ca: \(upstream.authority)
              path: tor
          views: { default: { upstreams: [test] }, chat: { upstreams: [test], port: \(viewPort) } }
        default: { via: direct }

        """
    }

    /// Before Tor has circuits a question fails in time and says at whom; afterwards nobody has to do anything, and no
    /// two views share a circuit.
    @Test func everyViewHasItsOwnCircuit() throws {
        let upstream = try LabUpstream()
        let tor = try TorNetwork()
        let chat = DNSClient(port: FreePort.next())
        let daemon = try ResolverDaemon(profile: profile(upstream, tor, viewPort: chat.port))
        let (early, elapsed) = daemon.timed { daemon.client.ask(Question("early.wild.lab.example")) }
        #expect(early?.responseCode == 2)
        #expect(elapsed < .seconds(5))
        let place = "the proxy at 127.0.0.1:\(tor.port)"
        #expect(early?.extendedErrors.contains { $0.text.contains(place) } == true, "\(String(describing: early))")
        try #require(Moment.wait(.seconds(120)) { tor.isReady }, "\(tor.log)")
        for client in [daemon.client, chat] {
            let isAnswered = Moment.wait(.seconds(30)) { client.ask(Question("www.lab.example"))?.responseCode == 0 }
            #expect(isAnswered, "\(tor.log)")
        }
        #expect(upstream.connectionCount() == 2)
        #expect(try tor.users().count == 2)
    }
}
