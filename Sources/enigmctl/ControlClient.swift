internal import ByteCodec
internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes
internal import Varlink

/// Calls one method of a daemon over its control socket and waits for the one reply.
struct ControlClient {
    /// Longer than a daemon lets any question wait.
    static let timeoutSeconds: UInt64 = 15
    private static let bufferBytes = 64 * 1024

    /// The interface, which is the socket's name too.
    let interface: String
    let runtimeDirectory: String
    /// The daemon's program, for people.
    let daemon: String

    static func resolver(_ global: GlobalOptions) -> ControlClient {
        ControlClient(
            interface: "io.enigm.resolver", runtimeDirectory: global.runtimeDirectory, daemon: "enigm-resolverd")
    }

    private var path: String { "\(runtimeDirectory)/\(interface)" }

    /// The reply's parameters; an error of the service becomes a failure.
    func call(_ method: String, _ parameters: JSONObject = [:]) throws -> JSONObject {
        let reply = try exchange(VarlinkCall("\(interface).\(method)", parameters))
        if let error = reply.error { throw failure(error, reply.parameters, of: method) }
        return reply.parameters
    }

    private func exchange(_ call: VarlinkCall) throws -> VarlinkReply {
        let socket = try connect()
        var engine = VarlinkClient()
        engine.send(call)
        var loop = try EventLoop()
        try loop.add(socket.descriptor, token: 0, for: [.readable, .writable])
        let start = MonotonicClock.now
        let deadline = start.advanced(bySeconds: ControlClient.timeoutSeconds)
        var buffer = ScratchBuffer(count: ControlClient.bufferBytes)
        var unsent = ByteQueue()
        while true {
            try send(&engine, &unsent, through: &buffer, over: socket)
            if !engine.hasOutput, unsent.isEmpty { try loop.modify(socket.descriptor, token: 0, for: .readable) }
            guard try loop.wait(until: deadline, now: MonotonicClock.now) > 0 else {
                guard MonotonicClock.now < deadline else { throw Failure.environment("`\(daemon)` does not answer") }
                continue
            }
            receive(&engine, through: &buffer, over: socket)
            switch engine.nextEvent() {
            case .reply(let reply): return reply
            case .failed(let failure): throw Failure.environment("`\(daemon)` answered wrongly: \(failure)")
            case .closed: throw Failure.environment("`\(daemon)` closed the connection")
            case nil: break
            }
        }
    }

    private func connect() throws -> StreamSocket {
        do {
            return try StreamSocket(connectingTo: path)
        } catch {
            if error.isNotFound || error.isConnectionRefused {
                throw Failure.environment(
                    "`\(daemon)` is not running: nobody listens at `\(path)`; start it, or name its directory with "
                        + "--runtime-dir")
            }
            throw Failure.environment("cannot \(error)")
        }
    }

    private func send(
        _ engine: inout VarlinkClient, _ unsent: inout ByteQueue, through buffer: inout ScratchBuffer,
        over socket: borrowing StreamSocket
    ) throws {
        while engine.hasOutput || !unsent.isEmpty {
            if unsent.isEmpty {
                var room = buffer.mutableSpan
                let count = engine.drainOutput(into: &room)
                unsent.append(buffer.span.extracting(0..<count))
            }
            switch socket.write(unsent.span) {
            case .moved(let count): unsent.consume(count)
            case .wouldBlock: return
            case .end, .failed: throw Failure.environment("`\(daemon)` closed the connection")
            }
        }
    }

    private func receive(
        _ engine: inout VarlinkClient, through buffer: inout ScratchBuffer, over socket: borrowing StreamSocket
    ) {
        var room = buffer.mutableSpan
        switch socket.read(into: &room) {
        case .moved(let count): engine.receive(buffer.span.extracting(0..<count))
        case .end, .failed: engine.receiveEnd()
        case .wouldBlock: break
        }
    }

    /// The service's errors in words; those that only the caller can mend are wrong usage.
    private func failure(_ error: String, _ parameters: JSONObject, of method: String) -> Failure {
        let name = error.split(separator: ".").last.map(String.init) ?? error
        switch name {
        case "PermissionDenied":
            return .environment(
                "not permitted: this is for root, the user that runs `\(daemon)`, and members of group `enigm`")
        case "InvalidName": return .usage("`\(parameters["name"]?.string ?? "")` is not a domain name")
        case "UnknownType": return .usage("`\(parameters["type"]?.string ?? "")` is not a record type")
        default:
            let reason = parameters["reason"]?.string ?? parameters["parameter"]?.string
            return .environment("`\(daemon)` refused \(method): \(reason ?? error)")
        }
    }
}
