import ByteCodec
import LabPeers
import TLSEngine
import Testing

@Suite struct HandshakeTests {
    let servers = TestServers()

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13], [1, 2, 7, 1_000, Int.max])
    func `bytes pass both ways in pieces of any size`(version: LabPeers.TLSVersion, step: Int) throws {
        var pair = TLSPair(try servers.context(), servers.serverContext(versions: version...version))
        pair.exchange(step: step)
        let agreed = pair.details
        let details = try #require(agreed)
        #expect(details.version.rawValue == version.rawValue)
        #expect(details.applicationProtocol == "dot")
        #expect(!details.isResumed)
        #expect(details.cipher.contains("GCM") || details.cipher.contains("CHACHA20"))
        #expect(["x25519", "x25519mlkem768"].contains(details.group.lowercased()))

        let question = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
        let answer = question.map { ~$0 }
        pair.client.send(question.span)
        pair.server.send(answer.span)
        pair.exchange(step: step)
        #expect(pair.received == answer)
        let atServer = Array(pair.server.received.span)
        #expect(atServer == question)
        #expect(pair.events.count == 1)
    }

    @Test func `the server sees the name and the protocol that were asked for`() throws {
        var pair = TLSPair(try servers.context(), servers.serverContext())
        pair.exchange()
        let (name, proto) = (pair.server.serverName, pair.server.applicationProtocol)
        #expect(name == TestServers.name)
        #expect(proto == "dot")
    }

    @Test func `the peer's key is reported as a pin is written`() throws {
        let identity = servers.identity()
        var pair = TLSPair(try servers.context(), servers.serverContext(identity))
        pair.exchange()
        let pin = try identity.pin
        #expect(pair.details?.peerKey == pin)
    }

    @Test func `plaintext that is small leaves in one record`() throws {
        var pair = TLSPair(try servers.context(), servers.serverContext())
        pair.exchange()
        pair.client.send([UInt8](repeating: 7, count: 16_384).span)
        let bytes = pair.drainClient()
        // RFC 8446 section 5.2: application data, version 3.3, the length of all the rest.
        #expect(bytes[0] == 23)
        #expect(Int(bytes[3]) << 8 | Int(bytes[4]) == bytes.count - 5)
    }

    @Test func `a server of TLS 1.1 only is told apart`() throws {
        var pair = TLSPair(try servers.context(), servers.serverContext(versions: .tls11 ... .tls11))
        pair.exchange()
        #expect(pair.failure == .protocolVersion)
        #expect(pair.events.count == 1)
    }

    @Test func `a server without the protocol ends the handshake with its alert`() throws {
        let configuration = TLSServerConfiguration(identity: servers.identity(), applicationProtocols: ["h2"])
        var pair = TLSPair(try servers.context(), TLSServerContext(configuration))
        pair.exchange()
        #expect(pair.failure == .alert(TLSAlert(rawValue: 120)))
        #expect(pair.failure?.description == "the server sent the TLS alert no application protocol (120)")
    }

    @Test func `a server that knows no protocols is spoken to all the same`() throws {
        let configuration = TLSServerConfiguration(identity: servers.identity(), applicationProtocols: [])
        var pair = TLSPair(try servers.context(), TLSServerContext(configuration))
        pair.exchange()
        #expect(pair.details?.applicationProtocol == "")
    }

    @Test func `a name that is no name makes no context`() throws {
        let store = try servers.trustStore
        for name in ["", ".", "a b.example", "dns.example.", String(repeating: "a", count: 254), "a\u{0}b"] {
            #expect(throws: TLSConfigurationError.invalidServerName(name)) {
                try TLSContext(serverName: name, authentication: .chain(store))
            }
        }
        #expect(throws: TLSConfigurationError.noPins) {
            try TLSContext(serverName: "dns.example", authentication: .pins([]))
        }
    }

    @Test func `plaintext that nobody consumes is bounded`() throws {
        var pair = TLSPair(try servers.context(), servers.serverContext())
        pair.exchange()
        let flood = [UInt8](repeating: 1, count: 1 << 16)
        var rounds = 0
        while !pair.client.isOver && rounds < 100 {
            pair.server.send(flood.span)
            let bytes = pair.server.drainOutput()
            pair.client.receive(bytes.span)
            rounds += 1
        }
        let waiting = pair.client.plaintext.count
        #expect(waiting <= TLSSession.maximumPlaintextBytes + 16_384)
        let event = pair.client.nextEvent()
        #expect(event == .failed(.internal("plaintext was not consumed")))
    }
}
