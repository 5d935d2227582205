import ByteCodec
import LinuxIO
import NetworkTypes

/// A program that asks once.
enum TestClient {
    /// Asks over UDP; nil when no answer comes within `seconds`.
    static func ask(_ query: [UInt8], at target: Endpoint, seconds: UInt64 = 5) throws -> TestAnswer? {
        let client = try DatagramSocket(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
        var sending = DatagramSendBatch()
        var room = sending.slot
        room.copy(query.span, to: 0)
        sending.commit(query.count, to: target, from: nil)
        sending.flush(to: client)
        var loop = try EventLoop()
        try loop.add(client.descriptor, token: 1, for: .readable)
        let now = MonotonicClock.now
        guard try loop.wait(until: now.advanced(bySeconds: seconds), now: now) > 0 else { return nil }
        var batch = DatagramReceiveBatch()
        guard try batch.receive(from: client) > 0 else { return nil }
        return TestAnswer([UInt8](batch[0]))
    }
}
