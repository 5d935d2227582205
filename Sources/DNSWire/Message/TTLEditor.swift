internal import ByteCodec

/// Changes the TTLs of a stored message in place, at the offsets that validation recorded.
package enum TTLEditor {
    /// Takes `seconds` from every TTL; none goes below zero.
    package static func age(_ message: inout MutableSpan<UInt8>, at offsets: Span<UInt16>, by seconds: UInt32) {
        for index in offsets.indices {
            let offset = Int(offsets[index])
            let ttl = read(message, offset)
            message.setBigEndian(ttl > seconds ? ttl &- seconds : 0, at: offset)
        }
    }

    /// Brings every TTL into `limits`: what a cache may promise.
    package static func clamp(
        _ message: inout MutableSpan<UInt8>, at offsets: Span<UInt16>, to limits: ClosedRange<UInt32>
    ) {
        for index in offsets.indices {
            let offset = Int(offsets[index])
            let ttl = read(message, offset)
            message.setBigEndian(min(max(ttl, limits.lowerBound), limits.upperBound), at: offset)
        }
    }

    /// Gives every record the same TTL, such as 30 seconds for a stale answer (RFC 8767 section 5).
    package static func set(_ message: inout MutableSpan<UInt8>, at offsets: Span<UInt16>, to ttl: UInt32) {
        for index in offsets.indices { message.setBigEndian(ttl, at: Int(offsets[index])) }
    }

    /// A TTL with its top bit set counts as 0 (RFC 2181 section 8).
    private static func read(_ message: borrowing MutableSpan<UInt8>, _ offset: Int) -> UInt32 {
        let ttl = message.span.bigEndianUInt32(at: offset)
        return ttl > UInt32(Int32.max) ? 0 : ttl
    }
}
