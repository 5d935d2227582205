import ByteCodec
import LabPeers
import Testing

@Suite struct TLSServerSessionTests {
    let authority = CertificateAuthority()

    func context(
        names: [String] = ["dns.lab.example"], validity: CertificateValidity = .current, tickets: Bool = true,
        protocols: [String] = ["dot"], minimum: TLSVersion = .tls12, maximum: TLSVersion = .tls13
    ) -> TLSServerContext {
        let identity = authority.issue(LeafTemplate(commonName: "lab", names: names, validity: validity))
        return TLSServerContext(
            TLSServerConfiguration(
                identity: identity, applicationProtocols: protocols, minimumVersion: minimum, maximumVersion: maximum,
                issuesTickets: tickets))
    }

    @Test(arguments: [TLSVersion.tls12, .tls13], [1, 7, Int.max])
    func `bytes pass both ways in pieces of any size`(version: TLSVersion, step: Int) {
        let client = TLSTestClient(
            trusting: authority.certificate, name: "dns.lab.example", maximumVersion: version)
        var server = TLSServerSession(context: context())
        #expect(server.version == nil)
        client.exchange(with: &server, step: step)
        #expect(client.isConnected && server.state == .established)
        #expect(server.version == version)
        #expect(server.applicationProtocol == "dot")
        #expect(server.serverName == "dns.lab.example")

        let long = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        client.send([1, 2, 3])
        server.send(long.span)
        client.exchange(with: &server, step: step)
        #expect(client.received == long)
        let three = server.received.span
        #expect(three.count == 3 && three[0] == 1 && three[2] == 3)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a ticket resumes with the same context and not with a new one`(version: TLSVersion) {
        let shared = context()
        let first = TLSTestClient(trusting: authority.certificate, name: "dns.lab.example", maximumVersion: version)
        var server = TLSServerSession(context: shared)
        first.exchange(with: &server)
        #expect(first.isConnected && !server.isResumed)

        let again = TLSTestClient(
            trusting: authority.certificate, name: "dns.lab.example", resuming: first.session, maximumVersion: version)
        var resumed = TLSServerSession(context: shared)
        again.exchange(with: &resumed)
        #expect(again.isResumed && resumed.isResumed)

        let stranger = TLSTestClient(
            trusting: authority.certificate, name: "dns.lab.example", resuming: first.session, maximumVersion: version)
        var restarted = TLSServerSession(context: context())
        stranger.exchange(with: &restarted)
        #expect(stranger.isConnected && !restarted.isResumed)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `without tickets nothing resumes`(version: TLSVersion) {
        let shared = context(tickets: false)
        var session: TLSTestSession?
        for _ in 0..<2 {
            let client = TLSTestClient(
                trusting: authority.certificate, name: "dns.lab.example", resuming: session, maximumVersion: version)
            var server = TLSServerSession(context: shared)
            client.exchange(with: &server)
            #expect(client.isConnected && !server.isResumed)
            session = client.session
        }
    }

    @Test func `a client that refuses the certificate is seen as a failure`() {
        let client = TLSTestClient(trusting: authority.certificate, name: "other.lab.example")
        var server = TLSServerSession(context: context())
        client.exchange(with: &server)
        #expect(client.hasFailed && !client.isConnected)
        guard case .failed(let reason) = server.state else {
            Issue.record("the server did not see the alert: \(server.state)")
            return
        }
        #expect(reason.contains("alert"))
    }

    @Test func `no common protocol ends the handshake`() {
        let client = TLSTestClient(trusting: authority.certificate, name: "dns.lab.example", protocols: ["h2"])
        var server = TLSServerSession(context: context())
        client.exchange(with: &server)
        #expect(client.hasFailed)
        #expect(server.state != .established)
    }

    @Test func `a server without protocols takes any client`() {
        let client = TLSTestClient(trusting: authority.certificate, name: "dns.lab.example", protocols: ["h2"])
        var server = TLSServerSession(context: context(protocols: []))
        client.exchange(with: &server)
        #expect(client.isConnected && server.applicationProtocol == nil)
    }

    @Test func `the server's own protocol wins among several offers`() {
        let client = TLSTestClient(trusting: authority.certificate, name: "dns.lab.example", protocols: ["h2", "dot"])
        var server = TLSServerSession(context: context(protocols: ["dot", "h2"]))
        client.exchange(with: &server)
        #expect(server.applicationProtocol == "dot")
    }

    @Test func `version limits hold`() {
        let client = TLSTestClient(
            trusting: authority.certificate, name: "dns.lab.example", maximumVersion: .tls12)
        var server = TLSServerSession(context: context(minimum: .tls13))
        client.exchange(with: &server)
        #expect(client.hasFailed && !client.isConnected)
    }

    @Test func `close_notify and a cut stream are told apart`() {
        for polite in [true, false] {
            let client = TLSTestClient(trusting: authority.certificate, name: "dns.lab.example")
            var server = TLSServerSession(context: context())
            client.exchange(with: &server)
            if polite { client.close() }
            client.exchange(with: &server)
            server.receiveEnd()
            #expect(server.state == (polite ? .closed : .truncated))
        }
    }

    @Test func `garbage is a failure, not a trap`() {
        var server = TLSServerSession(context: context())
        let garbage: [UInt8] = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        server.receive(garbage.span)
        guard case .failed = server.state else {
            Issue.record("garbage was not refused: \(server.state)")
            return
        }
        server.receive(garbage.span)
        server.receiveEnd()
    }
}
