internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import Varlink

/// One caller of a control socket.
final class ControlConnection {
    let number: UInt64
    let socket: StreamSocket
    let credentials: PeerCredentials
    var engine: VarlinkServer
    var lastActivity: MonotonicInstant
    private var unsent = ByteQueue()
    private var interest: Readiness = .readable
    /// Nothing more comes or is wanted: closed once all is sent.
    var isOver = false

    init(
        number: UInt64, socket: consuming StreamSocket, credentials: PeerCredentials, service: VarlinkService,
        now: MonotonicInstant
    ) {
        self.number = number
        self.socket = socket
        self.credentials = credentials
        engine = VarlinkServer(service: service)
        lastActivity = now
    }

    /// Takes what the caller sent; false when the connection is broken.
    func receive(through buffer: inout ScratchBuffer) -> Bool {
        guard engine.acceptsInput else { return true }
        var room = buffer.mutableSpan
        switch socket.read(into: &room) {
        case .moved(let count): engine.receive(buffer.span.extracting(0..<count))
        case .end: engine.receiveEnd()
        case .wouldBlock: break
        case .failed: return false
        }
        return true
    }

    /// Sends what there is; false when the connection is broken, or over and everything is said.
    func flush(through buffer: inout ScratchBuffer) -> Bool {
        while !unsent.isEmpty || engine.hasOutput {
            if unsent.isEmpty {
                var room = buffer.mutableSpan
                let count = engine.drainOutput(into: &room)
                unsent.append(buffer.span.extracting(0..<count))
            }
            switch socket.write(unsent.span) {
            case .moved(let count): unsent.consume(count)
            case .wouldBlock: return true
            case .end, .failed: return false
            }
        }
        return !isOver
    }

    /// What to wait for now; nil when that has not changed.
    func changedInterest() -> Readiness? {
        var wanted: Readiness = []
        if engine.acceptsInput, !isOver { wanted.insert(.readable) }
        if !unsent.isEmpty { wanted.insert(.writable) }
        guard wanted != interest else { return nil }
        interest = wanted
        return wanted
    }
}
