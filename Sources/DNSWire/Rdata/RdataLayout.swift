internal import ByteCodec

/// Where the names stand in the data of a record type: what validation checks and what copying must decompress.
struct RdataLayout {
    /// Bytes before the first name, or before the character strings.
    var prefix = 0
    /// Character strings (RFC 1035 section 3.3) between the prefix and the first name.
    var strings = 0
    var names = 0
    /// Bytes behind the names; nil when any number may follow.
    var suffix: Int?
    /// Names of this type may be compressed when written (RFC 3597 section 4: those of RFC 1035 only).
    var mayCompress = false

    /// The layout of `type`; the one without names for types that have none, or that nobody knows.
    static func layout(of type: RecordType) -> RdataLayout {
        switch type.rawValue {
        case 1: RdataLayout(prefix: 4, suffix: 0)  // A
        case 28: RdataLayout(prefix: 16, suffix: 0)  // AAAA
        case 2...5, 7...9, 12: RdataLayout(names: 1, suffix: 0, mayCompress: true)  // NS, CNAME, MB, PTR ...
        case 6: RdataLayout(names: 2, suffix: 20, mayCompress: true)  // SOA
        case 14: RdataLayout(names: 2, suffix: 0, mayCompress: true)  // MINFO
        case 15: RdataLayout(prefix: 2, names: 1, suffix: 0, mayCompress: true)  // MX
        case 17: RdataLayout(names: 2, suffix: 0)  // RP
        case 18, 21, 36: RdataLayout(prefix: 2, names: 1, suffix: 0)  // AFSDB, RT, KX
        case 24, 46: RdataLayout(prefix: 18, names: 1)  // SIG, RRSIG
        case 26: RdataLayout(prefix: 2, names: 2, suffix: 0)  // PX
        case 30, 47: RdataLayout(names: 1)  // NXT, NSEC
        case 33: RdataLayout(prefix: 6, names: 1, suffix: 0)  // SRV
        case 35: RdataLayout(prefix: 4, strings: 3, names: 1, suffix: 0)  // NAPTR
        case 39: RdataLayout(names: 1, suffix: 0)  // DNAME
        case 64, 65: RdataLayout(prefix: 2, names: 1)  // SVCB, HTTPS
        default: RdataLayout()
        }
    }

    /// Throws unless the data of `record` has this layout and its names end inside of it. No name may run through
    /// one of the TTL fields at `ttlOffsets`: it would be another one when the record has aged.
    func validate(_ record: RecordView, ttlOffsets: Span<UInt16>) throws(WireError) {
        var offset = try namesOffset(record)
        for _ in 0..<names {
            let name = try NameView(in: record.message, at: offset)
            offset = name.endOffset
            guard offset <= record.endOffset, !name.runsThrough(fieldsAt: ttlOffsets) else {
                throw .malformed(offset: record.rdataOffset)
            }
        }
        guard suffix == nil || offset + (suffix ?? 0) == record.endOffset else {
            throw .malformed(offset: record.rdataOffset)
        }
    }

    /// The offset of the first name, or of what stands in its place.
    func namesOffset(_ record: RecordView) throws(WireError) -> Int {
        var offset = record.rdataOffset + prefix
        for _ in 0..<strings {
            guard offset < record.endOffset else { throw .malformed(offset: record.rdataOffset) }
            offset += 1 + Int(record.message[offset])
        }
        guard offset <= record.endOffset else { throw .malformed(offset: record.rdataOffset) }
        return offset
    }
}
