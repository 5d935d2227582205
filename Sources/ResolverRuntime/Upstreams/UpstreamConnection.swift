internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import SecureTransport

/// One TCP connection to an upstream and the session on it. Queries are accepted from the first moment on: they
/// leave with the handshake's end, whichever address the connection ends up at.
///
/// States: connecting (an address is tried), connected (bytes flow), ended (removed from its transport).
final class UpstreamConnection: Sending {
    /// Milliseconds for one address while others are left: a lost SYN is sent again after one second.
    static let connectMilliseconds: UInt64 = 1_000

    let identifier: UInt64
    let transport: UpstreamTransport
    var session: SecureSession
    let startedAt: MonotonicInstant
    /// To the address being tried or in use; nil before the first and after the end.
    private(set) var channel: Channel?
    private(set) var isConnected = false
    /// Whether the server has ever proved who it is on this connection.
    private(set) var wasEstablished = false
    /// The address being tried or in use.
    private(set) var endpointIndex: Int
    var isListed = false
    /// The queries that wait for the handshake, in case that another address has to be tried; the session bounds them.
    private var waiting: [(attempt: UInt64, message: [UInt8])] = []
    private var triedCount = 0
    private var connectDeadline: MonotonicInstant?

    init(
        identifier: UInt64, transport: UpstreamTransport, session: consuming SecureSession, now: MonotonicInstant
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
    func restart(with fresh: consuming SecureSession, now: MonotonicInstant) -> Bool {
        var unanswered: Set<UInt64> = []
        while let attempt = session.nextUnanswered() { unanswered.insert(attempt) }
        let queries = waiting.filter { unanswered.contains($0.attempt) }
        session = fresh
        waiting = []
        isConnected = false
        for query in queries { _ = send(query.message.span, attempt: query.attempt, now: now) }
        return !queries.isEmpty
    }

    /// Starts connecting to the next address; fails at once where the kernel does.
    func connectToNextEndpoint(in loop: borrowing EventLoop, now: MonotonicInstant) throws(SystemError) {
        let endpoints = transport.plan.endpoints
        endpointIndex = (transport.preferredEndpoint + triedCount) % endpoints.count
        triedCount += 1
        channel = nil
        connectDeadline = hasEndpointsLeft ? now.advanced(byMilliseconds: UpstreamConnection.connectMilliseconds) : nil
        channel = try Channel(
            StreamSocket(connectingTo: endpoints[endpointIndex]), Token(.upstream, identifier), in: loop, for: .writable
        )
    }

    /// Whether the address being tried has had its time.
    func isConnectOverdue(now: MonotonicInstant) -> Bool {
        connectDeadline.map { $0 <= now } ?? false
    }

    /// Why connecting failed; nil once connected.
    func finishConnecting() -> SystemError? {
        guard let channel else { return .timedOut }
        if let error = channel.socket.connectionError() { return error }
        isConnected = true
        connectDeadline = nil
        return nil
    }

    /// The profile's name for the upstream.
    var name: String { transport.plan.name }

    var isOpen: Bool { channel != nil }

    /// The address that this device has in this connection.
    var source: IPAddress? { channel?.socket.descriptor.localEndpoint?.address }

    func read(into room: inout MutableSpan<UInt8>) -> Transfer {
        channel?.socket.read(into: &room) ?? .wouldBlock
    }

    var deadline: MonotonicInstant? {
        guard let connectDeadline else { return session.deadline }
        return session.deadline.map { min($0, connectDeadline) } ?? connectDeadline
    }

    /// Closes the descriptor now, whoever still holds this object.
    func close() { channel = nil }
}
