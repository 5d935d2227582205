internal import ByteCodec

/// What an answer says of idle connections, found without taking the answer apart: each answer over a plain stream is
/// looked at, and its records are somebody else's to judge.
package enum IdleTimeScan {
    private static let questionTail = 4
    /// Type, class, TTL and length of a record.
    private static let recordTail = 10

    /// Milliseconds for which the server keeps an idle connection (RFC 7828); nil when it does not say, or the message ends
    /// before it does.
    package static func milliseconds(in message: Span<UInt8>) -> UInt64? {
        guard message.count >= Header.length, message.bigEndianUInt16(at: 10) > 0 else { return nil }
        var offset = Header.length
        for _ in 0..<message.bigEndianUInt16(at: 4) {
            guard let end = nameEnd(in: message, at: offset) else { return nil }
            offset = end + questionTail
        }
        let count =
            Int(message.bigEndianUInt16(at: 6)) + Int(message.bigEndianUInt16(at: 8))
            + Int(message.bigEndianUInt16(at: 10))
        for _ in 0..<count {
            guard let end = nameEnd(in: message, at: offset), end + recordTail <= message.count else { return nil }
            let start = end + recordTail
            let next = start + Int(message.bigEndianUInt16(at: end + 8))
            if message.bigEndianUInt16(at: end) == RecordType.opt.rawValue {
                return next <= message.count ? option(in: message, from: start, to: next) : nil
            }
            offset = next
        }
        return nil
    }

    /// Where the name ends that begins at `start`: behind the root, or its first pointer.
    private static func nameEnd(in message: Span<UInt8>, at start: Int) -> Int? {
        var offset = start
        while offset < message.count {
            let octet = Int(message[offset])
            if octet == 0 { return offset + 1 }
            if octet > NameView.maximumLabelLength { return offset + 2 }
            offset += octet + 1
        }
        return nil
    }

    private static func option(in message: Span<UInt8>, from start: Int, to end: Int) -> UInt64? {
        var offset = start
        while offset + 4 <= end {
            let byteCount = Int(message.bigEndianUInt16(at: offset + 2))
            let next = offset + 4 + byteCount
            guard next <= end else { return nil }
            if message.bigEndianUInt16(at: offset) == EDNSOptionCode.keepalive.rawValue, byteCount == 2 {
                return UInt64(message.bigEndianUInt16(at: offset + 4)) * 100
            }
            offset = next
        }
        return nil
    }
}
