internal import ByteCodec
internal import LinuxIO
package import NetworkTypes
internal import ProxyEngine
internal import ResolverCore
internal import SecureTransport
internal import TLSEngine
internal import Telemetry

// Encrypted upstreams: pools decide about connections, and here they are made, read, written and closed.

extension Worker {
    /// Connects to the upstream that the next query will go to, so that it does not have to wait for a handshake.
    package mutating func connectAhead(now: MonotonicInstant) {
        guard let upstream = resolver.nextUpstream(now: now) else { return }
        transports[upstream].pool.prepare(now: now)
        perform(transports[upstream], now: now)
    }

    /// Gives the query in the message buffer to a connection of that upstream, or lets it wait for one.
    mutating func forward(
        _ attempt: AttemptIdentifier, upstream: Int, byteCount: Int, fresh: Bool, now: MonotonicInstant
    ) {
        let transport = transports[upstream]
        if let number = transport.pool.place(attempt, fresh: fresh, now: now),
            send(attempt, byteCount, on: number, of: transport, now: now)
        {
            return
        }
        perform(transport, now: now)
    }

    mutating func abandon(_ attempt: AttemptIdentifier, upstream: Int, now: MonotonicInstant) {
        guard upstream < transports.count else { return }
        let transport = transports[upstream]
        for connection in connections where connection.transport === transport {
            guard connection.session.abandon(attempt: attempt.rawValue) else { continue }
            transport.pool.abandoned(connection.identifier, now: now)
            return perform(transport, now: now)
        }
    }

    /// Does what a pool wants done.
    private mutating func perform(_ transport: UpstreamTransport, now: MonotonicInstant) {
        while let action = transport.pool.nextAction() {
            switch action {
            case .open(let number, let address): open(number, address, of: transport, now: now)
            case .send(let attempt, let number): sendWaiting(attempt, on: number, of: transport, now: now)
            case .close(let number): if let connection = connection(number) { discard(connection) }
            case .evict(let number): if let connection = connection(number) { end(connection, .evicted, now: now) }
            case .fail(let attempt, let failure): resolver.upstreamFailed(attempt, failure, now: now)
            case .giveUp(let failure):
                guard transport.failed(failure, now: now) else { continue }
                let plan = transport.plan
                notices.append(.upstreamDown(plan.label, failure, through: plan.egress.proxy))
            }
        }
    }

    private func connection(_ number: UInt64) -> UpstreamConnection? {
        connections.first { $0.identifier == number }
    }

    private mutating func sendWaiting(
        _ attempt: AttemptIdentifier, on number: UInt64, of transport: UpstreamTransport, now: MonotonicInstant
    ) {
        guard let byteCount = resolver.compose(attempt, into: &messageBuffer) else {
            return transport.pool.skipped(on: number, now: now)
        }
        _ = send(attempt, byteCount, on: number, of: transport, now: now)
    }

    /// Gives the query in the message buffer to the session of a connection; false when the pool has something to do.
    private mutating func send(
        _ attempt: AttemptIdentifier, _ byteCount: Int, on number: UInt64, of transport: UpstreamTransport,
        now: MonotonicInstant
    ) -> Bool {
        guard let connection = connection(number) else {
            // It has just made room for another one.
            resolver.upstreamFailed(attempt, .evicted, now: now)
            return false
        }
        let outcome = connection.session.send(
            messageBuffer.span.extracting(0..<byteCount), attempt: attempt.rawValue, now: now)
        switch outcome {
        case .accepted:
            sendingConnections.add(connection)
            return true
        case .full: transport.pool.refused(attempt, on: number, now: now)
        case .closed:
            transport.pool.leaves(number)
            transport.pool.refused(attempt, on: number, now: now)
        }
        return false
    }

    private mutating func open(_ number: UInt64, _ address: Int, of transport: UpstreamTransport, now: MonotonicInstant)
    {
        if connections.count >= connectionLimit { evictIdlest(now: now) }
        do throws(SystemError) {
            let connection = try connect(number, address, of: transport, now: now)
            connections.append(connection)
            counters.connectionsOpened += 1
        } catch {
            counters.connectionsFailed += 1
            let failure = UpstreamFailure(connecting: error, by: transport.plan.egress)
            transport.pool.ended(number, failure, unanswered: [], now: now)
        }
    }

    /// Without a descriptor left, the connection that was used longest ago gives its own.
    private mutating func connect(
        _ number: UInt64, _ address: Int, of transport: UpstreamTransport, now: MonotonicInstant
    ) throws(SystemError) -> UpstreamConnection {
        do {
            return try makeConnection(number, address, of: transport, now: now)
        } catch {
            guard error.isOutOfDescriptors, evictIdlest(now: now) else { throw error }
            return try makeConnection(number, address, of: transport, now: now)
        }
    }

