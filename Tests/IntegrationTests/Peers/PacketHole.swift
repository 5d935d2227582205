/// A port of the loopback address where nothing answers a SYN: somebody listens, takes no connection, and has a queue
/// of them that is full.
final class PacketHole {
    private let listener: LoopbackSocket
    /// Those that fill the queue.
    private var queue: [LoopbackSocket] = []

    var port: UInt16 { listener.port }

    /// Nil when the queue has no end.
    init?() {
        guard let listener = LoopbackSocket(.stream, boundTo: 0) else { return nil }
        self.listener = listener
        for _ in 0..<64 {
            guard let socket = LoopbackSocket(.stream, connectedTo: listener.port, timeout: .milliseconds(300)) else {
                return
            }
            queue.append(socket)
        }
        return nil
    }
}
