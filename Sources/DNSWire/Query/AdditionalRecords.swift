internal import ByteCodec

/// The additional records of a query, read for what the client says in its OPT record.
struct AdditionalRecords: ~Escapable {
    enum Objection: Error {
        case malformed
        /// Of EDNS (RFC 6891 section 6.1.3).
        case unknownVersion
    }

    private let bytes: Span<UInt8>
    private let start: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, from start: Int) {
        self.bytes = bytes
        self.start = start
    }

    /// What the OPT record says, nil without one; the other records are walked over. There are `count` records, one
    /// of them OPT at most, and nothing follows them.
    func clientEDNS(count: Int) throws(Objection) -> ClientEDNS? {
        var offset = start
        var edns: ClientEDNS?
        var version: UInt8 = 0
        for _ in 0..<count {
            let fixed = try endOfName(at: offset)
            guard fixed + RecordView.fixedLength <= bytes.count else { throw .malformed }
            let end = fixed + RecordView.fixedLength + Int(bytes.bigEndianUInt16(at: fixed + 8))
            guard end <= bytes.count else { throw .malformed }
            if bytes.bigEndianUInt16(at: fixed) == RecordType.opt.rawValue {
                guard edns == nil, fixed == offset + 1 else { throw .malformed }
                edns = try optRecord(at: fixed, end: end)
                version = bytes[fixed + 5]
            }
            offset = end
        }
        guard offset == bytes.count else { throw .malformed }
        guard version == 0 else { throw .unknownVersion }
        return edns
    }

    /// The root, which is the owner of OPT, is one byte.
    private func endOfName(at offset: Int) throws(Objection) -> Int {
        guard offset < bytes.count else { throw .malformed }
        if bytes[offset] == 0 { return offset + 1 }
        guard let name = try? NameView(in: bytes, at: offset) else { throw .malformed }
        return name.endOffset
    }

    /// The record whose type stands at `fixed` and whose options end at `end`.
    private func optRecord(at fixed: Int, end: Int) throws(Objection) -> ClientEDNS {
        let options = try optionCodes(from: fixed + RecordView.fixedLength, to: end)
        return ClientEDNS(
            payloadSize: max(OPTView.minimumPayloadSize, Int(bytes.bigEndianUInt16(at: fixed + 2))),
            wantsDNSSEC: bytes[fixed + 6] & 0x80 != 0,
            isPadded: options.hasPadding, asksForKeepalive: options.hasKeepalive)
    }

    private func optionCodes(
        from start: Int, to end: Int
    ) throws(Objection) -> (hasPadding: Bool, hasKeepalive: Bool) {
        var offset = start
        var seen = (hasPadding: false, hasKeepalive: false)
        while offset < end {
            guard offset + 4 <= end else { throw .malformed }
            switch EDNSOptionCode(rawValue: bytes.bigEndianUInt16(at: offset)) {
            case .padding: seen.hasPadding = true
            case .keepalive: seen.hasKeepalive = true
            default: break
            }
            offset += 4 + Int(bytes.bigEndianUInt16(at: offset + 2))
        }
        guard offset == end else { throw .malformed }
        return seen
    }
}
