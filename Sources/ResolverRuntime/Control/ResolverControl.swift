internal import DNSWire
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import Varlink

extension Worker: DescriptorWatching {}

/// The control socket `io.enigm.resolver`: questions go to the worker, the rest is asked of the service.
struct ResolverControl: ~Copyable {
    private var server: ControlServer
    /// The question whose answer a connection's call waits for.
    private var queries: [UInt64: ControlQuery] = [:]
    private var asked = false
    private var requests: [ControlRequest] = []

    /// Makes the socket, in place of one that a dead daemon left.
    init(runtimeDirectory: String) throws(ServiceFailure) {
        server = try ServiceFailure.ofHost { () throws(HostFailure) in
            try ControlServer(
                runtimeDirectory: runtimeDirectory, program: ResolverDaemon.program, interface: .resolver)
        }
    }

    func watch(in worker: inout Worker, number: UInt64) throws(SystemError) {
        try worker.watch(server.listener.descriptor, number: number, for: .readable)
    }

    /// Takes no more callers.
    func unwatch(in worker: inout Worker) { worker.unwatch(server.listener.descriptor) }

    /// The next request that only the service can serve.
    mutating func nextRequest() -> ControlRequest? { requests.isEmpty ? nil : requests.removeFirst() }

    /// Whether a query was asked since the last time this was: the worker has then things to send.
    mutating func hasAsked() -> Bool {
        defer { asked = false }
        return asked
    }

    mutating func accept(_ worker: inout Worker, now: MonotonicInstant) {
        server.accept(&worker, now: now)
        takeCalls(&worker, now: now)
    }

    mutating func serve(_ event: ServiceEvent, _ worker: inout Worker, now: MonotonicInstant) {
        server.serve(number: event.number, event.readiness, &worker, now: now)
        takeCalls(&worker, now: now)
    }

    /// Replies to a request taken by ``nextRequest()``.
    mutating func reply(
        _ reply: VarlinkReply, to request: ControlRequest, _ worker: inout Worker, now: MonotonicInstant
    ) {
        server.reply(reply, to: request.connection, &worker)
        takeCalls(&worker, now: now)
    }

    /// Replies to the query that `answer` is for.
    mutating func finish(_ answer: ControlAnswer, _ worker: inout Worker, now: MonotonicInstant) {
        guard let query = queries.removeValue(forKey: answer.stream) else { return }
        let reply = query.reply(answer.message, fromCache: false, upstream: answer.upstream, now: MonotonicClock.now)
        server.reply(reply, to: answer.stream, &worker)
        takeCalls(&worker, now: now)
    }

    private mutating func takeCalls(_ worker: inout Worker, now: MonotonicInstant) {
        while let call = server.nextCall() { take(call, &worker, now: now) }
        while let number = server.nextClosed() {
            if queries.removeValue(forKey: number) != nil { worker.abandonControlQueries(stream: number) }
        }
    }

    private mutating func take(_ call: ControlCall, _ worker: inout Worker, now: MonotonicInstant) {
        do throws(ControlRefusal) {
            switch call.call.methodName {
            case "Query": ask(try ControlQuery(call.call, now: MonotonicClock.now), for: call, &worker, now: now)
            case "Stats": request(.statistics, call)
            case "Flush":
                try call.requireRight()
                request(.flush(try call.call.optionalName("name")?.wire), call)
            case "Reload":
                try call.requireRightOrDaemon()
                request(.reload(try call.call.optionalPath("bundle")), call)
            default: server.reply(.methodNotFound(call.call.method), to: call.connection, &worker)
            }
        } catch {
            server.reply(error.reply, to: call.connection, &worker)
        }
    }

    private mutating func request(_ kind: ControlRequest.Kind, _ call: ControlCall) {
        requests.append(ControlRequest(connection: call.connection, kind: kind))
    }

    /// Asks as any client does; the answer may be there at once. How long it took is told by the clock itself: within
    /// a turn, time stands still for everything else.
    private mutating func ask(
        _ query: ControlQuery, for call: ControlCall, _ worker: inout Worker, now: MonotonicInstant
    ) {
        asked = true
        let before = worker.resolver.statistics.cacheHits
        switch worker.ask(query.message().span, stream: call.connection, now: now) {
        case .answered(let answer):
            let isHit = worker.resolver.statistics.cacheHits != before
            let reply = query.reply(answer, fromCache: isHit, upstream: nil, now: MonotonicClock.now)
            server.reply(reply, to: call.connection, &worker)
        case .pending: queries[call.connection] = query
        case .refused: server.reply(.busy("the resolver does not take the query"), to: call.connection, &worker)
        }
    }
}

extension ResolverStatistics {
    /// Answers of any kind that the cache gave.
    fileprivate var cacheHits: UInt64 { hits &+ negativeHits &+ failureHits }
}
