import ByteCodec
import LinuxIO
import NetworkTypes

/// A program that asks once.
enum TestClient {
    /// Asks over UDP; nil when no answer comes within `seconds`.
    static func ask(_ query: [UInt8], at target: Endpoint, seconds: UInt64 = 5) throws -> TestAnswer? {
        let any: IPAddress = target.address.family == .v4 ? .v4(IPv4Address(bits: 0)) : .v6(.unspecified)
        let client = try DatagramSocket(boundTo: Endpoint(address: any, port: 0))
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

    /// Asks over a connection of its own.
    static func askOverTCP(_ query: [UInt8], at target: Endpoint, seconds: UInt64 = 5) throws -> TestAnswer {
        let socket = try StreamSocket(connectingTo: target)
        var loop = try EventLoop()
        try loop.add(socket.descriptor, token: 1, for: .writable)
        let end = MonotonicClock.now.advanced(bySeconds: seconds)
        _ = try loop.wait(until: end, now: MonotonicClock.now)
        let framed = [UInt8(query.count >> 8), UInt8(query.count & 255)] + query
        guard case .moved(framed.count) = socket.write(framed.span) else { throw NoAnswer() }
        try loop.modify(socket.descriptor, token: 1, for: .readable)
        var answer: [UInt8] = []
        while answer.count < 2 || answer.count < 2 + Int(answer[0]) << 8 + Int(answer[1]) {
            guard try loop.wait(until: end, now: MonotonicClock.now) > 0 else { throw NoAnswer() }
            var room = [UInt8](repeating: 0, count: 4096)
            var span = room.mutableSpan
            guard case .moved(let count) = socket.read(into: &span) else { throw NoAnswer() }
            answer += room[..<count]
        }
        guard let told = TestAnswer(Array(answer[2...])) else { throw NoAnswer() }
        return told
    }

    struct NoAnswer: Error {}
}
