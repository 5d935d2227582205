internal import ByteCodec
internal import LinuxIO

/// A stream socket in a worker's loop, and the bytes for it that the kernel has not taken yet.
final class Channel {
    let socket: StreamSocket
    private let token: UInt64
    private var interest: Readiness
    private(set) var unsent = ByteQueue()

    enum Progress {
        /// Nothing is left.
        case sent
        /// The other side has to read first.
        case blocked
        /// The connection is of no more use.
        case broken
    }

    init(
        _ socket: consuming StreamSocket, _ token: Token, in loop: borrowing EventLoop, for interest: Readiness
    ) throws(SystemError) {
        self.socket = socket
        self.token = token.rawValue
        self.interest = interest
        try loop.add(self.socket.descriptor, token: self.token, for: interest)
    }

    var isEmpty: Bool { unsent.isEmpty }

    /// Keeps bytes for the next ``flush()``.
    func append(_ bytes: Span<UInt8>) { unsent.append(bytes) }

    /// A message as DNS frames it on a stream: its length in 16 bits comes first (RFC 1035 section 4.2.2).
    func append(message: Span<UInt8>) {
        unsent.appendBigEndian(UInt16(message.count))
        unsent.append(message)
    }

    /// Writes as much as the kernel takes, and answers how many bytes that was.
    func flush() -> (progress: Progress, byteCount: Int) {
        var byteCount = 0
        while !unsent.isEmpty {
            switch socket.write(unsent.span) {
            case .moved(let count):
                unsent.consume(count)
                byteCount += count
            case .wouldBlock: return (.blocked, byteCount)
            case .end, .failed: return (.broken, byteCount)
            }
        }
        return (.sent, byteCount)
    }

    /// Sends `bytes` without keeping them, unless the kernel does not take all of them. Only while nothing is unsent.
    func send(_ bytes: Span<UInt8>) -> Progress {
        precondition(isEmpty, "bytes would overtake others")
        switch socket.write(bytes) {
        case .moved(bytes.count): return .sent
        case .moved(let count): append(bytes.extracting(count..<bytes.count))
        case .wouldBlock: append(bytes)
        case .end, .failed: return .broken
        }
        return .blocked
    }

    /// Tells the loop what is waited for now, when that has changed; writing is, while bytes are unsent.
    func want(_ readiness: Readiness, in loop: borrowing EventLoop) {
        let wanted = unsent.isEmpty ? readiness : readiness.union(.writable)
        guard wanted != interest else { return }
        interest = wanted
        try? loop.modify(socket.descriptor, token: token, for: wanted)
    }

    func leave(_ loop: borrowing EventLoop) { try? loop.remove(socket.descriptor) }
}
