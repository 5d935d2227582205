internal import ByteCodec
internal import NetworkTypes

extension RecordView {
    /// The record as a line of a zone file: owner, TTL, class, type, data, with one blank between them.
    package var text: String { "\(owner.text) \(ttl) \(recordClass) \(type) \(rdataText)" }

    /// The data as a zone file writes it; in the form of RFC 3597 section 5 for types without one of their own here,
    /// and for data that does not have the form of its type.
    package var rdataText: String {
        (try? typedText()) ?? RecordView.genericText(rdata)
    }

    private func typedText() throws(WireError) -> String? {
        try RdataLayout.layout(of: type).validate(self, ttlOffsets: Span())
        switch type {
        case .a, .aaaa: return addressText
        case .ns, .cname, .ptr, .dname: return try target().text
        case .mx: return "\(field(0)) \(try target(after: 2).text)"
        case .srv: return "\(field(0)) \(field(2)) \(field(4)) \(try target(after: 6).text)"
        case .soa: return try soaText()
        case .txt, .hinfo: return try stringsText()
        case .caa: return try caaText()
        case .svcb, .https: return try serviceText()
        default: return nil
        }
    }

    /// `\# 3 01 02 03` without blanks between the octets.
    static func genericText(_ data: Span<UInt8>) -> String {
        var digits = ""
        for index in data.indices {
            let pair = String(data[index], radix: 16)
            digits += pair.utf8.count == 1 ? "0" + pair : pair
        }
        return data.isEmpty ? "\\# 0" : "\\# \(data.count) \(digits)"
    }

    /// Text in quotes (RFC 1035 section 5.1).
    static func quoted(_ data: Span<UInt8>) -> String {
        var text = "\""
        for index in data.indices {
            if data[index] == UInt8(ascii: " ") {
                text += " "
            } else {
                text.appendEscaped(data[index], special: quotedSpecials)
            }
        }
        return text + "\""
    }

    private static let quotedSpecials = Array("\"\\".utf8)

    private func field(_ offset: Int) -> UInt16 { rdata.bigEndianUInt16(at: offset) }

    private var addressText: String {
        if type == .a { return IPv4Address(bits: rdata.bigEndianUInt32(at: 0)).description }
        return IPv6Address(wire: rdata).description
    }

    private func soaText() throws(WireError) -> String {
        let mailbox = try NameView(in: message, at: target().endOffset)
        var text = "\(try target().text) \(mailbox.text)"
        for index in 0..<5 { text += " \(message.bigEndianUInt32(at: mailbox.endOffset + 4 * index))" }
        return text
    }

    private func stringsText() throws(WireError) -> String {
        var reader = ByteReader(rdata)
        var parts: [String] = []
        while !reader.isAtEnd {
            let length = try reader.readUInt8()
            parts.append(RecordView.quoted(try reader.read(Int(length))))
        }
        guard !parts.isEmpty else { throw .malformed(offset: rdataOffset) }
        return parts.joined(separator: " ")
    }

    /// RFC 8659 section 4.1: flags, tag, value.
    private func caaText() throws(WireError) -> String {
        var reader = ByteReader(rdata)
        let flags = try reader.readUInt8()
        let tag = try reader.read(Int(reader.readUInt8()))
        guard CertificateAuthorityTag.isValid(tag) else { throw .malformed(offset: rdataOffset) }
        let value = try reader.read(reader.remaining)
        return "\(flags) \(String(decoding: [UInt8](tag), as: UTF8.self)) \(RecordView.quoted(value))"
    }

    private func serviceText() throws(WireError) -> String {
        let target = try target(after: 2)
        var text = "\(field(0)) \(target.text)"
        var parameters = ServiceParameterCursor(message.extracting(target.endOffset..<endOffset))
        while let parameter = try parameters.next() { text += " \(try parameter.text())" }
        return text
    }
}

/// The property name of a CAA record: ASCII letters and digits (RFC 8659 section 4.1).
enum CertificateAuthorityTag {
    static func isValid(_ tag: Span<UInt8>) -> Bool {
        for index in tag.indices {
            switch tag[index].caseFolded {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            default: return false
            }
        }
        return !tag.isEmpty
    }
}

extension IPv6Address {
    /// The sixteen bytes that `wire` begins with.
    init(wire: Span<UInt8>) {
        let high = UInt64(wire.bigEndianUInt32(at: 0)) << 32 | UInt64(wire.bigEndianUInt32(at: 4))
        let low = UInt64(wire.bigEndianUInt32(at: 8)) << 32 | UInt64(wire.bigEndianUInt32(at: 12))
        self.init(high: high, low: low)
    }
}
