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

    /// The first round warms caches and buffers; those after it must not add to them.
    private func survive(_ packets: [[UInt8]], batchSize: Int = 32, send: ([[UInt8]]) throws -> Void) throws {
        #expect(packets.count > 800)
        var resident: [Int] = []
        for _ in 0..<3 {
            var slowest = Duration.zero
            for (index, start) in stride(from: 0, to: packets.count, by: batchSize).enumerated() {
                try send(Array(packets[start..<min(start + batchSize, packets.count)]))
                if batchSize > 1 || index % 32 == 0 { slowest = try max(slowest, timeOfAGoodQuery(index)) }
            }
            #expect(slowest < .milliseconds(100))
            #expect(daemon.process.poll() == nil, "\(daemon.process.standardError)")
            resident.append(daemon.process.residentKiB)
        }
        #expect(resident[2] - resident[0] < 1_024, "resident memory in KiB after each round: \(resident)")
    }

    private func timeOfAGoodQuery(_ number: Int) throws -> Duration {
        let start = Moment.now
        let answer = try #require(daemon.client.ask(Question(TestZone.name(number % TestZone.size))))
        #expect(answer.responseCode == 0)
        return start.elapsed
    }
}
