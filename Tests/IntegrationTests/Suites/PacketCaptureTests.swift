import TestSupport
import Testing

/// The instrument first: a capture sees a plaintext name, so that its silence later means something.
@Suite(.serialized, .enabled(if: PacketCapture.isInstalled, PacketCapture.missing))
struct PacketCaptureTests {
    @Test func aPlaintextNameIsSeenWithItsPortAndInAnySpelling() throws {
        let capture = try PacketCapture()
        let receiver = try #require(LoopbackSocket(.datagram, boundTo: 0))
        let sender = try #require(LoopbackSocket(.datagram, connectedTo: receiver.port))
        sender.send(Question("Plain.Capture.Example").message)

        let packets = capture.packets().filter { $0.ports.contains(receiver.port) }
        #expect(packets.count == 1)
        #expect(packets.allSatisfy { $0.holds(name: "plain.capture.example") })
        #expect(!packets.contains { $0.holds(name: "other.capture.example") })
    }
}
