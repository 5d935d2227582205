package import LinuxIO
package import NetworkTypes

/// A server of DNS over TLS, and of DNS over HTTPS where TLS offers `h2`, on one TCP port, for the lab and for tests. It has no plain port.
/// Embedded in a program's loop through ``poll(until:)``, or on a thread of its own as ``DoTServerThread``.
package struct DoTServer: ~Copyable {
    /// How connections that are accepted from now on misbehave.
    package var behaviour: Behaviour {
        get { control.behaviour }
        nonmutating set { control.behaviour = newValue }
    }
    package var counters: DoTServerCounters { control.counters }
    /// Where it listens: the port is the real one, also when 0 was asked for.
    package let endpoint: Endpoint

    let control = DoTServerControl()
    private let listener: StreamListener
    private var loop: EventLoop
    private let context: TLSServerContext
    private let responder: ZoneResponder
    private var sockets: [UInt64: DoTServerSocket] = [:]
    private var nextToken = DoTServer.firstConnectionToken

    package init(
        listeningOn endpoint: Endpoint, tls: TLSServerConfiguration, zone: Zone = LabZone.zone
    ) throws(SystemError) {
        let listener = try StreamListener(boundTo: endpoint)
        let loop = try EventLoop()
        try loop.add(listener.descriptor, token: DoTServer.listenerToken, for: .readable)
        self.endpoint = listener.localEndpoint
        self.listener = listener
        self.loop = loop
        context = TLSServerContext(tls)
        responder = ZoneResponder(zone: zone)
    }

    /// Connections at a time; one more is accepted and closed.
    package static let maximumConnections = 512

    private static let listenerToken: UInt64 = 0
    private static let wakeUpToken: UInt64 = 1
    private static let firstConnectionToken: UInt64 = 2

    /// Lets `wakeUp` end a ``poll(until:)`` early.
    package func watch(_ wakeUp: borrowing WakeUp) throws(SystemError) {
        try loop.add(wakeUp.descriptor, token: DoTServer.wakeUpToken, for: .readable)
    }

    /// Serves until something was served, or the deadline has come; without a deadline it waits for as long as it takes.
    package mutating func poll(until deadline: MonotonicInstant?) throws(SystemError) {
        let earliest = sockets.values.compactMap(\.deadline).min()
        let limit = [deadline, earliest].compactMap { $0 }.min()
        let count = try loop.wait(until: limit, now: MonotonicClock.now)
        let now = MonotonicClock.now
        for index in 0..<count { try handle(loop[index], now) }
        try handleDeadlines(now)
    }

    /// Closes every connection at once, as a server that is killed does; listening goes on.
    package mutating func dropConnections() {
        let count = sockets.count
        sockets.removeAll()
        control.count { $0.ended += count }
    }

    private mutating func handle(_ event: EventLoop.Event, _ now: MonotonicInstant) throws(SystemError) {
        if event.token == DoTServer.listenerToken { return try acceptAll(now) }
        guard let socket = sockets[event.token] else { return }
        socket.handle(event.readiness, now: now, control)
        try settle(event.token, socket)
    }

    private mutating func handleDeadlines(_ now: MonotonicInstant) throws(SystemError) {
        for (token, socket) in sockets {
            guard let deadline = socket.deadline, deadline <= now else { continue }
            socket.deadlineReached(now, control)
            try settle(token, socket)
        }
    }

    private mutating func acceptAll(_ now: MonotonicInstant) throws(SystemError) {
        while let accepted = try nextAccepted() {
            control.count { $0.connections += 1 }
            guard sockets.count < DoTServer.maximumConnections else { continue }
            let connection = DoTServerConnection(
                context: context, responder: responder, behaviour: behaviour, now: now)
            let socket = DoTServerSocket(accepted.takeSocket(), connection)
            try socket.watch(in: loop, token: nextToken)
            sockets[nextToken] = socket
            nextToken += 1
        }
    }

    /// Without a free descriptor the connection stays in the queue until one of ours ends.
    private func nextAccepted() throws(SystemError) -> StreamListener.Accepted? {
        do throws(SystemError) {
            return try listener.accept()
        } catch {
            guard error.isOutOfDescriptors else { throw error }
            return nil
        }
    }

    /// Forgets a closed socket, which closes it; tells the loop what another one waits for.
    private mutating func settle(_ token: UInt64, _ socket: DoTServerSocket) throws(SystemError) {
        if socket.isClosed {
            sockets[token] = nil
        } else {
            try socket.adjustInterest(in: loop, token: token)
        }
    }
}
