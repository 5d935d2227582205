package import ByteCodec

/// One resource record where it stands (RFC 1035 section 4.1.3). Its frame is checked, what is in its data is not.
package struct RecordView: ~Escapable, BitwiseCopyable {
    /// Type, class, TTL and data length.
    static let fixedLength = 10

    package let owner: NameView
    package let section: Section
    package let type: RecordType
    package let recordClass: RecordClass
    /// Where the data begins in the message.
    package let rdataOffset: Int
    /// Where the bytes after the record begin.
    package let endOffset: Int

    /// Checks the frame of the record at `offset`.
    @_lifetime(copy message)
    package init(in message: Span<UInt8>, at offset: Int, section: Section) throws(WireError) {
        owner = try NameView(in: message, at: offset)
        self.section = section
        let fixed = owner.endOffset
        guard fixed + RecordView.fixedLength <= message.count else { throw .truncated(offset: fixed) }
        type = RecordType(rawValue: message.bigEndianUInt16(at: fixed))
        recordClass = RecordClass(rawValue: message.bigEndianUInt16(at: fixed + 2))
        rdataOffset = fixed + RecordView.fixedLength
        endOffset = rdataOffset + Int(message.bigEndianUInt16(at: fixed + 8))
        guard endOffset <= message.count else { throw .truncated(offset: rdataOffset) }
    }

    package var message: Span<UInt8> {
        @_lifetime(copy self)
        get { owner.message }
    }

    package var offset: Int { owner.offset }

    /// How many bytes the record has where it stands.
    package var length: Int { endOffset - offset }

    package var ttlOffset: Int { owner.endOffset + 4 }

    /// Seconds; a value with its top bit set counts as 0 (RFC 2181 section 8).
    package var ttl: UInt32 {
        let value = message.bigEndianUInt32(at: ttlOffset)
        return value > UInt32(Int32.max) ? 0 : value
    }

    /// The data; names in it may be compressed and then need the whole message.
    package var rdata: Span<UInt8> {
        @_lifetime(copy self)
        get { message.extracting(rdataOffset..<endOffset) }
    }

    /// The target of a record whose data is one name (NS, CNAME, PTR, DNAME), or that has one at `skip`
    /// (2 for MX, SVCB and HTTPS, 6 for SRV).
    @_lifetime(copy self)
    package func target(after skip: Int = 0) throws(WireError) -> NameView {
        let name = try NameView(in: message, at: rdataOffset + skip)
        guard name.endOffset <= endOffset else { throw .malformed(offset: rdataOffset) }
        return name
    }
}
