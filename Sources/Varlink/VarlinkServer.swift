internal import ByteCodec
internal import CanonicalJSON

/// The service's end of one connection: bytes in, calls out, replies in, bytes out. Calls are handed out one at a
/// time, the next when the one before has its last reply, so that replies come in the order of the calls.
/// Questions to `org.varlink.service`, and calls of interfaces that do not exist, are answered here.
package struct VarlinkServer: Sendable {
    /// A call names a thing or a file; 64 KiB is far above any.
    package static let maximumCallBytes = 65_536
    /// A reply may carry the largest DNS message (65,535 bytes) in base64 and as text.
    package static let maximumReplyBytes = 1 << 20
    /// Calls that may wait behind the one in hand.
    static let maximumQueuedBytes = 4 * maximumCallBytes

    private let service: VarlinkService
    private var framing = MessageFraming(maximumMessageBytes: VarlinkServer.maximumCallBytes)
    private var output = ByteQueue()
    private var current: VarlinkCall?
    private var failure: VarlinkFailure?
    private var peerHasEnded = false
    private var isOver = false

    package init(service: VarlinkService) { self.service = service }

    package enum Event: Equatable, Sendable {
        /// To be answered by `send`, in any number of steps when the caller wants more.
        case call(VarlinkCall)
        /// The last event: the connection is of no more use; unsent output may still be drained.
        case failed(VarlinkFailure)
        /// The last event: the peer has gone, properly.
        case closed
    }

    /// Whether more input is welcome; where it is not, leave it in the socket.
    package var acceptsInput: Bool {
        !isOver && failure == nil && framing.queuedByteCount < VarlinkServer.maximumQueuedBytes
    }

    package mutating func receive(_ bytes: Span<UInt8>) {
        guard !isOver, failure == nil else { return }
        guard framing.queuedByteCount + bytes.count <= 2 * VarlinkServer.maximumQueuedBytes else {
            failure = .tooManyCalls
            return
        }
        framing.receive(bytes)
    }

    /// The peer sends no more.
    package mutating func receiveEnd() { peerHasEnded = true }

    /// The next thing that happened; nil until more input, or the reply to the call in hand.
    package mutating func nextEvent() -> Event? {
        while !isOver {
            if let failure {
                isOver = true
                return .failed(failure)
            }
            guard current == nil, output.count < VarlinkServer.maximumReplyBytes else { return nil }
            guard let call = nextCall() else {
                if failure != nil { continue }
                return endEvent()
            }
            current = call
            guard let reply = ownReply(to: call) else { return .call(call) }
            send(reply)
        }
        return nil
    }

    /// Replies to the call in hand; a reply that `continues` leaves it in hand. Nothing is sent to a caller that
    /// wants none.
    package mutating func send(_ reply: VarlinkReply) {
        guard let call = current else { preconditionFailure("a reply without a call") }
        precondition(!reply.continues || call.wantsMore, "several replies to a caller that takes one")
        if !reply.continues { current = nil }
        guard !call.isOneway, !isOver else { return }
        let message = MessageFraming.frame(reply.json)
        precondition(message.count <= VarlinkServer.maximumReplyBytes, "a reply larger than a client takes")
        output.append(message.span)
    }

    /// Whether a stream of replies should wait for the peer to read.
    package var hasRoomForReply: Bool { output.count < VarlinkServer.maximumReplyBytes }

    package var hasOutput: Bool { !output.isEmpty }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int { output.drain(into: &bytes) }

    private mutating func nextCall() -> VarlinkCall? {
        do {
            return try framing.nextMessage().map { message throws(VarlinkFailure) in try VarlinkCall(message: message) }
        } catch {
            failure = error
            return nil
        }
    }

    private mutating func endEvent() -> Event? {
        guard peerHasEnded else { return nil }
        isOver = true
        return framing.isInsideMessage ? .failed(.truncatedMessage) : .closed
    }

    private func ownReply(to call: VarlinkCall) -> VarlinkReply? {
        let name = call.interfaceName
        if name.isEmpty { return .invalidParameter("method") }
        if name == VarlinkInterface.service.name { return service.reply(to: call) }
        return service.interface(named: name) == nil ? .interfaceNotFound(name) : nil
    }
}
