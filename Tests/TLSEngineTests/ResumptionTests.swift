import LabPeers
import TLSEngine
import Testing

@Suite struct ResumptionTests {
    let servers = TestServers()

    func isResumed(
        _ context: TLSContext, _ server: TLSServerContext, time: Int64 = TestServers.now, epoch: UInt64 = 1,
        endsRudely: Bool = false
    ) throws -> Bool {
        var pair = TLSPair(context, server, time: time, epoch: epoch)
        pair.exchange()
        let agreed = pair.details
        let details = try #require(agreed)
        let seenByServer = pair.server.isResumed
        #expect(details.isResumed == seenByServer)
        if endsRudely { pair.deliverEnd() }
        return details.isResumed
    }

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13], [false, true])
    func `sessions resume, however the last one ended`(version: LabPeers.TLSVersion, endsRudely: Bool) throws {
        let context = try servers.context()
        let server = servers.serverContext(versions: version...version)
        #expect(try !isResumed(context, server, endsRudely: endsRudely))
        for _ in 0..<3 { #expect(try isResumed(context, server, endsRudely: endsRudely)) }
    }

    @Test func `a ticket is not shown on another network`() throws {
        let context = try servers.context()
        let server = servers.serverContext()
        #expect(try !isResumed(context, server, epoch: 1))
        #expect(try !isResumed(context, server, epoch: 2))
        #expect(try isResumed(context, server, epoch: 2))
        // What was given on the first network is gone.
        #expect(try !isResumed(context, server, epoch: 1))
    }

    @Test func `tickets are few and can be forgotten`() throws {
        let context = try servers.context()
        let server = servers.serverContext()
        for epoch in 0..<10 { _ = try isResumed(context, server, epoch: UInt64(epoch / 10)) }
        #expect((1...4).contains(context.ticketCount))
        context.forgetTickets()
        #expect(context.ticketCount == 0)
        #expect(try !isResumed(context, server))
    }

    @Test func `a server that has forgotten makes a full handshake`() throws {
        let context = try servers.context()
        let identity = servers.identity()
        #expect(try !isResumed(context, servers.serverContext(identity)))
        #expect(try !isResumed(context, servers.serverContext(identity)))
    }

    @Test func `a certificate that has expired meanwhile is not resumed`() throws {
        let context = try servers.context()
        let server = servers.serverContext()
        #expect(try !isResumed(context, server))
        var pair = TLSPair(context, server, time: TestServers.now + Int64(TestServers.day) + 1)
        pair.exchange()
        #expect(pair.failure == .certificateExpired)
    }

    @Test func `a pinned key resumes whatever its certificate's dates`() throws {
        let identity = servers.identity(validity: TestServers.validity(from: -2, to: -1))
        let context = try TLSContext(serverName: TestServers.name, authentication: .pins([identity.pin]))
        let server = servers.serverContext(identity)
        #expect(try !isResumed(context, server))
        #expect(try isResumed(context, server))
        let pin = try identity.pin
        var pair = TLSPair(context, server)
        pair.exchange()
        #expect(pair.details?.peerKey == pin)
    }

    @Test func `a resumed handshake sends no early data`() throws {
        let context = try servers.context()
        let server = servers.serverContext()
        #expect(try !isResumed(context, server))
        var pair = TLSPair(context, server)
        let hello = pair.drainClient()
        // One handshake record holds all of the first flight.
        #expect(hello[0] == 22)
        #expect(Int(hello[3]) << 8 | Int(hello[4]) == hello.count - 5)
    }
}
