internal import ByteCodec

/// The requests of one session: what was asked, and what libnghttp2's callbacks say of it. They reach it by its address,
/// as its session does: an object of a class would be retained and checked for overlapping use dozens of times a request.
/// Nothing of it is unsafe.
struct ExchangeTable {
    /// RFC 9113 section 8.7 lets a refused request be sent again; a server that goes on refusing is not asked for ever.
    static let maximumRefusals = 3
    /// Names, values and 32 bytes each (RFC 9113 section 6.5.2): many times what an answer needs.
    static let maximumHeaderListBytes = 16_384

    var exchanges: [Exchange] = []
    private var free: [Int] = []
    private var queue = FirstInFirstOut<Int>()
    private var events = FirstInFirstOut<HTTP2Event>()
    /// In lower case.
    private let mediaType: [UInt8]

    private(set) var openCount = 0
    /// Open ones that nobody waits for.
    private var cancelledCount = 0
    private(set) var isGoingAway = false
    /// The server has said what it permits.
    var hasServerSettings = false
    private(set) var failure: HTTP2Failure?

    init(mediaType: String) { self.mediaType = Array(mediaType.utf8) }

    /// Requests that wait for a stream or have one.
    var requestCount: Int { openCount + queue.count }

    var hasQueued: Bool { !queue.isEmpty }

    var hasEvents: Bool { !events.isEmpty }

    // MARK: - The session's side

    mutating func add(_ message: Span<UInt8>, _ start: UInt16) -> Int {
        let index = free.popLast() ?? exchanges.count
        if index == exchanges.count { exchanges.append(Exchange()) }
        exchanges[index].begin(message, start)
        queue.append(index)
        return index
    }

    mutating func cancel(_ index: Int) {
        guard !exchanges[index].isCancelled else { return }
        exchanges[index].isCancelled = true
        if exchanges[index].state == .open { cancelledCount += 1 }
    }

    /// The next request that is to get a stream; those that nobody waits for are dropped on the way.
    mutating func nextQueued() -> Int? {
        while let index = queue.popFirst() {
            if !exchanges[index].isCancelled { return index }
            release(index)
        }
        return nil
    }

    mutating func open(_ index: Int, stream: Int32) {
        exchanges[index].state = .open
        exchanges[index].stream = stream
        openCount += 1
    }

    /// A stream whose answer nobody waits for, to be ended; nil when there is none.
    mutating func nextCancelledStream() -> Int32? {
        guard cancelledCount > 0,
            let index = exchanges.firstIndex(where: { $0.isCancelled && $0.state == .open })
        else { return nil }
        cancelledCount -= 1
        exchanges[index].state = .resetting
        return exchanges[index].stream
    }

    /// The next event; `body` is exchanged for that of a response.
    mutating func nextEvent(_ body: inout [UInt8]) -> HTTP2Event? {
        guard let event = events.popFirst() else { return nil }
        switch event {
        case .response(let index, _):
            swap(&exchanges[index].body, &body)
            release(index)
        case .requestFailed(let index, _): release(index)
        case .goingAway, .failed: break
        }
        return event
    }

    private mutating func release(_ index: Int) {
        exchanges[index].end()
        free.append(index)
    }

    // MARK: - libnghttp2's side

    /// The next bytes of the body of request `index`, as many as fit, and whether they are the last.
    mutating func takeBody(of index: Int, into room: inout MutableSpan<UInt8>) -> (byteCount: Int, isEnd: Bool) {
        let request = exchanges[index].request
        let start = exchanges[index].sentBytes
        let end = min(start + room.count, request.count)
        room.copy(request.span.extracting(start..<end), to: 0)
        exchanges[index].sentBytes = end
        return (end - start, end == request.count)
    }

    /// False when the header fields are more than is accepted.
    mutating func received(header name: Span<UInt8>, _ value: Span<UInt8>, of index: Int) -> Bool {
        exchanges[index].headerBytes += name.count + value.count + 32
        guard exchanges[index].headerBytes <= ExchangeTable.maximumHeaderListBytes else { return false }
        guard !exchanges[index].hasHead else { return true }
        switch HeaderField(name) {
        case .status: exchanges[index].response.status = UInt16(clamping: HeaderField.number(value) ?? 0)
        case .contentType: exchanges[index].response.hasExpectedMediaType = isExpected(mediaType: value)
        case .age: exchanges[index].response.age = HeaderField.number(value) ?? 0
        case .other: break
        }
        return true
    }

    private func isExpected(mediaType value: Span<UInt8>) -> Bool {
        HeaderField.isMediaType(value, mediaType.span)
    }

    /// What comes before the final head (RFC 9110 section 15.2) is forgotten.
    mutating func receivedHead(of index: Int) {
        if exchanges[index].response.status >= 200 {
            exchanges[index].hasHead = true
        } else {
            exchanges[index].response = HTTP2Response()
        }
    }

    /// False when the body has become longer than is accepted: the stream is to be ended.
    mutating func received(body bytes: Span<UInt8>, of index: Int) -> Bool {
        guard !exchanges[index].isTooLong, exchanges[index].state == .open else { return true }
        guard exchanges[index].body.count + bytes.count <= HTTP2Session.maximumBodyBytes else {
            exchanges[index].isTooLong = true
            return false
        }
        exchanges[index].body.append(bytes)
        return true
    }

    mutating func completed(_ index: Int) { exchanges[index].isComplete = true }

    mutating func closed(_ index: Int, _ code: HTTP2ErrorCode) {
        openCount -= 1
        if exchanges[index].state == .resetting { return release(index) }
        if exchanges[index].isCancelled { cancelledCount -= 1 }
        if code == .refusedStream, isWorthAnotherTry(index) {
            exchanges[index].refusalCount += 1
            exchanges[index].wait()
            queue.append(index)
        } else {
            end(index, event(of: index, code))
        }
    }

    private func isWorthAnotherTry(_ index: Int) -> Bool {
        !isGoingAway && !exchanges[index].isCancelled
            && exchanges[index].refusalCount < ExchangeTable.maximumRefusals
    }

    private func event(of index: Int, _ code: HTTP2ErrorCode) -> HTTP2Event {
        if exchanges[index].isTooLong { return .requestFailed(request: index, .tooLong) }
        if code == .refusedStream { return .requestFailed(request: index, .refused) }
        guard code == .noError, exchanges[index].isComplete, exchanges[index].hasHead else {
            return .requestFailed(request: index, .reset(code))
        }
        return .response(request: index, exchanges[index].response)
    }

    private mutating func end(_ index: Int, _ event: HTTP2Event) {
        exchanges[index].state = .done
        events.append(event)
    }

    /// The server takes nothing more; what was not sent is free to go elsewhere.
    mutating func wentAway(_ code: HTTP2ErrorCode) {
        guard !isGoingAway else { return }
        isGoingAway = true
        events.append(.goingAway(code))
        while let index = nextQueued() { end(index, .requestFailed(request: index, .refused)) }
    }

    mutating func fail(_ failure: HTTP2Failure) {
        guard self.failure == nil else { return }
        self.failure = failure
        events.append(.failed(failure))
    }
}
