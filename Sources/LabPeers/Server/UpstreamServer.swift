package import LinuxIO
package import NetworkTypes

/// A server of DNS over TLS, and of DNS over HTTPS where `h2` is agreed on, on one TCP port, for the lab and for tests.
/// It does what its ``Script`` says, faults included, and has no plain port.
/// Embedded in a program's loop through ``poll(until:)``, or on a thread of its own as ``UpstreamServerThread``.
package struct UpstreamServer: ~Copyable {
    /// What holds for connections that are accepted from now on; how TLS is spoken was settled at the start.
    package var script: Script {
        get { control.script }
        nonmutating set { control.script = newValue }
    }
    package var counters: UpstreamServerCounters { control.counters }
    /// Where it listens: the port is the real one, also when 0 was asked for.
    package let endpoint: Endpoint

    let control: UpstreamServerControl
    private let listener: StreamListener
    private var loop: EventLoop
    private let context: TLSServerContext
    private let responder: ZoneResponder
    private var sockets: [UInt64: UpstreamServerSocket] = [:]
    private var nextToken = UpstreamServer.firstConnectionToken

    /// `log` is told of every line of the script that does something.
    package init(
        listeningOn endpoint: Endpoint, tls: TLSServerConfiguration, zone: Zone = LabZone.zone,
        log: (@Sendable (String) -> Void)? = nil
    ) throws(SystemError) {
        let listener = try StreamListener(boundTo: endpoint)
        let loop = try EventLoop()
        try loop.add(listener.descriptor, token: UpstreamServer.listenerToken, for: .readable)
        self.endpoint = listener.localEndpoint
        self.listener = listener
        self.loop = loop
        control = UpstreamServerControl(log: log)
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
        try loop.add(wakeUp.descriptor, token: UpstreamServer.wakeUpToken, for: .readable)
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
        if event.token == UpstreamServer.listenerToken { return try acceptAll(now) }
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
            let number = control.count {
                $0.connections += 1
                return $0.connections
            }
            guard sockets.count < UpstreamServer.maximumConnections else { continue }
            let connection = UpstreamServerConnection(
                context: context, responder: responder, script: script, number: number, now: now)
            let socket = UpstreamServerSocket(accepted.takeSocket(), connection)
            try socket.watch(in: loop, token: nextToken)
            sockets[nextToken] = socket
            socket.begin(now, control)
            try settle(nextToken, socket)
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
    private mutating func settle(_ token: UInt64, _ socket: UpstreamServerSocket) throws(SystemError) {
        if socket.isClosed {
            sockets[token] = nil
        } else {
            try socket.adjustInterest(in: loop, token: token)
        }
    }
}
