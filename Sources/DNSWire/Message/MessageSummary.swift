package import ByteCodec

/// What one walk over a whole message found: everything a cache or a forwarder has to know about it.
package struct MessageSummary: Equatable, Sendable {
    package let header: Header
    /// Where the records begin.
    package fileprivate(set) var recordsOffset = Header.length
    /// Where the OPT record is, if there is one.
    package fileprivate(set) var opt: Range<Int>?
    /// Milliseconds for which the server keeps an idle connection, where the OPT record says it (RFC 7828).
    package fileprivate(set) var idleMilliseconds: UInt64?
    /// The response code, with the bits that the OPT record adds.
    package fileprivate(set) var responseCode: ResponseCode
    /// The least TTL of all records, the per-message ones aside; nil when there is none.
    package fileprivate(set) var minimumTTL: UInt32?
    /// How long the answer may be cached as a negative one: the lesser of TTL and MINIMUM of the SOA record in the
    /// authority section (RFC 2308 section 5); nil without such a record.
    package fileprivate(set) var negativeTTL: UInt32?

    fileprivate init(_ header: Header) {
        self.header = header
        responseCode = header.flags.responseCode
    }
}

extension MessageView {
    /// Checks every question and every record, and that nothing stands behind them. The offsets of the TTL fields
    /// replace the contents of `ttlOffsets`; those of OPT and TSIG, which are no TTLs, are left out.
    package func validate(recordingTTLOffsets ttlOffsets: inout [UInt16]) throws(WireError) -> MessageSummary {
        ttlOffsets.removeAll(keepingCapacity: true)
        var summary = MessageSummary(header)
        var cursor = try records()
        summary.recordsOffset = cursor.offset
        while let record = try cursor.next() {
            if !record.type.isPerMessage { ttlOffsets.append(UInt16(record.ttlOffset)) }
            guard !record.owner.runsThrough(fieldsAt: ttlOffsets.span) else {
                throw .malformed(offset: record.offset)
            }
            try RdataLayout.layout(of: record.type).validate(record, ttlOffsets: ttlOffsets.span)
            try summary.add(record)
        }
        guard cursor.offset == bytes.count else { throw .malformed(offset: cursor.offset) }
        return summary
    }
}

extension MessageSummary {
    fileprivate mutating func add(_ record: RecordView) throws(WireError) {
        if record.type == .opt {
            try addOPT(record)
        } else if !record.type.isPerMessage {
            addLifetime(record)
        }
    }

    private mutating func addOPT(_ record: RecordView) throws(WireError) {
        guard opt == nil, record.section == .additional else { throw .malformed(offset: record.offset) }
        let view = try OPTView(record)
        responseCode = view.responseCode(header.flags)
        opt = record.offset..<record.endOffset
        var options = view.options
        while idleMilliseconds == nil, let option = try options.next() { idleMilliseconds = option.idleMilliseconds }
    }

    private mutating func addLifetime(_ record: RecordView) {
        minimumTTL = min(minimumTTL ?? .max, record.ttl)
        guard record.type == .soa, record.section == .authority else { return }
        let minimum = record.message.bigEndianUInt32(at: record.endOffset - 4)
        negativeTTL = min(negativeTTL ?? .max, record.ttl, minimum)
    }
}