    /// The session begins once it shows which way the connection goes: a ticket is shown on its own only.
    private mutating func makeConnection(
        _ number: UInt64, _ address: Int, of transport: UpstreamTransport, now: MonotonicInstant
    ) throws(SystemError) -> UpstreamConnection {
        let (endpoint, egress) = (transport.plan.endpoints[address], transport.plan.egress)
        let channel = try Channel(
            StreamSocket(connectingTo: egress.hop(towards: endpoint), by: egress.device(towards: endpoint)),
            Token(.upstream, number), in: loop, for: .writable)
        let source = channel.socket.descriptor.localEndpoint?.address
        if transport.opens(from: source, towards: address) { hasNoticedMove = true }
        return UpstreamConnection(
            identifier: number, transport: transport, address: address, channel: channel,
            session: makeSession(for: transport, now: now), now: now)
    }

    private mutating func makeSession(for transport: UpstreamTransport, now: MonotonicInstant) -> SecureSession {
        sessionCount &+= 1
        let plan = transport.plan
        let seed = (seed.0 &+ sessionCount, seed.1)
        let time = plan.context.verificationTime(clock: timeOfDay.now(), floor: timeOfDay.floor)
        guard let target = plan.target else {
            return SecureSession(
                DoTSession(
                    context: plan.context, verificationTime: time,
                    networkEpoch: transport.networkEpoch, seed: seed, now: now))
        }
        return SecureSession(
            DoHSession(
                context: plan.context, target: target, verificationTime: time,
                networkEpoch: transport.networkEpoch, seed: seed, now: now))
    }

    /// Ends the connection that was used longest ago, one that nobody waits for if there is such; false without any.
    @discardableResult
    private mutating func evictIdlest(now: MonotonicInstant) -> Bool {
        let idlest = transports.compactMap(\.pool.idlest).min { left, right in
            left.isIdle == right.isIdle ? left.usedAt < right.usedAt : left.isIdle
        }
        guard let idlest, let connection = connection(idlest.number) else { return false }
        end(connection, .evicted, now: now)
        return true
    }

    mutating func serveConnection(_ identifier: UInt64, _ readiness: Readiness, now: MonotonicInstant) {
        guard let connection = connection(identifier) else { return }
        guard connection.isConnected else { return finishConnecting(connection, now: now) }
        if readiness.hasInput { read(connection, now: now) }
        sendingConnections.add(connection)
    }

    private mutating func finishConnecting(_ connection: UpstreamConnection, now: MonotonicInstant) {
        if let error = connection.finishConnecting() {
            end(connection, UpstreamFailure(connecting: error, by: connection.transport.plan.egress), now: now)
        } else {
            sendingConnections.add(connection)
        }
    }

    private mutating func read(_ connection: UpstreamConnection, now: MonotonicInstant) {
        var room = transferBuffer.mutableSpan
        switch connection.read(into: &room) {
        case .moved(let count):
            connection.transport.pool.heard(connection.identifier, now: now)
            guard let start = askProxy(connection, count, now: now) else { return }
            connection.session.receive(transferBuffer.span.extracting(start..<count), now: now)
            if !connection.session.isAccepting { connection.transport.pool.leaves(connection.identifier) }
        case .end where connection.isAskingProxy,
            .failed where connection.isAskingProxy:
            return end(connection, .proxyClosed, now: now)
        case .end: connection.session.receiveEnd(now: now)
        case .failed: connection.session.receiveEnd(isReset: true, now: now)
        case .wouldBlock: return
        }
        takeEvents(of: connection, now: now)
    }

    private mutating func receiveEnd(of connection: UpstreamConnection, isReset: Bool, now: MonotonicInstant) {
        if connection.isAskingProxy { return end(connection, .proxyClosed, now: now) }
        connection.session.receiveEnd(isReset: isReset, now: now)
    }

    /// Gives the bytes that have come to a proxy's handshake, if there is one; nil when none is left for the session.
    private mutating func askProxy(_ connection: UpstreamConnection, _ count: Int, now: MonotonicInstant) -> Int? {
        guard connection.isAskingProxy else { return 0 }
        do throws(ProxyFailure) {
            let taken = try connection.receiveFromProxy(transferBuffer.span.extracting(0..<count))
            return taken < count ? taken : nil
        } catch {
            end(connection, UpstreamFailure(error), now: now)
            return nil
        }
    }

