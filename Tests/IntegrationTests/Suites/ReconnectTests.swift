import TestSupport
import Testing

/// What a question waits for on a connection that has to be made again, counted on the wire.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: PacketCapture.isInstalled, PacketCapture.missing))
struct ReconnectTests {
    /// What one side sends before the other one does.
    struct Flight: Equatable, CustomStringConvertible {
        let isClients: Bool
        var segments: [Int]

        var description: String { "\(isClients ? "client" : "server") \(segments)" }
    }

    /// One round trip of TCP and one of TLS: the question leaves with the end of the handshake, in the same segment, and
    /// the next thing that comes is its answer.
    @Test(arguments: [false, true])
    func theQuestionLeavesWithTheEndOfTheHandshake(https: Bool) throws {
        let upstream = try LabUpstream(lines: "idle 300ms: close")
        var profile = upstream.profile
        if https { profile.path = "/dns-query" }
        let daemon = try ResolverDaemon(profile)
        defer { withExtendedLifetime(upstream) {} }
        #expect(daemon.client.ask(Question("one.wild.lab.example"))?.responseCode == 0)
        Moment.sleep(.milliseconds(600))
        let capture = try PacketCapture("tcp port \(upstream.port)")
        #expect(daemon.client.ask(Question("two.wild.lab.example"))?.responseCode == 0)
        let flights = ReconnectTests.flights(
            capture.packets().filter { $0.ports.contains(upstream.port) }, upstream.port)
        try #require(flights.count >= 6, "\(flights)")
        #expect(flights.prefix(6).map(\.isClients) == [true, false, true, false, true, false])
        #expect(flights[0].segments == [0] && flights[1].segments == [0], "SYN and SYN-ACK carry nothing")
        #expect(flights[2].segments.count == 1, "the ClientHello")
        // A resumed session has no certificate to show.
        #expect(flights[3].segments.reduce(0, +) < 600, "\(flights[3])")
        #expect(flights[4].segments.count == 1, "the end of the handshake and the question: \(flights[4])")
        // A Finished alone has 74 bytes, a question padded to 128 more than that again.
        #expect(flights[4].segments[0] > 128 + 74, "\(flights[4])")
    }

    /// Of the newest connection; segments that carry nothing count only as its beginning.
    private static func flights(_ packets: [CapturedPacket], _ server: UInt16) -> [Flight] {
        let clients = packets.filter { $0.segment.isSYN && $0.destination == server }
        guard let client = clients.last?.source else { return [] }
        var flights: [Flight] = []
        for packet in packets where packet.ports == [client, server] {
            let (byteCount, isSYN) = packet.segment
            guard isSYN || byteCount > 0 else { continue }
            let isClients = packet.source == client
            if flights.last?.isClients == isClients {
                flights[flights.count - 1].segments.append(byteCount)
            } else {
                flights.append(Flight(isClients: isClients, segments: [byteCount]))
            }
        }
        return flights
    }
}
