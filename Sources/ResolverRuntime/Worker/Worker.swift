internal import ByteCodec
package import LinuxIO
package import NetworkTypes
package import ResolverCore
internal import SecureTransport
internal import Telemetry

/// Serves clients on one core: its own sockets, timers, upstream connections and cache, and nothing shared. A turn
/// of its loop waits, reads the clock once, takes what all ready sockets have, lets the resolver decide, and sends
/// everything that came of it together: one record per upstream connection, one call per datagram socket.
package struct Worker: ~Copyable {
    /// Batches taken from one datagram socket before others get their turn.
    static let maximumBatchesPerTurn = 4
    /// Batches still taken from a socket that is about to close: more than its receive buffer holds.
    static let maximumBatchesWhenRetiring = 64
    /// Milliseconds after a start or a handshake before their code is given back: what follows them runs it, too.
    static let codeReleaseMilliseconds: UInt64 = 100
    /// Milliseconds without accepting after the process ran out of descriptors.
    static let pauseMilliseconds: UInt64 = 100
    /// Connections to all upstreams. More than one to each are rare; for a new one, the idlest goes.
    package static let maximumConnections = 128
    /// Keeps the control socket's numbers for its clients apart from those of the TCP streams.
    static let controlStreamBase: UInt64 = 1 << 63
    /// The largest message and its length.
    static let messageBufferBytes = ClientStream.lengthBytes + Resolver.maximumMessageSize
    /// What one read takes from a stream, and one write gives it: four TLS records.
    static let transferBufferBytes = 64 * 1024

    package var resolver: Resolver
    var loop: EventLoop
    let seed: (UInt64, UInt64)
    let connectionLimit: Int

    // Clients.
    var datagramListeners: [UInt64: DatagramListener] = [:]
    var connectionListeners: [UInt64: ConnectionListener] = [:]
    var nextListener: UInt64 = 0
    var streams = StreamTable()
    var sendingStreams = SendList<ClientStream>()
    var receiveBatch = DatagramReceiveBatch()
    var sendBatch = DatagramSendBatch()
    /// The queries of the receive batch.
    var admitted = AdmittedQueries(capacity: DatagramReceiveBatch.capacity)
    var hasRetiredListeners = false
    /// Those that are read in every turn, and not watched meanwhile.
    var busyListeners: [UInt64] = []
    /// Whose datagrams the send batch holds.
    var sendListener: DatagramListener?

    // Upstreams.
    var transports: [UpstreamTransport]
    /// Open ones, the newest last; the pools know the same.
    var connections: [UpstreamConnection] = []
    /// How many transports there have been.
    var transportCount: UInt64 = 0
    /// Sessions so far: each gets a seed of its own.
    var sessionCount: UInt64 = 0
    var sendingConnections = SendList<UpstreamConnection>()
    /// A connection has left another way than those before, and the kernel has not told of it yet.
    var hasNoticedMove = false
    private var suspension: SuspensionWatch
    package internal(set) var timeOfDay: TimeOfDay
    /// When to give back the code that a start or a handshake ran; nil when there was none.
    var codeReleaseMoment: MonotonicInstant?

    var messageBuffer = ScratchBuffer(count: Worker.messageBufferBytes)
    var transferBuffer = ScratchBuffer(count: Worker.transferBufferBytes)

    var answerSource = AnswerSource.none
    /// Nobody can ask any more.
    var isRetired = false
    /// Its thread is to end.
    var isStopped = false

    /// What is still to be taken over from the process before.
    var takeover: Takeover?

    // For the service.
    var foreignEvents: [ServiceEvent] = []
    var controlAnswers: [ControlAnswer] = []
    var notices: [WorkerNotice] = []
    package internal(set) var counters = WorkerCounters()
    /// How many answers from the cache `counters.hitLatency` knows of.
    private var recordedHits: UInt64 = 0

    /// `seed` is secret: it keys tables and feeds message ids.
    package init(
        configuration: ResolverConfiguration, upstreams: [UpstreamPlan], seed: (UInt64, UInt64),
        timeOfDay: TimeOfDay = TimeOfDay(), now: MonotonicInstant,
        connectionLimit: Int = Worker.maximumConnections
    ) throws(SystemError) {
        precondition(configuration.upstreams.count == upstreams.count, "one plan for each upstream")
        let loop = try EventLoop()
        self.loop = loop
        self.seed = seed
        self.connectionLimit = connectionLimit
        resolver = Resolver(configuration: configuration, seed: seed, now: now)
        transports = []
        suspension = SuspensionWatch(now: now, awake: MonotonicClock.awakeNanoseconds)
        self.timeOfDay = timeOfDay
        for plan in upstreams { transports.append(makeTransport(plan)) }
        planCodeRelease(now: now)
    }

    /// The way to one upstream; its connections get numbers that no others have.
    mutating func makeTransport(_ plan: UpstreamPlan) -> UpstreamTransport {
        transportCount += 1
        return UpstreamTransport(plan: plan, number: transportCount)
    }

    /// Waits until something is to be done, or `limit`, and does it. Events of the service's own descriptors are then
    /// in ``takeServiceEvents()``.
    package mutating func turn(until limit: MonotonicInstant?) throws(SystemError) {
        let start = MonotonicClock.now
        let hasWork = isCarrying || !busyListeners.isEmpty
        let count = try loop.wait(until: hasWork ? start : earliest(deadline, limit), now: start)
        let now = MonotonicClock.now
        if suspension.hasSlept(until: now, awake: MonotonicClock.awakeNanoseconds) { resumed(now: now) }
        answerSource = .none
        for index in 0..<count { dispatch(loop[index], now: now) }
        if !busyListeners.isEmpty { serveBusyListeners(now: now) }
        reachDeadlines(now: now)
        finishTurn(now: now)
        if hasNoticedMove { networkChanged(now: now) }
        if isCarrying { carry(now: now) }
    }

    /// What starts and handshakes run is a third of all code, and is not needed until the next one.
    mutating func planCodeRelease(now: MonotonicInstant) {
        guard codeReleaseMoment == nil else { return }
        codeReleaseMoment = now.advanced(byMilliseconds: Worker.codeReleaseMilliseconds)
    }

    /// Performs all effects and sends everything; also after the service has called the resolver itself.
    package mutating func finishTurn(now: MonotonicInstant) {
        var isSettled = false
        while !isSettled {
            performEffects(now: now)
            let hasFailures = flushConnections(now: now)
            let hasQueries = flushStreams(now: now)
            isSettled = !hasFailures && !hasQueries
        }
        flushDatagrams()
        recordHitLatency(since: now)
        closeRetiredListeners()
    }

    /// Of the answers from the cache that have left since this was called last.
    mutating func recordHitLatency(since start: MonotonicInstant) {
        let hits = resolver.cacheAnswerCount
        guard hits != recordedHits else { return }
        let elapsed = MonotonicClock.now.nanoseconds(since: start)
        counters.hitLatency.record(nanoseconds: elapsed, times: hits &- recordedHits)
        recordedHits = hits
    }

    private mutating func dispatch(_ event: EventLoop.Event, now: MonotonicInstant) {
        guard let token = Token(rawValue: event.token) else { return }
        switch token.kind {
        case .datagramListener: serveDatagrams(token.number, now: now)
        case .streamListener: acceptStreams(token.number, now: now)
        case .stream: serveStream(token.number, event.readiness, now: now)
        case .upstream: serveConnection(token.number, event.readiness, now: now)
        case .service: foreignEvents.append(ServiceEvent(number: token.number, readiness: event.readiness))
        }
    }

    private var deadline: MonotonicInstant? {
        var result = earliest(earliest(resolver.deadline, streams.sweepDeadline), codeReleaseMoment)
        for connection in connections { result = earliest(result, connection.session.deadline) }
        for transport in transports { result = earliest(result, transport.pool.deadline) }
        return result
    }

    private mutating func reachDeadlines(now: MonotonicInstant) {
        if let deadline = resolver.deadline, deadline <= now { resolver.deadlineReached(now: now) }
        if let deadline = streams.sweepDeadline, deadline <= now { sweepStreams(now: now) }
        if let moment = codeReleaseMoment, moment <= now {
            codeReleaseMoment = nil
            ProcessMemory.releaseCode()
        }
        for connection in connections {
            guard let deadline = connection.session.deadline, deadline <= now else { continue }
            connectionDeadlineReached(connection, now: now)
        }
        for transport in transports {
            if let deadline = transport.pool.deadline, deadline <= now { poolDeadlineReached(transport, now: now) }
        }
    }

    /// What the resolver wants done.
    private mutating func performEffects(now: MonotonicInstant) {
        while true {
            guard let effect = resolver.nextEffect(into: &messageBuffer) else { return }
            switch effect {
            case .answer(let client, let byteCount):
                deliver(byteCount, to: client, now: now)
            case .forward(let attempt, let upstream, let byteCount, let onFreshConnection):
                forward(attempt, upstream: upstream, byteCount: byteCount, fresh: onFreshConnection, now: now)
            case .abandon(let attempt, let upstream):
                abandon(attempt, upstream: upstream, now: now)
            }
        }
    }

    /// Sends the answer that is in the message buffer.
    private mutating func deliver(_ byteCount: Int, to client: Client, now: MonotonicInstant) {
        switch client.transport {
        case .datagram: deliverDatagram(byteCount, to: client)
        case .stream: deliverToStream(byteCount, client.stream, now: now)
        case .control:
            let message = Array(messageBuffer.span.extracting(0..<byteCount))
            let stream = client.stream & ~Worker.controlStreamBase
            controlAnswers.append(ControlAnswer(stream: stream, message: message, upstream: answerSource.name))
        }
    }
}

/// The earlier of two moments, where nil is never.
func earliest(_ left: MonotonicInstant?, _ right: MonotonicInstant?) -> MonotonicInstant? {
    guard let left else { return right }
    return right.map { min(left, $0) } ?? left
}
