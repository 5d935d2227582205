internal import ByteCodec
package import LinuxIO
package import Varlink

/// A conversation with another daemon over its control socket, for an event loop: nothing here waits.
package final class OutgoingCall {
    private static let bufferBytes = 16 * 1024

    private let socket: StreamSocket
    private var engine = VarlinkClient()
    private var unsent = ByteQueue()
    private var buffer = ScratchBuffer(count: OutgoingCall.bufferBytes)

    package enum Event {
        case reply(VarlinkReply)
        /// In words; the conversation is over.
        case failed(String)
    }

    /// `path` of the socket. Throws at once when nobody listens.
    package init(connectingTo path: String) throws(SystemError) { socket = try StreamSocket(connectingTo: path) }

    package func watch<Watcher: DescriptorWatching & ~Copyable>(
        in watcher: inout Watcher, number: UInt64
    ) throws(SystemError) { try watcher.watch(socket.descriptor, number: number, for: .readable) }

    package func unwatch<Watcher: DescriptorWatching & ~Copyable>(in watcher: inout Watcher) {
        watcher.unwatch(socket.descriptor)
    }

    /// A call is far smaller than a socket's buffer: what does not go at once is a failure.
    package func send(_ call: VarlinkCall) -> Event? {
        engine.send(call)
        while engine.hasOutput || !unsent.isEmpty {
            if unsent.isEmpty {
                var room = buffer.mutableSpan
                let count = engine.drainOutput(into: &room)
                unsent.append(buffer.span.extracting(0..<count))
            }
            guard case .moved(let count) = socket.write(unsent.span) else { return .failed("closed the connection") }
            unsent.consume(count)
        }
        return nil
    }

    /// Takes what has arrived.
    package func receive() -> Event? {
        var room = buffer.mutableSpan
        switch socket.read(into: &room) {
        case .moved(let count): engine.receive(buffer.span.extracting(0..<count))
        case .end, .failed: engine.receiveEnd()
        case .wouldBlock: break
        }
        switch engine.nextEvent() {
        case .reply(let reply): return .reply(reply)
        case .failed(let failure): return .failed("answered wrongly: \(failure)")
        case .closed: return .failed("closed the connection")
        case nil: return nil
        }
    }
}
