import TestSupport
import Testing

/// Packets that broke other resolvers do nothing to this one, and it goes on answering beside them.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing), .enabled(if: Unbound.isInstalled, Unbound.missing))
struct PacketStormTests {
    private let unbound: Unbound
    private let daemon: ResolverDaemon

    init() throws {
        let authority = try TestAuthority()
        unbound = try Unbound(identity: authority.issue(for: "dns.test"))
        daemon = try ResolverDaemon(UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath))
    }

    @Test func ownSeedsOverUDP() throws {
        try survive(PacketSeeds.packets, send: overUDP)
    }

    @Test func ownSeedsOverTCP() throws {
        try survive(PacketSeeds.packets, send: overTCP)
    }

    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func theCorpusOverUDP() throws {
        try survive(PacketCorpus.packets(), send: overUDP)
    }

    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func theCorpusOverTCP() throws {
        try survive(PacketCorpus.packets(), send: overTCP)
    }

    /// A packet alone on its connection cannot hide behind one that closed it.
    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func theCorpusOverTCPOneByOne() throws {
        try survive(PacketCorpus.packets(), batchSize: 1, send: overTCP)
    }

    private func overUDP(_ batch: [[UInt8]]) throws {
        let socket = try #require(LoopbackSocket(.datagram, connectedTo: daemon.port))
        for packet in batch { socket.send(packet) }
    }

    /// One connection for each batch; the resolver may close it wherever it likes.
    private func overTCP(_ batch: [[UInt8]]) throws {
        let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
        for packet in batch where !socket.send(UInt16(packet.count).bigEndianBytes + packet) { return }
    }

    private func survive(_ packets: [[UInt8]], batchSize: Int = 32, send: ([[UInt8]]) throws -> Void) throws {
        #expect(packets.count > 800)
        try daemon.expectNoGrowth { _ in
            for (index, start) in stride(from: 0, to: packets.count, by: batchSize).enumerated() {
                try send(Array(packets[start..<min(start + batchSize, packets.count)]))
                if batchSize > 1 || index % 32 == 0 { try expectGoodAnswer(index) }
            }
        }
    }

    private func expectGoodAnswer(_ number: Int) throws {
        let (answer, elapsed) = daemon.timed { daemon.client.ask(Question(TestZone.name(number % TestZone.size))) }
        #expect(try #require(answer).responseCode == 0)
        #expect(elapsed < .milliseconds(100), "a good query took \(elapsed)")
    }
}
