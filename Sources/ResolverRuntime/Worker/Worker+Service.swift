internal import ByteCodec
package import LinuxIO
package import NetworkTypes
package import ResolverCore

// What the service that runs a worker does with it besides turning.

extension Worker {
    /// Watches a descriptor of the service's; its events come out of ``takeServiceEvents()`` under `number`.
    package func watch(_ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness) throws(SystemError)
    {
        try loop.add(descriptor, token: Token(.service, number).rawValue, for: interest)
    }

    package func rewatch(_ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness) {
        try? loop.modify(descriptor, token: Token(.service, number).rawValue, for: interest)
    }

    package func unwatch(_ descriptor: borrowing Descriptor) { try? loop.remove(descriptor) }

    package mutating func takeServiceEvents() -> [ServiceEvent] {
        guard !foreignEvents.isEmpty else { return [] }
        defer { foreignEvents = [] }
        return foreignEvents
    }

    package mutating func takeNotices() -> [WorkerNotice] {
        guard !notices.isEmpty else { return [] }
        defer { notices = [] }
        return notices
    }

    package mutating func takeControlAnswers() -> [ControlAnswer] {
        guard !controlAnswers.isEmpty else { return [] }
        defer { controlAnswers = [] }
        return controlAnswers
    }

    /// Asks as a client of the control socket. A pending answer comes out of ``takeControlAnswers()`` under `stream`;
    /// call ``finishTurn(now:)`` to get it on its way.
    package mutating func ask(
        _ query: Span<UInt8>, stream: UInt64, view: UInt16 = ViewConfiguration.everybody, now: MonotonicInstant
    ) -> ControlReception {
        let client = Client(
            transport: .control, view: view, stream: Worker.controlStreamBase | stream,
            peer: Endpoint(address: .v6(.unspecified), port: 0))
        let before = resolver.statistics.cacheHits
        switch resolver.receive(query, from: client, now: now, response: &messageBuffer) {
        case .answered(let byteCount):
            return .answered(
                Array(messageBuffer.span.extracting(0..<byteCount)),
                fromCache: resolver.statistics.cacheHits != before)
        case .pending: return .pending
        case .ignored: return .refused
        }
    }

    /// The asker has gone away.
    package mutating func abandonControlQueries(stream: UInt64) {
        resolver.clientClosed(stream: Worker.controlStreamBase | stream)
    }

    /// What the last handshake with each upstream agreed on, in the configuration's order.
    package var handshakes: [UpstreamHandshake?] { transports.map(\.lastHandshake) }

    /// How the upstreams are, and the ways to them, in the configuration's order.
    package var upstreamReports: [UpstreamReport] { zip(transports, resolver.upstreams).map { $0.report($1) } }

    /// How many TCP connections clients hold.
    package var openStreamCount: Int { streams.count }

    /// Where clients can ask, as bound.
    package var endpoints: [Endpoint] {
        datagramListeners.values.filter { !$0.isRetired }.map { $0.socket.localEndpoint }
            + connectionListeners.values.map { $0.listener.localEndpoint }
    }

    /// Takes a new configuration and new upstreams. Connections to upstreams that stayed the same are kept.
    package mutating func reconfigure(
        _ configuration: ResolverConfiguration, upstreams: [UpstreamPlan], now: MonotonicInstant
    ) {
        precondition(configuration.upstreams.count == upstreams.count, "one plan for each upstream")
        finishTurn(now: now)
        var old = transports
        transports = []
        for plan in upstreams {
            let index = old.firstIndex { $0.plan.identity == plan.identity }
            transports.append(index.map { old.remove(at: $0) } ?? makeTransport(plan))
        }
        resolver.reconfigure(configuration, now: now)
        for listener in datagramListeners.values {
            listener.view = view(
                listeningAt: listener.socket.localEndpoint, isBoundToDevice: listener.socket.isBoundToDevice)
        }
        for listener in connectionListeners.values {
            listener.view = view(
                listeningAt: listener.listener.localEndpoint, isBoundToDevice: listener.listener.isBoundToDevice)
        }
        for transport in old { close(transport, now: now) }
        finishTurn(now: now)
        beginCarrying()
    }

    /// The view whose hidden listener that is; everybody's for all other places. Hidden listeners for containers are bound
    /// to the device of these.
    func view(listeningAt endpoint: Endpoint, isBoundToDevice: Bool) -> UInt16 {
        guard endpoint.isLanding || isBoundToDevice, resolver.hasView(endpoint.port) else {
            return ViewConfiguration.everybody
        }
        return endpoint.port
    }

    /// Stops listening everywhere but at `kept`. Queries that have come are still answered.
    package mutating func retireListeners(except kept: Set<Endpoint>, now: MonotonicInstant) {
        isRetired = kept.isEmpty
        for (number, listener) in datagramListeners where !kept.contains(listener.socket.localEndpoint) {
            retireDatagramListener(number, now: now)
        }
        for (number, listener) in connectionListeners where !kept.contains(listener.listener.localEndpoint) {
            acceptStreams(number, now: now)
            try? loop.remove(listener.listener.descriptor)
            connectionListeners[number] = nil
        }
        finishTurn(now: now)
    }

    /// Whether every query that came has been answered and every answer has left.
    package var isDrained: Bool {
        resolver.pendingQueryCount == 0 && streams.all.allSatisfy(\.isIdle) && controlAnswers.isEmpty
    }

    /// Says goodbye to all clients and upstreams.
    package mutating func shutDown(now: MonotonicInstant) {
        for stream in streams.all { close(stream) }
        for transport in transports { close(transport, now: now) }
    }

    private mutating func close(_ transport: UpstreamTransport, now: MonotonicInstant) {
        transport.pool.removeWaiting()
        endConnections(of: transport, .removed, now: now)
    }

    /// Links, addresses, routes or rules have changed. Connections whose way is another one now end, and what they had not
    /// answered goes on over new ones: this is another network, where everything is asked anew.
    package mutating func networkChanged(now: MonotonicInstant) {
        hasNoticedMove = false
        let moved = transports.filter { $0.hasMoved() }
        beginAnew(moved, now: now)
        if moved.isEmpty { resolver.networkMayWork(now: now) } else { resolver.networkChanged(now: now) }
        connectAhead(now: now)
        finishTurn(now: now)
    }

    /// The machine was suspended: nobody knows what has become of its connections, and of the network. What was answered
    /// is forgotten only when the way is another one, which the kernel tells.
    package mutating func resumed(now: MonotonicInstant) {
        beginAnew(transports, now: now)
        resolver.networkMayWork(now: now)
        connectAhead(now: now)
        finishTurn(now: now)
    }

    private mutating func beginAnew(_ transports: [UpstreamTransport], now: MonotonicInstant) {
        for transport in transports {
            transport.beginEpoch()
            endConnections(of: transport, onOtherWays: true, .networkChanged, now: now)
        }
    }
}

extension Endpoint {
    /// Whether `redirect` lands at this address.
    fileprivate var isLanding: Bool { address == .v4(IPv4Address(127, 0, 0, 1)) || address == .v6(.loopback) }
}

extension ResolverStatistics {
    /// Answers of any kind that the cache gave.
    fileprivate var cacheHits: UInt64 { hits &+ negativeHits &+ failureHits }
}
