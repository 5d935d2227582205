internal import LinuxIO
internal import NetworkTypes

/// One accepted connection of the server: the socket and the machine above it.
final class UpstreamServerSocket {
    private let socket: StreamSocket
    private var connection: UpstreamServerConnection
    /// Ciphertext that the kernel did not take yet.
    private var unsent: ArraySlice<UInt8> = []
    /// Set once this end has said its last: the client may still finish its sentence.
    private var lingersUntil: MonotonicInstant?
    /// Before this moment nothing leaves: the script lets bytes out one by one.
    private var nextByteAt: MonotonicInstant?
    private(set) var isClosed = false
    /// What the event loop was last asked for.
    var interest = Readiness.readable

    init(_ socket: consuming StreamSocket, _ connection: consuming UpstreamServerConnection) {
        self.socket = socket
        self.connection = connection
    }

    /// How long a client may take to hang up after the server did. Closing at once while unread bytes wait would
    /// reset the connection and destroy answers on their way.
    static let lingerSeconds: UInt64 = 1
    private static let readSize = 1 << 14

    func watch(in loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
        try loop.add(socket.descriptor, token: token, for: interest)
    }

    /// Asks the loop for what the connection now waits for.
    func adjustInterest(in loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
        var wanted: Readiness = []
        if connection.wantsInput || lingersUntil != nil { wanted.insert(.readable) }
        if nextByteAt == nil, !unsent.isEmpty || connection.outputCount > 0 { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        try loop.modify(socket.descriptor, token: token, for: wanted)
    }

    var deadline: MonotonicInstant? {
        if let lingersUntil { return lingersUntil }
        return [connection.deadline, nextByteAt].compactMap { $0 }.min()
    }

    /// What the script does as soon as there is a connection.
    func begin(_ now: MonotonicInstant, _ control: UpstreamServerControl) {
        control.tell(connection.takeNews())
        write(now)
    }

    func handle(_ readiness: Readiness, now: MonotonicInstant, _ control: UpstreamServerControl) {
        if readiness != .writable { read(now, control) }
        control.tell(connection.takeNews())
        write(now)
        // Both directions are over: nothing can be said any more, and the loop would report it for ever.
        if readiness.contains(.hangUp) || readiness.contains(.error) { isClosed = true }
    }

    func deadlineReached(_ now: MonotonicInstant, _ control: UpstreamServerControl) {
        if let lingersUntil {
            if lingersUntil <= now { isClosed = true }
            return
        }
        control.count { connection.deadlineReached(now, counters: &$0) }
        control.tell(connection.takeNews())
        write(now)
    }

    private func read(_ now: MonotonicInstant, _ control: UpstreamServerControl) {
        var buffer = [UInt8](repeating: 0, count: UpstreamServerSocket.readSize)
        while !isClosed, connection.wantsInput || lingersUntil != nil {
            var room = buffer.mutableSpan
            switch socket.read(into: &room) {
            case .moved(let count):
                let bytes = buffer.span.extracting(0..<count)
                control.count { connection.receive(bytes, now: now, counters: &$0) }
            case .wouldBlock: return
            case .end:
                if lingersUntil != nil { isClosed = true }
                connection.receiveEnd()
                return
            case .failed: isClosed = true
            }
        }
    }

    /// Writes what there is and draws the consequences of the connection's fate.
    private func write(_ now: MonotonicInstant) {
        while !isClosed, refill() {
            if let nextByteAt, now < nextByteAt { return }
            let piece = connection.pace == nil ? unsent : unsent.prefix(1)
            switch socket.write(piece.span) {
            case .moved(let count):
                unsent.removeFirst(count)
                nextByteAt = connection.pace.map { now.advanced(byNanoseconds: $0) }
            case .wouldBlock: return
            case .end, .failed: isClosed = true
            }
        }
        guard !isClosed, lingersUntil == nil else { return }
        switch connection.fate {
        case .open: break
        case .finished:
            socket.finishWriting()
            lingersUntil = now.advanced(bySeconds: UpstreamServerSocket.lingerSeconds)
        case .reset:
            socket.resetOnClose()
            isClosed = true
        }
    }

    /// Makes sure that something is ready to be written; false when there is nothing.
    private func refill() -> Bool {
        if unsent.isEmpty { unsent = connection.takeOutput()[...] }
        if unsent.isEmpty { nextByteAt = nil }
        return !unsent.isEmpty
    }
}
