internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import SecureTransport

/// One TCP connection to an upstream and the session on it. Queries are accepted from the first moment on: they
/// leave with the handshake's end, whichever address the connection ends up at.
///
/// States: connecting (an address is tried), connected (bytes flow), ended (removed from its transport).
final class UpstreamConnection {
    /// Milliseconds for one address while others are left: a lost SYN is sent again after one second.
    static let connectMilliseconds: UInt64 = 1_000

    let identifier: UInt64
    let transport: UpstreamTransport
    var session: DoTSession
    let startedAt: MonotonicInstant
    private var socket: OpenSocket?
    private(set) var isConnected = false
    /// Whether the server has ever proved who it is on this connection.
    private(set) var wasEstablished = false
    /// The address being tried or in use.
    private(set) var endpointIndex: Int
    /// Bytes of the session that the kernel did not take.
    var unsent = ByteQueue()
    private var interest: Readiness = []
    var isDirty = false
    /// The queries that wait for the handshake, in case that another address has to be tried; the session bounds them.
    private var waiting: [(attempt: UInt64, message: [UInt8])] = []
    private var triedCount = 0
    private var connectDeadline: MonotonicInstant?

    init(
        identifier: UInt64, transport: UpstreamTransport, session: consuming DoTSession, now: MonotonicInstant
    ) {
        startedAt = now
        self.identifier = identifier
        self.transport = transport
        self.session = session
        endpointIndex = transport.preferredEndpoint
    }

    var hasEndpointsLeft: Bool { triedCount < transport.plan.endpoints.count }

    /// Gives a query to the session.
    func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        let outcome = session.send(message, attempt: attempt, now: now)
        if outcome == .accepted, !wasEstablished { waiting.append((attempt, [UInt8](message))) }
        return outcome
    }

    func noteEstablished() {
        wasEstablished = true
        waiting = []
    }

    /// Goes on with a session that begins anew, and the queries that still wait for an answer; false when none does.
    func restart(with fresh: consuming DoTSession, now: MonotonicInstant) -> Bool {
        var unanswered: Set<UInt64> = []
        while let attempt = session.nextUnanswered() { unanswered.insert(attempt) }
        let queries = waiting.filter { unanswered.contains($0.attempt) }
        session = fresh
        waiting = []
        isConnected = false
        unsent.removeAll()
        for query in queries { _ = send(query.message.span, attempt: query.attempt, now: now) }
        return !queries.isEmpty
    }

    /// Starts connecting to the next address; fails at once where the kernel does.
    func connectToNextEndpoint(now: MonotonicInstant) throws(SystemError) {
        let endpoints = transport.plan.endpoints
        endpointIndex = (transport.preferredEndpoint + triedCount) % endpoints.count
        triedCount += 1
        socket = nil
        interest = []
        connectDeadline = hasEndpointsLeft ? now.advanced(byMilliseconds: UpstreamConnection.connectMilliseconds) : nil
        socket = OpenSocket(try StreamSocket(connectingTo: endpoints[endpointIndex]))
    }

    /// Whether the address being tried has had its time.
    func isConnectOverdue(now: MonotonicInstant) -> Bool {
        connectDeadline.map { $0 <= now } ?? false
    }

    /// Why connecting failed; nil once connected.
    func finishConnecting() -> SystemError? {
        guard let socket else { return .timedOut }
        if let error = socket.stream.connectionError() { return error }
        isConnected = true
        connectDeadline = nil
        return nil
    }

    /// The profile's name for the upstream.
    var name: String { transport.plan.name }

    var isOpen: Bool { socket != nil }

    func read(into room: inout MutableSpan<UInt8>) -> Transfer {
        socket?.stream.read(into: &room) ?? .wouldBlock
    }

    /// How many bytes the kernel took; nil when the connection is broken.
    func write(_ bytes: Span<UInt8>) -> Int? {
        switch socket?.stream.write(bytes) {
        case .moved(let count): count
        case .wouldBlock: 0
        case .end, .failed, nil: nil
        }
    }

    func watch(in loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
        guard let socket else { return }
        interest = wantedInterest
        try loop.add(socket.stream.descriptor, token: token, for: interest)
    }

    /// Tells the loop what is waited for now, when that has changed.
    func updateInterest(in loop: borrowing EventLoop, token: UInt64) {
        let wanted = wantedInterest
        guard wanted != interest, let socket else { return }
        interest = wanted
        try? loop.modify(socket.stream.descriptor, token: token, for: wanted)
    }

    var deadline: MonotonicInstant? {
        guard let connectDeadline else { return session.deadline }
        return session.deadline.map { min($0, connectDeadline) } ?? connectDeadline
    }

    var wantedInterest: Readiness {
        guard isConnected else { return .writable }
        return unsent.isEmpty ? .readable : [.readable, .writable]
    }

    /// Closes the descriptor now, whoever still holds this object.
    func closeSocket() { socket = nil }

    /// A socket that can be absent: a class's property of a noncopyable type can only be used in place.
    private final class OpenSocket {
        let stream: StreamSocket

        init(_ stream: consuming StreamSocket) { self.stream = stream }
    }
}
