package import ByteCodec

/// Cuts a message to what a datagram may have: whole RRsets from the front, and the OPT record.
package enum MessageTruncation {
    /// Cuts the checked message of `count` bytes in place and says how many are left. A message within `limit`
    /// stays as it is. TC is set when answer or authority lost a record; additional records are a courtesy (RFC 2181
    /// section 9). `limit` is at least 512.
    package static func truncate(
        _ message: inout MutableSpan<UInt8>, count: Int, to limit: Int
    ) throws(WireError) -> Int {
        precondition(limit >= OPTView.minimumPayloadSize, "every client takes 512 bytes")
        guard count > limit else { return count }
        let cut = try Cut(message.span.extracting(0..<count), limit: limit)
        for index in 0..<cut.opt.count { message[cut.end + index] = message[cut.opt.lowerBound + index] }
        cut.header.write(to: &message)
        return cut.end + cut.opt.count
    }

    /// Where to cut, and what the message is afterwards.
    private struct Cut {
        private(set) var header: Header
        /// The end of the last RRset that stays.
        private(set) var end: Int
        /// The OPT record that moves behind it; empty without one, or if it is too large itself.
        private(set) var opt: Range<Int>

        init(_ message: Span<UInt8>, limit: Int) throws(WireError) {
            let view = try MessageView(message)
            let cursor = try view.records()
            end = cursor.offset
            opt = 0..<0
            if let record = try view.opt()?.record, end + record.length <= limit {
                opt = record.offset..<record.endOffset
            }
            header = view.header
            header[.answer] = 0
            header[.authority] = 0
            header[.additional] = 0
            try keepWhatFits(cursor, limit - opt.count)
            let lost = header[.answer] < view.header[.answer] || header[.authority] < view.header[.authority]
            header.flags.isTruncated = header.flags.isTruncated || lost
            if !opt.isEmpty { header[.additional] += 1 }
        }

        /// Counts the records up to the last RRset that ends within `limit`. What stands behind OPT is dropped.
        private mutating func keepWhatFits(_ cursor: consuming RecordCursor, _ limit: Int) throws(WireError) {
            var kept = header
            var previous = try cursor.next()
            while let record = previous, record.type != .opt, record.endOffset <= limit {
                kept[record.section] += 1
                let following = try cursor.next()
                if !Cut.isSameSet(record, following) {
                    header = kept
                    end = record.endOffset
                }
                previous = following
            }
        }

        private static func isSameSet(_ record: RecordView, _ following: RecordView?) -> Bool {
            guard let following else { return false }
            return record.section == following.section && record.type == following.type
                && record.recordClass == following.recordClass && record.owner == following.owner
        }
    }
}