    private mutating func takeEvents(of connection: UpstreamConnection, now: MonotonicInstant) {
        let transport = connection.transport
        while let event = connection.session.nextEvent() {
            if !connection.session.isAccepting { transport.pool.leaves(connection.identifier) }
            switch event {
            case .established(let details): established(connection, details, now: now)
            case .answer(let attempt, _, let age):
                let attempt = AttemptIdentifier(rawValue: attempt)
                answerSource.note(transport)
                transport.pool.answered(connection.identifier, now: now)
                let idle = connection.session.withMessage { message in
                    resolver.upstreamAnswered(attempt, message: message, age: age, now: now)
                }
                if let idle { note(idleMilliseconds: idle, of: connection) }
            case .attemptFailed(let attempt, let failure):
                let failure = UpstreamFailure(failure, isReused: connection.session.isReused)
                transport.pool.abandoned(connection.identifier, now: now)
                resolver.upstreamFailed(AttemptIdentifier(rawValue: attempt), failure, now: now)
            case .closed(let closure):
                end(connection, UpstreamFailure(closure, isReused: connection.session.isReused), now: now)
            case .failed(let failure):
                let isReset = failure == .reset
                let cause = UpstreamFailure(failure, isReused: connection.session.isReused)
                end(connection, timeOfDay.isBehind ? cause.underWrongClock : cause, isReset: isReset, now: now)
            }
        }
        perform(transport, now: now)
    }

    private mutating func note(idleMilliseconds: UInt64, of connection: UpstreamConnection) {
        connection.session.serverKeeps(milliseconds: idleMilliseconds)
        if !connection.session.isAccepting { connection.transport.pool.leaves(connection.identifier) }
    }

    private mutating func established(_ connection: UpstreamConnection, _ details: TLSDetails, now: MonotonicInstant) {
        connection.wasEstablished = true
        if connection.transport.plan.context.judgesDates, !details.isResumed { noteGoodTime() }
        planCodeRelease(now: now)
        counters.handshakeLatency.record(nanoseconds: now.nanoseconds(since: connection.startedAt))
        if connection.transport.established(connection, details, now: now) {
            notices.append(.upstreamUp(connection.transport.plan.label))
        }
        connection.transport.pool.established(connection.identifier, now: now)
        // What has waited leaves together with the end of the handshake.
        perform(connection.transport, now: now)
        sendingConnections.add(connection)
    }

    /// A certificate is valid by the clock: the clock is right, or no later than that certificate lasts.
    private mutating func noteGoodTime() {
        let time = timeOfDay.now()
        if !timeOfDay.isBehind { timeOfDay.note(time) }
    }

    /// Takes leave of a connection: what it did not answer is asked again, or has failed.
    private mutating func end(
        _ connection: UpstreamConnection, _ failure: UpstreamFailure, isReset: Bool = false, now: MonotonicInstant
    ) {
        guard connection.isOpen else { return }
        discard(connection)
        if !failure.isOurs, !connection.wasEstablished { counters.connectionsFailed += 1 }
        var unanswered: [AttemptIdentifier] = []
        while let attempt = connection.session.nextUnanswered() {
            unanswered.append(AttemptIdentifier(rawValue: attempt))
        }
        // The oldest goes first on the next connection: behind an upstream that closes after every answer, any other
        // order leaves somebody waiting for ever.
        unanswered.sort { $0.rawValue < $1.rawValue }
        connection.transport.pool.ended(
            connection.identifier, failure, isReset: isReset, unanswered: unanswered, now: now)
        perform(connection.transport, now: now)
    }

    /// Closes it in order, as far as that goes at once.
    private mutating func discard(_ connection: UpstreamConnection) {
        if !connection.session.isOver { connection.session.close() }
        sendFarewell(of: connection)
        connections.removeAll { $0 === connection }
        connection.close()
    }

    /// Ends connections to an upstream, for a reason of our own: all, or those that went another way than it is now.
    mutating func endConnections(
        of transport: UpstreamTransport, onOtherWays: Bool = false, _ failure: UpstreamFailure, now: MonotonicInstant
    ) {
        for connection in connections where connection.transport === transport {
            if onOtherWays, connection.networkEpoch == transport.networkEpoch { continue }
            end(connection, failure, now: now)
        }
    }

    mutating func connectionDeadlineReached(_ connection: UpstreamConnection, now: MonotonicInstant) {
        guard connection.isOpen else { return }
        connection.session.deadlineReached(now: now)
        if connection.session.isOver, let failure = connection.overdue { return end(connection, failure, now: now) }
        takeEvents(of: connection, now: now)
        sendingConnections.add(connection)
    }

    /// The next address of an upstream is to be tried, or a connection is believed again.
    mutating func poolDeadlineReached(_ transport: UpstreamTransport, now: MonotonicInstant) {
        transport.pool.deadlineReached(now: now)
        perform(transport, now: now)
    }

    /// Sends what the sessions have ready, each in as few writes as it takes; true when that told the resolver something.
    mutating func flushConnections(now: MonotonicInstant) -> Bool {
        var hasNews = false
        while let connection = sendingConnections.next() {
            guard connection.isConnected, let channel = connection.channel else { continue }
            if flush(connection, channel) {
                channel.want(.readable, in: loop)
            } else {
                receiveEnd(of: connection, isReset: true, now: now)
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
            let count = connection.drainOutput(into: &room)
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
