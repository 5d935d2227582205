internal import CNghttp2

/// The header fields of every request of a session, written once: nothing of a request but its length changes, so
/// that the peer's table of header fields (RFC 7541) turns all of them into a few bytes. No cookie, no user agent.
///
/// Safe: owns the text and the table that points into it, which live at one address until `deinit`.
@safe struct RequestFields: ~Copyable {
    /// Of the longest body's length.
    private static let maximumDigits = 5

    private let text: UnsafeMutablePointer<UInt8>
    private let table: UnsafeMutableBufferPointer<nghttp2_nv>
    /// Where the length of the body is written.
    private let digits: UnsafeMutablePointer<UInt8>

    init(_ target: HTTP2Target) {
        let fields = [
            (":method", "POST"), (":scheme", "https"), (":authority", target.authority), (":path", target.path),
            ("accept", target.mediaType), ("content-type", target.mediaType),
            ("content-length", String(repeating: "0", count: RequestFields.maximumDigits)),
        ]
        let bytes = fields.flatMap { Array($0.utf8) + Array($1.utf8) }
        unsafe text = .allocate(capacity: bytes.count)
        unsafe text.initialize(from: bytes, count: bytes.count)
        unsafe digits = text + (bytes.count - RequestFields.maximumDigits)
        unsafe table = .allocate(capacity: fields.count)
        var start = 0
        for (index, field) in fields.enumerated() {
            let (nameCount, valueCount) = (field.0.utf8.count, field.1.utf8.count)
            // The length changes with the next request: libnghttp2 takes a copy of it, and only of it.
            let kept = index == fields.count - 1 ? 0 : NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
            unsafe table.initializeElement(
                at: index,
                to: nghttp2_nv(
                    name: text + start, value: text + start + nameCount, namelen: nameCount, valuelen: valueCount,
                    flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | kept)))
            start += nameCount + valueCount
        }
    }

    deinit {
        unsafe table.deallocate()
        unsafe text.deallocate()
    }

    /// The table for a body of `byteCount` bytes; good until it is asked for again. Unsafe because it has to be used
    /// while this value lives.
    @unsafe mutating func table(bodyBytes byteCount: Int) -> UnsafeMutableBufferPointer<nghttp2_nv> {
        var divisor = 1
        var count = 1
        while byteCount / divisor >= 10 {
            divisor *= 10
            count += 1
        }
        // At most as many as there is room for: the session's limit has five.
        for index in 0..<count {
            unsafe digits[index] = UInt8(ascii: "0") + UInt8(byteCount / divisor % 10)
            divisor /= 10
        }
        unsafe table[table.count - 1].valuelen = count
        return unsafe table
    }
}
