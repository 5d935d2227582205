internal import CNghttp2

/// What libnghttp2 calls on a server's side.
///
/// Unsafe, all of them: the user data of a session is its exchanges, which outlive it; pointers and lengths describe
/// libnghttp2's own buffers, which are good during the call.
enum ServerCallbacks {
    /// A server's session whose callbacks reach `exchanges`. Unsafe because these have to outlive it.
    @unsafe static func makeServer(_ exchanges: ServerExchanges) -> OpaquePointer {
        var callbacks: OpaquePointer?
        var session: OpaquePointer?
        precondition(unsafe nghttp2_session_callbacks_new(&callbacks) == 0, "out of memory")
        defer { unsafe nghttp2_session_callbacks_del(callbacks) }
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks, receiveHeader)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, receiveBody)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, receiveFrame)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closeStream)
        // The table is copied.
        let userData = unsafe Unmanaged.passUnretained(exchanges).toOpaque()
        let made = unsafe nghttp2_session_server_new(&session, callbacks, userData)
        guard made == 0, let session = unsafe session else { preconditionFailure("out of memory") }
        return unsafe session
    }

    static var bodyProvider: nghttp2_data_provider {
        unsafe nghttp2_data_provider(source: nghttp2_data_source(fd: 0), read_callback: readBody)
    }

    /// Lends `fields` as libnghttp2 wants them, during the call.
    @unsafe static func withTable<Result>(
        of fields: [HTTP2Field], _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result
    ) -> Result {
        var text = fields.flatMap { Array($0.name.utf8) + Array($0.value.utf8) }
        return unsafe text.withUnsafeMutableBufferPointer { bytes in
            var start = 0
            var table: [nghttp2_nv] = unsafe []
            for field in fields {
                // Within `text`, which is not empty.
                guard let name = unsafe bytes.baseAddress.map({ unsafe $0 + start }) else { break }
                let nameCount = field.name.utf8.count
                let valueCount = field.value.utf8.count
                unsafe table.append(
                    nghttp2_nv(
                        name: name, value: name + nameCount, namelen: nameCount, valuelen: valueCount,
                        flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                start += nameCount + valueCount
            }
            return unsafe table.withUnsafeBufferPointer(body)
        }
    }
}

private func exchanges(_ userData: UnsafeMutableRawPointer?) -> ServerExchanges {
    guard let userData = unsafe userData else { preconditionFailure("a session has its exchanges") }
    return unsafe Unmanaged<ServerExchanges>.fromOpaque(userData).takeUnretainedValue()
}

private func beginHeaders(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return 0 }
    if unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
        unsafe exchanges(userData).begin(frame.pointee.hd.stream_id)
    }
    return 0
}

private func receiveHeader(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?, _ nameCount: Int,
    _ value: UnsafePointer<UInt8>?, _ valueCount: Int, _ flags: UInt8, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return 0 }
    let name = unsafe String(decoding: UnsafeBufferPointer(start: name, count: nameCount), as: UTF8.self)
    let value = unsafe String(decoding: UnsafeBufferPointer(start: value, count: valueCount), as: UTF8.self)
    unsafe exchanges(userData).received(HTTP2Field(name, value), of: frame.pointee.hd.stream_id)
    return 0
}

private func receiveBody(
    _ session: OpaquePointer?, _ flags: UInt8, _ stream: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    if unsafe !exchanges(userData).received(UnsafeBufferPointer(start: bytes, count: count), of: stream) {
        _ = unsafe nghttp2_submit_rst_stream(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, NGHTTP2_CANCEL.rawValue)
    }
    return 0
}

private func receiveFrame(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return 0 }
    let exchanges = unsafe exchanges(userData)
    let header = unsafe frame.pointee.hd
    let isLast = UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    switch UInt32(header.type) {
    case NGHTTP2_HEADERS.rawValue where isLast, NGHTTP2_DATA.rawValue where isLast:
        exchanges.completed(header.stream_id)
    case NGHTTP2_PING.rawValue where UInt32(header.flags) & NGHTTP2_FLAG_ACK.rawValue != 0:
        exchanges.pongCount += 1
    case NGHTTP2_RST_STREAM.rawValue:
        exchanges.resets.append((header.stream_id, unsafe frame.pointee.rst_stream.error_code))
    default: break
    }
    return 0
}

private func closeStream(
    _ session: OpaquePointer?, _ stream: Int32, _ code: UInt32, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe exchanges(userData).closed(stream)
    return 0
}

private func readBody(
    _ session: OpaquePointer?, _ stream: Int32, _ room: UnsafeMutablePointer<UInt8>?, _ capacity: Int,
    _ flags: UnsafeMutablePointer<UInt32>?, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ userData: UnsafeMutableRawPointer?
) -> Int {
    let exchanges = unsafe exchanges(userData)
    guard let room = unsafe room, let body = exchanges.bodies[stream] else {
        return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    let piece = body.prefix(capacity)
    unsafe piece.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { unsafe room.update(from: base, count: bytes.count) }
    }
    exchanges.bodies[stream] = body.dropFirst(piece.count)
    if piece.count == body.count { unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return piece.count
}
