import TestSupport
import Testing

/// Packets that broke other resolvers do nothing to this one.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing), .enabled(if: Unbound.isInstalled, Unbound.missing),
    .enabled(if: PacketCorpus.isPresent, PacketCorpus.missing))
struct PacketStormTests {
    private let unbound: Unbound
    private let daemon: ResolverDaemon
    private let packets: [[UInt8]]

    init() throws {
        let authority = try TestAuthority()
        unbound = try Unbound(identity: authority.issue(for: "dns.test"))
        daemon = try ResolverDaemon(UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath))
        packets = try PacketCorpus.packets()
        #expect(packets.count > 1_000)
    }

    @Test func overUDP() throws {
        try survive { batch in
            let socket = try #require(LoopbackSocket(.datagram, connectedTo: daemon.port))
            for packet in batch { socket.send(packet) }
        }
    }

    /// One connection for each batch; the resolver may close it wherever it likes.
    @Test func overTCP() throws {
        try survive { batch in
            let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
            for packet in batch where !socket.send(UInt16(packet.count).bigEndianBytes + packet) { return }
        }
    }

    /// A packet alone on its connection cannot hide behind one that closed it.
    @Test func overTCPOneByOne() throws {
        try survive(batchSize: 1) { batch in
            let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
            for packet in batch { socket.send(UInt16(packet.count).bigEndianBytes + packet) }
        }
    }

    /// The first round warms caches and buffers; those after it must not add to them.
    private func survive(batchSize: Int = 32, _ send: ([[UInt8]]) throws -> Void) throws {
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
