internal import CNghttp2

/// What libnghttp2 calls: each function hands what it is given to the session's table.
///
/// Unsafe, all of them: the user data of a session is the address of its table, which outlives it; that of a stream is its request's
/// number, one up so that it is not nil; pointers and lengths describe libnghttp2's own buffers, which are good
/// during the call.
enum SessionCallbacks {
    /// A client's session whose callbacks reach `table`, and whose memory is that of `pool`. Unsafe because both have to
    /// outlive it.
    @unsafe static func makeClient(
        _ table: UnsafeMutablePointer<ExchangeTable>, _ pool: BlockPool
    ) -> OpaquePointer {
        var options: OpaquePointer?
        var session: OpaquePointer?
        precondition(unsafe nghttp2_option_new(&options) == 0, "out of memory")
        defer { unsafe nghttp2_option_del(options) }
        // Nothing is ever asked of a stream that has ended.
        unsafe nghttp2_option_set_no_closed_streams(options, 1)
        // The functions are copied.
        var memory = unsafe pool.functions
        let made = unsafe nghttp2_session_client_new3(
            &session, SessionCallbacks.shared.handle, UnsafeMutableRawPointer(table), options, &memory)
        guard made == 0, let session = unsafe session else { preconditionFailure("out of memory") }
        return unsafe session
    }

    /// What libnghttp2 says of one of its error codes.
    static func words(for code: Int32) -> String {
        // Unsafe: a string that lives as long as the program.
        unsafe nghttp2_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    static func userData(of request: Int) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: request + 1)
    }

    static func bodyProvider(of request: Int) -> nghttp2_data_provider {
        unsafe nghttp2_data_provider(source: nghttp2_data_source(fd: Int32(request)), read_callback: readBody)
    }

    private static let shared = CallbackTable()

    /// The table of callbacks, made once; libnghttp2 copies it into each session.
    @safe private final class CallbackTable: @unchecked Sendable {
        let handle: OpaquePointer

        init() {
            var callbacks: OpaquePointer?
            precondition(unsafe nghttp2_session_callbacks_new(&callbacks) == 0, "out of memory")
            guard let callbacks = unsafe callbacks else { preconditionFailure("out of memory") }
            unsafe handle = callbacks
            unsafe nghttp2_session_callbacks_set_on_header_callback(handle, receiveHeader)
            unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(handle, receiveFrame)
            unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(handle, receiveBody)
            unsafe nghttp2_session_callbacks_set_on_stream_close_callback(handle, closeStream)
            unsafe nghttp2_session_callbacks_set_on_frame_send_callback(handle, noteSentFrame)
        }
    }
}

private func table(_ userData: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<ExchangeTable> {
    guard let userData = unsafe userData else { preconditionFailure("a session has its table") }
    return unsafe userData.assumingMemoryBound(to: ExchangeTable.self)
}

/// The request whose stream that is; nil for one that has ended, or was never ours.
private func request(_ session: OpaquePointer?, _ stream: Int32) -> Int? {
    unsafe nghttp2_session_get_stream_user_data(session, stream).map { Int(bitPattern: $0) - 1 }
}

private func readBody(
    _ session: OpaquePointer?, _ stream: Int32, _ room: UnsafeMutablePointer<UInt8>?, _ capacity: Int,
    _ flags: UnsafeMutablePointer<UInt32>?, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ userData: UnsafeMutableRawPointer?
) -> Int {
    guard let source = unsafe source, let room = unsafe room else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
    var bytes = unsafe UnsafeMutableBufferPointer(start: room, count: capacity).mutableSpan
    let (count, isEnd) = unsafe table(userData).pointee.takeBody(of: Int(source.pointee.fd), into: &bytes)
    if isEnd { unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return count
}

private func receiveHeader(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?, _ nameCount: Int,
    _ value: UnsafePointer<UInt8>?, _ valueCount: Int, _ flags: UInt8, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame, let index = unsafe request(session, frame.pointee.hd.stream_id) else { return 0 }
    let isAccepted = unsafe table(userData).pointee.received(
        header: UnsafeBufferPointer(start: name, count: nameCount).span,
        UnsafeBufferPointer(start: value, count: valueCount).span, of: index)
    return isAccepted ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
}

private func receiveFrame(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return 0 }
    let table = unsafe table(userData)
    let header = unsafe frame.pointee.hd
    switch UInt32(header.type) {
    case NGHTTP2_SETTINGS.rawValue: unsafe table.pointee.hasServerSettings = true
    case NGHTTP2_GOAWAY.rawValue:
        unsafe table.pointee.wentAway(HTTP2ErrorCode(rawValue: frame.pointee.goaway.error_code))
    case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
        guard let index = unsafe request(session, header.stream_id) else { return 0 }
        if UInt32(header.type) == NGHTTP2_HEADERS.rawValue { unsafe table.pointee.receivedHead(of: index) }
        if UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 { unsafe table.pointee.completed(index) }
    default: break
    }
    return 0
}

private func receiveBody(
    _ session: OpaquePointer?, _ flags: UInt8, _ stream: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let index = unsafe request(session, stream) else { return 0 }
    if unsafe !table(userData).pointee.received(body: UnsafeBufferPointer(start: bytes, count: count).span, of: index) {
        _ = unsafe nghttp2_submit_rst_stream(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, NGHTTP2_CANCEL.rawValue)
    }
    return 0
}

private func closeStream(
    _ session: OpaquePointer?, _ stream: Int32, _ code: UInt32, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let index = unsafe request(session, stream) else { return 0 }
    unsafe table(userData).pointee.closed(index, HTTP2ErrorCode(rawValue: code))
    return 0
}

/// libnghttp2 answers a broken rule by ending the connection, and says why in its own GOAWAY.
private func noteSentFrame(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame, unsafe UInt32(frame.pointee.hd.type) == NGHTTP2_GOAWAY.rawValue else { return 0 }
    let goAway = unsafe frame.pointee.goaway
    guard unsafe goAway.error_code != NGHTTP2_NO_ERROR.rawValue else { return 0 }
    let reason = unsafe UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len)
    let code = HTTP2ErrorCode(rawValue: unsafe goAway.error_code)
    let text = unsafe String(decoding: reason, as: UTF8.self)
    unsafe table(userData).pointee.fail(.protocolViolation(text.isEmpty ? code.description : "\(code), \(text)"))
    return 0
}
