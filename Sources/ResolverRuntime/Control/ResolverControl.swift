internal import DNSWire
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import Varlink

extension Worker: DescriptorWatching {}

/// The control socket `io.enigm.resolver`: questions go to the worker whose name it is, the rest is asked of the service.
struct ResolverControl: ~Copyable {
    private var server: ControlServer
    /// The identifiers of the views of the bundle in force, by their names.
    var views: [String: UInt16] = [:]
    /// The question whose answer a connection's call waits for.
    private var queries: [UInt64: ControlQuery] = [:]
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

    mutating func accept(_ crew: inout WorkerCrew, now: MonotonicInstant) {
        server.accept(&crew.first, now: now)
        takeCalls(&crew, now: now)
    }

    mutating func serve(_ event: ServiceEvent, _ crew: inout WorkerCrew, now: MonotonicInstant) {
        server.serve(number: event.number, event.readiness, &crew.first, now: now)
        takeCalls(&crew, now: now)
    }

    /// Replies to a request taken by ``nextRequest()``.
    mutating func reply(
        _ reply: VarlinkReply, to request: ControlRequest, _ crew: inout WorkerCrew, now: MonotonicInstant
    ) {
        server.reply(reply, to: request.connection, &crew.first)
        takeCalls(&crew, now: now)
    }

    /// Replies to the query that `answer` is for.
    mutating func finish(_ answer: ControlAnswer, _ crew: inout WorkerCrew, now: MonotonicInstant) {
        guard let query = queries.removeValue(forKey: answer.stream) else { return }
        let reply = query.reply(answer.message, fromCache: false, upstream: answer.upstream, now: MonotonicClock.now)
        server.reply(reply, to: answer.stream, &crew.first)
        takeCalls(&crew, now: now)
    }

    private mutating func takeCalls(_ crew: inout WorkerCrew, now: MonotonicInstant) {
        while let call = server.nextCall() { take(call, &crew, now: now) }
        while let number = server.nextClosed() {
            guard let query = queries.removeValue(forKey: number) else { continue }
            crew.owner(of: query.name.wire) { $0.abandonControlQueries(stream: number) }
        }
    }

    private mutating func take(_ call: ControlCall, _ crew: inout WorkerCrew, now: MonotonicInstant) {
        do throws(ControlRefusal) {
            switch call.call.methodName {
            case "Query": try ask(try ControlQuery(call.call, now: MonotonicClock.now), for: call, &crew, now: now)
            case "Stats": request(.statistics, call)
            case "Upstreams": request(.upstreams, call)
            case "Flush":
                try call.requireRight()
                request(.flush(try call.call.optionalName("name")?.wire), call)
            case "Reload":
                try call.requireRightOrDaemon()
                request(.reload(try call.call.optionalPath("bundle")), call)
            default: server.reply(.methodNotFound(call.call.method), to: call.connection, &crew.first)
            }
        } catch {
            server.reply(error.reply, to: call.connection, &crew.first)
        }
    }

    private mutating func request(_ kind: ControlRequest.Kind, _ call: ControlCall) {
        requests.append(ControlRequest(connection: call.connection, kind: kind))
    }

    /// For those who may change the resolver: what a subject is answered is for its eyes, and by everybody's view who is
    /// held to his own would get around it.
    private func view(of query: ControlQuery, for call: ControlCall) throws(ControlRefusal) -> UInt16 {
        try call.requireRight()
        guard let name = query.view else { return ViewConfiguration.everybody }
        guard let view = views[name] else { throw ControlRefusal(.invalidParameter("view")) }
        return view
    }

    /// Asks as any client does; the answer may be there at once. How long it took is told by the clock itself: within
    /// a turn, time stands still for everything else.
    private mutating func ask(
        _ query: ControlQuery, for call: ControlCall, _ crew: inout WorkerCrew, now: MonotonicInstant
    ) throws(ControlRefusal) {
        let view = try view(of: query, for: call)
        let (message, stream) = (query.message(), call.connection)
        let reception = crew.owner(of: query.name.wire) { worker in
            defer { worker.finishTurn(now: now) }
            return worker.ask(message.span, stream: stream, view: view, now: now)
        }
        switch reception {
        case .answered(let answer, let fromCache):
            let reply = query.reply(answer, fromCache: fromCache, upstream: nil, now: MonotonicClock.now)
            server.reply(reply, to: call.connection, &crew.first)
        case .pending: queries[call.connection] = query
        case .refused: server.reply(.busy("the resolver does not take the query"), to: call.connection, &crew.first)
        }
    }
}
