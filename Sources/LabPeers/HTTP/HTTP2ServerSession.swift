internal import CNghttp2

/// The server's end of one HTTP/2 connection, in memory: bytes in, requests out, and the reverse. No socket, no clock.
/// For tests and the lab only, as ``TLSServerSession`` is.
///
/// Safe: owns one nghttp2_session, deleted in `deinit` before `exchanges`, which its callbacks reach.
@safe package struct HTTP2ServerSession: ~Copyable {
    private let handle: OpaquePointer
    private let exchanges = ServerExchanges()

    /// The output begins with the server's SETTINGS; nil leaves out how many streams are permitted.
    package init(maximumStreams: UInt32? = 100) {
        unsafe handle = ServerCallbacks.makeServer(exchanges)
        submitSettings(maximumStreams: maximumStreams)
    }

    deinit { unsafe nghttp2_session_del(handle) }

    /// Takes bytes from the client, split anywhere; false when they are not HTTP/2.
    @discardableResult
    package mutating func receive(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        // Unsafe: libnghttp2 reads the borrowed bytes during the call.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe nghttp2_session_mem_recv(handle, buffer.baseAddress, buffer.count) >= 0
        }
    }

    /// The next request that is whole.
    package mutating func nextRequest() -> HTTP2ServerRequest? { exchanges.nextRequest() }

    /// Answers a request; one that has an answer under way, or whose stream has ended, gets nothing.
    package mutating func respond(to stream: Int32, with response: HTTP2ServerResponse) {
        guard exchanges.bodies[stream] == nil else { return }
        let fields = [HTTP2Field(":status", "\(response.status)")] + response.fields
        exchanges.bodies[stream] = response.body[...]
        let result = unsafe ServerCallbacks.withTable(of: fields) { table in
            // Unsafe: libnghttp2 copies the fields and the provider.
            var provider = unsafe ServerCallbacks.bodyProvider
            return unsafe nghttp2_submit_response(handle, stream, table.baseAddress, table.count, &provider)
        }
        if result != 0 { exchanges.bodies[stream] = nil }
    }

    /// Ends one stream.
    package mutating func reset(_ stream: Int32, code: UInt32) {
        _ = unsafe nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code)
    }

    /// Takes no streams behind `lastStream`; nil for the last that came.
    package mutating func goAway(lastStream: Int32? = nil, code: UInt32 = 0) {
        let last = lastStream ?? exchanges.lastStream
        _ = unsafe nghttp2_submit_goaway(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, code, nil, 0)
    }

    package mutating func submitSettings(maximumStreams: UInt32?) {
        let entries = maximumStreams.map {
            [nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: $0)]
        }
        // Unsafe: the entries are copied during the call.
        let result = unsafe nghttp2_submit_settings(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries ?? [], entries?.count ?? 0)
        precondition(result == 0, "out of memory")
    }

    package mutating func ping() {
        _ = unsafe nghttp2_submit_ping(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }

    /// Answers to ``ping()`` so far.
    package var pongCount: Int { exchanges.pongCount }

    /// Streams that the client has ended by RST_STREAM, with its codes.
    package var resets: [(stream: Int32, code: UInt32)] { exchanges.resets }

    /// All bytes for the client.
    package mutating func drainOutput() -> [UInt8] {
        var output: [UInt8] = []
        while true {
            var bytes: UnsafePointer<UInt8>?
            // Unsafe: the bytes are libnghttp2's until the next call.
            let count = unsafe nghttp2_session_mem_send(handle, &bytes)
            guard count > 0 else { return output }
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }
}
