import CanonicalJSON
import LinuxIO
import NetworkTypes
import Testing
import Varlink

/// A program that asks a daemon's control socket one thing.
final class ControlCaller {
    private let socket: StreamSocket
    private var engine = VarlinkClient()

    static func call(
        _ path: String, _ method: String, _ parameters: JSONObject, interface: String = "io.enigm.resolver"
    ) throws -> VarlinkReply {
        try ControlCaller(path, method, parameters, interface: interface).reply()
    }

    /// Asks.
    init(
        _ path: String, _ method: String, _ parameters: JSONObject, interface: String = "io.enigm.resolver"
    ) throws {
        socket = try StreamSocket(connectingTo: path)
        engine.send(VarlinkCall("\(interface).\(method)", parameters))
        try send()
    }

    private func send() throws {
        var buffer = ScratchBuffer(count: 4096)
        var room = buffer.mutableSpan
        let count = engine.drainOutput(into: &room)
        try #require(socket.write(buffer.span.extracting(0..<count)) == .moved(count))
    }

    /// Waits for the answer.
    func reply() throws -> VarlinkReply {
        var buffer = ScratchBuffer(count: 65_536)
        var loop = try EventLoop()
        try loop.add(socket.descriptor, token: 0, for: .readable)
        while true {
            let now = MonotonicClock.now
            try #require(try loop.wait(until: now.advanced(bySeconds: 10), now: now) > 0)
            var room = buffer.mutableSpan
            switch socket.read(into: &room) {
            case .moved(let count): engine.receive(buffer.span.extracting(0..<count))
            default: engine.receiveEnd()
            }
            switch engine.nextEvent() {
            case .reply(let reply): return reply
            case .failed(let failure): throw failure
            case .closed: throw VarlinkFailure.closedBeforeReply
            case nil: continue
            }
        }
    }
}
