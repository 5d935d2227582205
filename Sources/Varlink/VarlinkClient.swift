internal import ByteCodec
internal import CanonicalJSON

/// The caller's end of one connection: calls in, bytes out, bytes in, replies out, in the order of the calls.
package struct VarlinkClient: Sendable {
    private var framing = MessageFraming(maximumMessageBytes: VarlinkServer.maximumReplyBytes)
    private var output = ByteQueue()
    /// Whether each call that waits for a reply takes several.
    private var waiting: [Bool] = []
    private var peerHasEnded = false
    private var isOver = false

    package init() {}

    package enum Event: Equatable, Sendable {
        /// The reply to the oldest call that waits.
        case reply(VarlinkReply)
        /// The last event.
        case failed(VarlinkFailure)
        /// The last event: the service has gone, and nothing was owed.
        case closed
    }

    package mutating func send(_ call: VarlinkCall) {
        precondition(!call.wantsUpgrade, "no other protocol is spoken here")
        let message = MessageFraming.frame(call.json)
        precondition(message.count <= VarlinkServer.maximumCallBytes, "a call larger than a service takes")
        output.append(message.span)
        if !call.isOneway { waiting.append(call.wantsMore) }
    }

    package mutating func receive(_ bytes: Span<UInt8>) {
        guard !isOver else { return }
        framing.receive(bytes)
    }

    /// The service sends no more.
    package mutating func receiveEnd() { peerHasEnded = true }

    /// The next thing that happened; nil until more input.
    package mutating func nextEvent() -> Event? {
        guard !isOver else { return nil }
        do {
            if let message = try framing.nextMessage() { return .reply(try accept(try VarlinkReply(message: message))) }
            guard peerHasEnded else { return nil }
            isOver = true
            if framing.isInsideMessage { return .failed(.truncatedMessage) }
            return waiting.isEmpty ? .closed : .failed(.closedBeforeReply)
        } catch {
            isOver = true
            return .failed(error)
        }
    }

    package var hasOutput: Bool { !output.isEmpty }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int { output.drain(into: &bytes) }

    private mutating func accept(_ reply: VarlinkReply) throws(VarlinkFailure) -> VarlinkReply {
        guard let takesMore = waiting.first, takesMore || !reply.continues else { throw .unexpectedReply }
        if !reply.continues { waiting.removeFirst() }
        return reply
    }
}
