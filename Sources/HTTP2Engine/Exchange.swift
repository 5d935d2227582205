internal import ByteCodec

/// One request and what has come in answer to it. Slots are used again, with their buffers.
struct Exchange {
    enum State {
        case free
        /// Waits for a stream.
        case queued
        case open
        /// We have ended its stream; nobody is told.
        case resetting
        /// Its event waits to be taken.
        case done
    }

    /// A buffer that grew beyond this for a rare large message is given back.
    static let maximumKeptBytes = 4_096

    var state = State.free
    var stream: Int32 = 0
    var request: [UInt8] = []
    var sentBytes = 0
    var refusalCount = 0
    /// Nobody waits for the answer any more.
    var isCancelled = false

    var response = HTTP2Response()
    var body: [UInt8] = []
    var headerBytes = 0
    /// The final head is whole: header fields that still come are trailers.
    var hasHead = false
    /// The server has sent all of it.
    var isComplete = false
    var isTooLong = false

    mutating func begin(_ message: Span<UInt8>, _ start: UInt16) {
        request.removeAll(keepingCapacity: true)
        request.appendBigEndian(start)
        request.append(message.extracting(droppingFirst: 2))
        refusalCount = 0
        isCancelled = false
        wait()
    }

    /// Waits for a stream, with nothing sent and nothing received.
    mutating func wait() {
        state = .queued
        sentBytes = 0
        response = HTTP2Response()
        headerBytes = 0
        (hasHead, isComplete, isTooLong) = (false, false, false)
        forgetBody()
    }

    mutating func end() {
        state = .free
        forgetBody()
        Exchange.empty(&request)
    }

    private mutating func forgetBody() { Exchange.empty(&body) }

    /// Keeps the storage of a buffer unless it has grown for a rare message.
    static func empty(_ buffer: inout [UInt8]) {
        if buffer.capacity > maximumKeptBytes {
            buffer = []
        } else if !buffer.isEmpty {
            buffer.removeAll(keepingCapacity: true)
        }
    }
}
