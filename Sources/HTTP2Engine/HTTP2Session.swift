internal import ByteCodec
internal import CNghttp2

/// The client's side of one HTTP/2 connection (RFC 9113): requests and bytes in, bytes, answers and events out, in memory.
/// What a server does is never thrown, only told as an event. Time is its owner's: nothing here waits.
///
/// After each ``receive(_:)`` the caller takes events until there are none; after that and after ``send(_:beginningWith:)`` it
/// takes ``output`` away.
///
/// Safe: owns one nghttp2_session, deleted in `deinit` before `table`, `fields` and `pool`, which its callbacks, its
/// frames and its memory reach. The table has one address until then; no use of it is under way while libnghttp2 is
/// called, which may call back.
@safe package struct HTTP2Session: ~Copyable {
    /// A message over a stream is as long as its length field can say; so is one over HTTP (RFC 8484 section 6).
    package static let maximumBodyBytes = 65_535
    /// Requests that wait for an answer or for a stream.
    package static let maximumRequests = 4_096
    /// Streams at once, whatever the server would permit: with a body each it bounds what a server can make us keep.
    static let maximumStreams: UInt32 = 256
    /// Until the server has said how many streams it permits: as many as it should at least (RFC 9113 section 6.5.2).
    static let initialStreams: UInt32 = 100
    /// A whole body goes without an update on the way.
    static let streamWindowBytes: Int32 = 1 << 17
    /// As many as sixty of the largest answers may be on their way before the first of them has been heard of.
    static let connectionWindowBytes: Int32 = 1 << 22
    /// Serialized at a time; what is left follows when that has gone.
    static let outputThresholdBytes = 1 << 16
    /// Identifiers of streams are odd and have 31 bits (RFC 9113 section 5.1.1): before they end, another connection is due.
    static let maximumRequestsEver = 1 << 29

    private let handle: OpaquePointer
    private let table: UnsafeMutablePointer<ExchangeTable>
    private let pool = BlockPool()
    private var fields: RequestFields
    private var serialized = ByteQueue()
    private var requestsEver = 0
    private var responseBody: [UInt8] = []

    /// The output begins with the client's preface.
    package init(_ target: HTTP2Target) {
        unsafe table = .allocate(capacity: 1)
        unsafe table.initialize(to: ExchangeTable(mediaType: target.mediaType))
        fields = RequestFields(target)
        unsafe handle = SessionCallbacks.makeClient(table, pool)
        submitSettings()
    }

    deinit {
        unsafe nghttp2_session_del(handle)
        unsafe table.deinitialize(count: 1)
        unsafe table.deallocate()
    }

    // MARK: - The user's side

    /// Whether requests are accepted at all: neither ended nor about to.
    package var isAccepting: Bool {
        unsafe table.pointee.failure == nil && !table.pointee.isGoingAway && !isExhausted
    }

    private var isExhausted: Bool { requestsEver >= HTTP2Session.maximumRequestsEver }

    package var isFull: Bool { unsafe table.pointee.requestCount >= HTTP2Session.maximumRequests }

    /// Whether a request waits for an answer or for a stream.
    package var hasRequests: Bool { unsafe table.pointee.requestCount > 0 }

    /// Accepts `body`, to be sent as soon as the server permits, and answers by which number its answer will be known.
    /// What it begins with is sent as `start`.
    package mutating func send(_ body: Span<UInt8>, beginningWith start: UInt16) -> Int {
        precondition(isAccepting && !isFull, "no request is accepted now")
        precondition(body.count <= HTTP2Session.maximumBodyBytes, "the body is too long")
        requestsEver += 1
        return unsafe table.pointee.add(body, start)
    }

    /// Nobody waits for that answer any more: it may still be told of. Its stream is ended when another needs its place,
    /// and only then, for servers count such ends against a client.
    package mutating func cancel(_ request: Int) { unsafe table.pointee.cancel(request) }

    package mutating func nextEvent() -> HTTP2Event? {
        Exchange.empty(&responseBody)
        return unsafe table.pointee.nextEvent(&responseBody)
    }

    /// Whether there is an event to take.
    package var hasEvents: Bool { unsafe table.pointee.hasEvents }

    /// The body of the response taken last.
    package var body: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { responseBody.span }
    }

    // MARK: - The network's side

    /// Takes bytes from the server, split anywhere.
    package mutating func receive(_ bytes: Span<UInt8>) {
        guard unsafe table.pointee.failure == nil, !bytes.isEmpty else { return }
        // Unsafe: libnghttp2 reads the borrowed bytes during the call and calls back into `table`, which lives.
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe nghttp2_session_mem_recv(handle, buffer.baseAddress, buffer.count)
        }
        if result < 0 { unsafe table.pointee.fail(.protocolViolation(SessionCallbacks.words(for: Int32(result)))) }
        serialize()
    }

    /// What is ready for the network: the frames of all requests that may go, as one piece.
    package var output: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { serialized.span }
    }

    /// Gives requests their streams and writes their frames to ``output``.
    package mutating func flush() {
        submitRequests()
        serialize()
    }

    package mutating func consumeOutput(_ byteCount: Int) { serialized.consume(byteCount) }

    // MARK: - Requests and frames

    private func submitSettings() {
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
                value: UInt32(HTTP2Session.streamWindowBytes)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
                value: UInt32(ExchangeTable.maximumHeaderListBytes)),
        ]
        // Unsafe: the entries are copied during the call.
        let submitted = unsafe nghttp2_submit_settings(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        let widened = unsafe nghttp2_session_set_local_window_size(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, HTTP2Session.connectionWindowBytes)
        precondition(submitted == 0 && widened == 0, "out of memory")
    }

    /// As many streams as both sides permit now.
    private var streamLimit: Int {
        let permitted = unsafe nghttp2_session_get_remote_settings(handle, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        return Int(
            min(
                unsafe table.pointee.hasServerSettings ? permitted : HTTP2Session.initialStreams,
                HTTP2Session.maximumStreams))
    }

    private mutating func submitRequests() {
        guard unsafe table.pointee.hasQueued, unsafe table.pointee.failure == nil else { return }
        let limit = streamLimit
        while serialized.count < HTTP2Session.outputThresholdBytes {
            guard unsafe table.pointee.hasQueued else { return }
            guard unsafe table.pointee.openCount < limit else { return endCancelledStreams() }
            guard let request = unsafe table.pointee.nextQueued() else { return }
            submit(request)
        }
    }

    private mutating func submit(_ request: Int) {
        let bodyBytes = unsafe table.pointee.exchanges[request].request.count
        // Unsafe: libnghttp2 copies the provider, and keeps pointers into `fields`, which outlives it.
        var provider = unsafe SessionCallbacks.bodyProvider(of: request)
        let entries = unsafe fields.table(bodyBytes: bodyBytes)
        let stream = unsafe nghttp2_submit_request(
            handle, nil, entries.baseAddress, entries.count, &provider, SessionCallbacks.userData(of: request))
        precondition(stream > 0, "a request cannot be refused: there is room, and the connection stands")
        unsafe table.pointee.open(request, stream: stream)
    }

    private func endCancelledStreams() {
        while let stream = unsafe table.pointee.nextCancelledStream() {
            _ = unsafe nghttp2_submit_rst_stream(
                handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, NGHTTP2_CANCEL.rawValue)
        }
    }

    /// Lets libnghttp2 write what it has.
    private mutating func serialize() {
        while serialized.count < HTTP2Session.outputThresholdBytes {
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(handle, &bytes)
            guard count > 0 else { return }
            // Unsafe: the bytes are libnghttp2's until the next call.
            unsafe serialized.append(UnsafeBufferPointer(start: bytes, count: count).span)
        }
    }
}
