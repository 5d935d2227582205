internal import ByteCodec
internal import DNSWire
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import Varlink

/// The control socket `io.enigm.resolver`: varlink, open to every user for reading; changing is for root, the daemon's
/// own user and the group `enigm`, by the credentials that the kernel attests.
struct ControlServer: ~Copyable {
    /// Callers at once; one more takes the place of the one that was silent for longest.
    static let maximumConnections = 64
    static let socketName = "io.enigm.resolver"
    static let privilegedGroup = "enigm"
    /// The first number of a caller among the service's descriptors.
    private static let firstNumber: UInt64 = 16
    private static let bufferBytes = 16 * 1024

    let listener: UnixListener
    private let service: VarlinkService
    private var connections: [UInt64: ControlConnection] = [:]
    private var nextNumber = ControlServer.firstNumber
    private var asked = false
    private var requests: [ControlRequest] = []
    private var buffer = ScratchBuffer(count: ControlServer.bufferBytes)

    /// Makes the socket, in place of one that a dead daemon left.
    init(runtimeDirectory: String) throws(ServiceFailure) {
        let path = "\(runtimeDirectory)/\(ControlServer.socketName)"
        do {
            listener = try UnixListener(at: path, mode: 0o666)
        } catch {
            throw .controlSocket(path: path, error)
        }
        service = VarlinkService(
            vendor: "Enigm", product: "enigm-resolverd", version: ProductVersion.text, url: "https://enigm.io",
            interfaces: [.resolver])
    }

    /// The next request that only the service can serve.
    mutating func nextRequest() -> ControlRequest? { requests.isEmpty ? nil : requests.removeFirst() }

    /// Whether a query was asked since the last time this was: the worker has then things to send.
    mutating func hasAsked() -> Bool {
        defer { asked = false }
        return asked
    }

    mutating func accept(_ worker: inout Worker, now: MonotonicInstant) {
        while let socket = try? listener.accept() {
            guard let credentials = try? socket.peerCredentials() else { continue }
            let connection = ControlConnection(
                number: nextNumber, socket: socket, credentials: credentials, service: service, now: now)
            nextNumber += 1
            if connections.count >= ControlServer.maximumConnections { closeIdlest(&worker) }
            do {
                try worker.watch(connection.socket.descriptor, number: connection.number, for: .readable)
                connections[connection.number] = connection
            } catch {
                // Out of memory for the kernel: the caller sees a closed connection.
            }
        }
    }

    mutating func serve(_ event: ServiceEvent, _ worker: inout Worker, now: MonotonicInstant) {
        guard let connection = connections[event.number] else { return }
        connection.lastActivity = now
        let isBroken = event.readiness.contains(.error) || !connection.receive(through: &buffer)
        guard !isBroken else { return close(connection, &worker) }
        takeCalls(of: connection, &worker, now: now)
    }

    /// Replies to a request taken by ``nextRequest()``.
    mutating func reply(
        _ reply: VarlinkReply, to request: ControlRequest, _ worker: inout Worker, now: MonotonicInstant
    ) {
        guard let connection = connections[request.connection] else { return }
        connection.engine.send(reply)
        takeCalls(of: connection, &worker, now: now)
    }

    /// Replies to the query that `answer` is for.
    mutating func finish(_ answer: ControlAnswer, _ worker: inout Worker, now: MonotonicInstant) {
        guard let connection = connections[answer.stream], let query = connection.query else { return }
        connection.query = nil
        connection.engine.send(
            query.reply(answer.message, fromCache: false, upstream: answer.upstream, now: MonotonicClock.now))
        takeCalls(of: connection, &worker, now: now)
    }

    /// The group is looked up when it matters: the libraries that know users and groups take half a mebibyte.
    private static func mayChange(_ credentials: PeerCredentials) -> Bool {
        if credentials.user == 0 || credentials.user == Environment.userIdentifier { return true }
        guard let group = Accounts.groupIdentifier(privilegedGroup) else { return false }
        return credentials.isMember(of: group)
    }

    private mutating func takeCalls(of connection: ControlConnection, _ worker: inout Worker, now: MonotonicInstant) {
        while let event = connection.engine.nextEvent() {
            switch event {
            case .call(let call): take(call, of: connection, &worker, now: now)
            case .failed, .closed: connection.isOver = true
            }
        }
        guard connection.flush(through: &buffer) else { return close(connection, &worker) }
        if let interest = connection.changedInterest() {
            worker.rewatch(connection.socket.descriptor, number: connection.number, for: interest)
        }
    }

    private mutating func take(
        _ call: VarlinkCall, of connection: ControlConnection, _ worker: inout Worker, now: MonotonicInstant
    ) {
        do {
            switch call.methodName {
            case "Query": ask(try ControlQuery(call, now: MonotonicClock.now), for: connection, &worker, now: now)
            case "Stats": request(.statistics, connection)
            case "Flush":
                try requireRight(connection)
                request(.flush(try call.optionalName("name")?.wire), connection)
            case "Reload":
                try requireRight(connection)
                request(.reload(try bundlePath(call)), connection)
            default: connection.engine.send(.methodNotFound(call.method))
            }
        } catch {
            connection.engine.send(error.reply)
        }
    }

    private mutating func request(_ kind: ControlRequest.Kind, _ connection: ControlConnection) {
        requests.append(ControlRequest(connection: connection.number, kind: kind))
    }

    private func requireRight(_ connection: ControlConnection) throws(ControlRefusal) {
        guard ControlServer.mayChange(connection.credentials) else { throw ControlRefusal(reply: .permissionDenied) }
    }

    private func bundlePath(_ call: VarlinkCall) throws(ControlRefusal) -> String? {
        guard let path = try call.optionalText("bundle") else { return nil }
        guard path.hasPrefix("/") else { throw ControlRefusal(reply: .invalidParameter("bundle")) }
        return path
    }

    /// Asks as any client does; the answer may be there at once. How long it took is told by the clock itself: within
    /// a turn, time stands still for everything else.
    private mutating func ask(
        _ query: ControlQuery, for connection: ControlConnection, _ worker: inout Worker, now: MonotonicInstant
    ) {
        asked = true
        let before = worker.resolver.statistics.cacheHits
        switch worker.ask(query.message().span, stream: connection.number, now: now) {
        case .answered(let answer):
            let isHit = worker.resolver.statistics.cacheHits != before
            connection.engine.send(query.reply(answer, fromCache: isHit, upstream: nil, now: MonotonicClock.now))
        case .pending: connection.query = query
        case .refused: connection.engine.send(.busy("the resolver does not take the query"))
        }
    }

    private mutating func closeIdlest(_ worker: inout Worker) {
        guard let idlest = connections.values.min(by: { $0.lastActivity < $1.lastActivity }) else { return }
        close(idlest, &worker)
    }

    private mutating func close(_ connection: ControlConnection, _ worker: inout Worker) {
        connections[connection.number] = nil
        worker.unwatch(connection.socket.descriptor)
        if connection.query != nil { worker.abandonControlQueries(stream: connection.number) }
    }
}

extension ResolverStatistics {
    /// Answers of any kind that the cache gave.
    fileprivate var cacheHits: UInt64 { hits &+ negativeHits &+ failureHits }
}
