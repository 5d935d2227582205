internal import ByteCodec
internal import LinuxIO
package import NetworkTypes
internal import ResolverCore
internal import SecureTransport
internal import Telemetry

// Encrypted upstreams: one shared connection each, made when a query needs it, and the first at the start.

extension Worker {
    /// Connects to the upstream that the next query will go to, so that it does not have to wait for a handshake.
    package mutating func connectAhead(now: MonotonicInstant) {
        guard let upstream = resolver.nextUpstream(now: now) else { return }
        _ = try? connection(to: transports[upstream], fresh: false, now: now)
    }

    /// Gives the query in the message buffer to that upstream's connection.
    mutating func forward(
        _ attempt: AttemptIdentifier, upstream: Int, byteCount: Int, fresh: Bool, now: MonotonicInstant
    ) {
        let transport = transports[upstream]
        do throws(UpstreamFailure) {
            let connection = try connection(to: transport, fresh: fresh, now: now)
            let outcome = connection.send(
                messageBuffer.span.extracting(0..<byteCount), attempt: attempt.rawValue, now: now)
            switch outcome {
            case .accepted: sendingConnections.add(connection)
            case .full: resolver.upstreamFailed(attempt, .sessionFull, now: now)
            case .closed: resolver.upstreamFailed(attempt, .closed, now: now)
            }
        } catch {
            resolver.upstreamFailed(attempt, error, now: now)
        }
    }

    mutating func abandon(_ attempt: AttemptIdentifier, upstream: Int) {
        guard upstream < transports.count else { return }
        let transport = transports[upstream]
        for connection in connections where connection.transport === transport {
            connection.session.abandon(attempt: attempt.rawValue)
        }
    }

    private mutating func connection(
        to transport: UpstreamTransport, fresh: Bool, now: MonotonicInstant
    ) throws(UpstreamFailure) -> UpstreamConnection {
        if let usable = transport.usableConnection(fresh: fresh) { return usable }
        return try connect(transport, now: now)
    }

    /// A new connection; fails when every address does so at once.
    private mutating func connect(
        _ transport: UpstreamTransport, now: MonotonicInstant
    ) throws(UpstreamFailure) -> UpstreamConnection {
        let connection = UpstreamConnection(
            identifier: nextConnection, transport: transport, session: makeSession(for: transport, now: now), now: now)
        nextConnection += 1
        if let error = tryEndpoints(of: connection, now: now) {
            let failure = UpstreamFailure(connecting: error)
            report(connection, failure)
            throw failure
        }
        connections.append(connection)
        transport.use(connection)
        counters.connectionsOpened += 1
        return connection
    }

    private mutating func makeSession(for transport: UpstreamTransport, now: MonotonicInstant) -> SecureSession {
        sessionCount &+= 1
        let plan = transport.plan
        let seed = (seed.0 &+ sessionCount, seed.1)
        guard let target = plan.target else {
            return .tls(
                DoTSession(
                    context: plan.context, verificationTime: WallClock.unixSeconds,
                    networkEpoch: transport.networkEpoch, seed: seed, now: now))
        }
        return .https(
            DoHSession(
                context: plan.context, target: target, verificationTime: WallClock.unixSeconds,
                networkEpoch: transport.networkEpoch, seed: seed, now: now))
    }

    /// Connects to the next address that the kernel does not refuse at once; the last error when none is left.
    private mutating func tryEndpoints(of connection: UpstreamConnection, now: MonotonicInstant) -> SystemError? {
        var last: SystemError?
        while connection.hasEndpointsLeft {
            do {
                try connection.connectToNextEndpoint(in: loop, now: now)
                return nil
            } catch {
                last = error
            }
        }
        return last ?? SystemError.timedOut
    }

    mutating func serveConnection(_ identifier: UInt64, _ readiness: Readiness, now: MonotonicInstant) {
        guard let connection = connections.first(where: { $0.identifier == identifier }) else { return }
        guard connection.isConnected else { return finishConnecting(connection, now: now) }
        if readiness.hasInput { read(connection, now: now) }
        sendingConnections.add(connection)
    }

    private mutating func finishConnecting(_ connection: UpstreamConnection, now: MonotonicInstant) {
        if let error = connection.finishConnecting() {
            connectFailed(connection, error, now: now)
        } else {
            sendingConnections.add(connection)
        }
    }

    private mutating func connectFailed(_ connection: UpstreamConnection, _ error: SystemError, now: MonotonicInstant) {
        guard let last = tryEndpoints(of: connection, now: now) else { return }
        end(connection, UpstreamFailure(connecting: last == .timedOut ? error : last), now: now)
    }

    private mutating func read(_ connection: UpstreamConnection, now: MonotonicInstant) {
        var room = transferBuffer.mutableSpan
        switch connection.read(into: &room) {
        case .moved(let count): connection.session.receive(transferBuffer.span.extracting(0..<count), now: now)
        case .end: connection.session.receiveEnd(now: now)
        case .failed: connection.session.receiveEnd(isReset: true, now: now)
        case .wouldBlock: return
        }
        takeEvents(of: connection, now: now)
    }

