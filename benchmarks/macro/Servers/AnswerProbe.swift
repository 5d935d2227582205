import ByteCodec
import LinuxIO
import NetworkTypes

/// Asks one question again and again.
struct AnswerProbe: ~Copyable {
    private static let waitNanoseconds: UInt64 = 500_000

    private let socket: DatagramSocket
    private var loop: EventLoop
    private var sending = DatagramSendBatch()
    private var receiving = DatagramReceiveBatch()

    init(_ endpoint: Endpoint) throws {
        let socket = try DatagramSocket(connectedTo: endpoint)
        let loop = try EventLoop()
        try loop.add(socket.descriptor, token: 0, for: .readable)
        self.socket = socket
        self.loop = loop
    }

    /// Sends the question and waits for half a millisecond; whether an answer without an error has come.
    mutating func ask(_ question: [UInt8]) throws -> Bool {
        var slot = sending.slot
        slot.copy(question.span, to: 0)
        sending.commit(question.count)
        sending.flush(to: socket)
        let now = MonotonicClock.now
        let end = now.advanced(byNanoseconds: Self.waitNanoseconds)
        // An error that waits, such as a closed port's, is taken by receiving; the rest of the time still passes.
        var instant = now
        while instant < end {
            _ = try loop.wait(until: end, now: instant)
            let count = try receiving.receive(from: socket)
            for index in 0..<count {
                let response = receiving[index]
                if response.count > question.count, response[3] & 0x0F == 0, response[7] > 0 { return true }
            }
            instant = MonotonicClock.now
        }
        return false
    }
}
