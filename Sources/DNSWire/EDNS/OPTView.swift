package import ByteCodec

/// The OPT pseudo-record (RFC 6891 section 6.1): what the other side can take, flags, and options.
package struct OPTView: ~Escapable, BitwiseCopyable {
    /// Less is treated as this (RFC 6891 section 6.2.3).
    package static let minimumPayloadSize = 512

    package let record: RecordView

    /// Throws when the owner is not the root, or the options do not fill the data.
    @_lifetime(copy record)
    package init(_ record: RecordView) throws(WireError) {
        guard record.type == .opt, record.owner.isRoot else { throw .malformed(offset: record.offset) }
        self.record = record
        var options = options
        while try options.next() != nil {}
    }

    /// The largest datagram that the sender can take, in bytes, at least 512.
    package var payloadSize: Int { max(OPTView.minimumPayloadSize, Int(record.recordClass.rawValue)) }

    package var version: UInt8 { record.message[record.ttlOffset + 1] }

    /// DO: the sender wants DNSSEC records.
    package var wantsDNSSEC: Bool { record.message[record.ttlOffset + 2] & 0x80 != 0 }

    /// The response code with the upper eight bits that this record holds.
    package func responseCode(_ flags: Flags) -> ResponseCode {
        ResponseCode(rawValue: UInt16(record.message[record.ttlOffset]) << 4 | flags.responseCode.rawValue)
    }

    package var options: EDNSOptionCursor {
        @_lifetime(copy self)
        get { EDNSOptionCursor(record.message, from: record.rdataOffset, to: record.endOffset) }
    }
}