    private mutating func takeEvents(of connection: UpstreamConnection, now: MonotonicInstant) {
        while let event = connection.session.nextEvent() {
            switch event {
            case .established(let details):
                connection.noteEstablished()
                planCodeRelease(now: now)
                counters.handshakeLatency.record(nanoseconds: now.nanoseconds(since: connection.startedAt))
                if connection.transport.established(connection, details) {
                    notices.append(.upstreamUp(connection.name))
                }
            case .answer(let attempt, _, let age):
                let attempt = AttemptIdentifier(rawValue: attempt)
                answerSource.note(connection.transport)
                connection.session.withMessage { message in
                    resolver.upstreamAnswered(attempt, message: message, age: age, now: now)
                }
            case .attemptFailed(let attempt, let failure):
                let failure = UpstreamFailure(failure, isReused: connection.session.isReused)
                resolver.upstreamFailed(AttemptIdentifier(rawValue: attempt), failure, now: now)
            case .closed(let closure):
                end(connection, UpstreamFailure(closure, isReused: connection.session.isReused), now: now)
            case .failed(let failure):
                let isReused = connection.session.isReused
                end(connection, UpstreamFailure(failure, isReused: isReused), now: now)
            }
        }
    }

    /// Takes leave of a connection: what it did not answer has failed.
    private mutating func end(_ connection: UpstreamConnection, _ failure: UpstreamFailure, now: MonotonicInstant) {
        if !connection.session.isOver { connection.session.close() }
        sendFarewell(of: connection)
        if !failure.isOurs, !connection.wasEstablished {
            guard !restart(connection, now: now) else { return }
            report(connection, failure)
        }
        if !connection.session.isOver { connection.session.close() }
        connection.transport.forget(connection)
        connections.removeAll { $0 === connection }
        connection.close()
        var unanswered: [UInt64] = []
        while let attempt = connection.session.nextUnanswered() { unanswered.append(attempt) }
        // The oldest goes first on the next connection: behind an upstream that closes after every answer, any other
        // order leaves somebody waiting for ever.
        for attempt in unanswered.sorted() {
            resolver.upstreamFailed(AttemptIdentifier(rawValue: attempt), failure, now: now)
        }
    }

    /// Tries the handshake at the next address, for the queries that still wait.
    private mutating func restart(_ connection: UpstreamConnection, now: MonotonicInstant) -> Bool {
        guard connection.hasEndpointsLeft else { return false }
        let session = makeSession(for: connection.transport, now: now)
        guard connection.restart(with: session, now: now) else { return false }
        return tryEndpoints(of: connection, now: now) == nil
    }

    /// Ends all connections to an upstream, for a reason of our own.
    mutating func endConnections(
        of transport: UpstreamTransport, _ failure: UpstreamFailure, now: MonotonicInstant
    ) {
        for connection in connections where connection.transport === transport {
            end(connection, failure, now: now)
        }
    }

    private mutating func report(_ connection: UpstreamConnection, _ failure: UpstreamFailure) {
        counters.connectionsFailed += 1
        guard connection.transport.failed(connection, failure) else { return }
        notices.append(.upstreamDown(connection.name, failure))
    }

    mutating func connectionDeadlineReached(_ connection: UpstreamConnection, now: MonotonicInstant) {
        guard connection.isOpen else { return }
        if connection.isConnectOverdue(now: now) { return connectFailed(connection, .timedOut, now: now) }
        let wasConnected = connection.isConnected
        connection.session.deadlineReached(now: now)
        if connection.session.isOver, !wasConnected { return end(connection, .connectTimedOut, now: now) }
        takeEvents(of: connection, now: now)
        sendingConnections.add(connection)
    }

    /// Sends what the sessions have ready, each in as few writes as it takes; true when that told the resolver something.
    mutating func flushConnections(now: MonotonicInstant) -> Bool {
        var hasNews = false
        while let connection = sendingConnections.next() {
            guard connection.isConnected, let channel = connection.channel else { continue }
            if flush(connection, channel) {
                channel.want(.readable, in: loop)
            } else {
                connection.session.receiveEnd(isReset: true, now: now)
                takeEvents(of: connection, now: now)
                hasNews = true
            }
        }
        return hasNews
    }

    /// False when the connection is broken.
    private mutating func flush(_ connection: UpstreamConnection, _ channel: Channel) -> Bool {
        var progress = channel.flush().progress
        while progress == .sent {
            var room = transferBuffer.mutableSpan
            let count = connection.session.drainOutput(into: &room)
            guard count > 0 else { return true }
            progress = channel.send(transferBuffer.span.extracting(0..<count))
        }
        return progress != .broken
    }

    /// The alert or the close_notify of a session that is over, as far as it goes out at once.
    private mutating func sendFarewell(of connection: UpstreamConnection) {
        guard connection.isConnected, let channel = connection.channel else { return }
        _ = flush(connection, channel)
    }
}
