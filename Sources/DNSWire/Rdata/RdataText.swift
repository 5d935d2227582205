internal import ByteCodec
internal import NetworkTypes

/// Turns a record's data into the words that a zone file writes; throws for data that is not of the type's form.
struct RdataText: ~Escapable {
    /// The message up to the end of the data: nothing in the data may reach behind it.
    private var reader: ByteReader
    private var words: [String] = []

    static func text(of record: RecordView, _ format: RdataFormat) throws(WireError) -> String {
        var text = RdataText(record)
        for field in format.fields { try text.write(field) }
        guard text.reader.isAtEnd else { throw .malformed(offset: text.reader.offset) }
        return text.words.joined(separator: " ")
    }

    @_lifetime(copy record)
    private init(_ record: RecordView) {
        reader = ByteReader(record.message.extracting(0..<record.endOffset), offset: record.rdataOffset)
    }

    @_lifetime(self: copy self)
    private mutating func write(_ field: RdataField) throws(WireError) {
        switch field {
        case .uint8, .algorithm: words.append("\(try reader.readUInt8())")
        case .uint16: words.append("\(try reader.readUInt16())")
        case .uint32, .period: words.append("\(try reader.readUInt32())")
        case .timestamp: words.append(SignatureTime.text(try reader.readUInt32()))
        case .ipv4: words.append("\(IPv4Address(bits: try reader.readUInt32()))")
        case .ipv6: words.append("\(IPv6Address(wire: try reader.read(16)))")
        case .name: try writeName()
        case .type: words.append("\(RecordType(rawValue: try reader.readUInt16()))")
        case .string: words.append(RdataText.quoted(try counted()))
        case .strings: repeat { words.append(RdataText.quoted(try counted())) } while !reader.isAtEnd
        case .text: words.append(RdataText.quoted(try reader.read(reader.remaining)))
        case .propertyName: try writePropertyName()
        case .hexadecimal: words.append(Base16.encode(try remainder()))
        case .base64: words.append(Base64.encode(try remainder()))
        case .salt:
            let salt = try counted()
            words.append(salt.isEmpty ? "-" : Base16.encode(salt))
        case .hash: try writeHash()
        case .types: words += try TypeBitmap.decode(reader.read(reader.remaining)).map(\.description)
        case .serviceParameters: try writeServiceParameters()
        }
    }

    @_lifetime(self: copy self)
    private mutating func writeName() throws(WireError) {
        let name = try NameView(in: reader.bytes, at: reader.offset)
        try reader.skip(name.endOffset - name.offset)
        words.append(name.text)
    }

    @_lifetime(self: copy self)
    private mutating func writePropertyName() throws(WireError) {
        let tag = try counted()
        guard CertificateAuthorityTag.isValid(tag) else { throw .malformed(offset: reader.offset) }
        words.append(String(decoding: [UInt8](tag), as: UTF8.self))
    }

    @_lifetime(self: copy self)
    private mutating func writeHash() throws(WireError) {
        let hash = try counted()
        guard !hash.isEmpty else { throw .malformed(offset: reader.offset) }
        words.append(Base32Hex.encode(hash))
    }

    @_lifetime(self: copy self)
    private mutating func writeServiceParameters() throws(WireError) {
        var parameters = ServiceParameterCursor(try reader.read(reader.remaining))
        while let parameter = try parameters.next() { words.append(try parameter.text()) }
    }

    /// The octets behind a length of one byte.
    @_lifetime(copy self)
    private mutating func counted() throws(WireError) -> Span<UInt8> {
        try reader.read(Int(reader.readUInt8()))
    }

    /// What is left, at least one octet: none would be no word.
    @_lifetime(copy self)
    private mutating func remainder() throws(WireError) -> Span<UInt8> {
        guard !reader.isAtEnd else { throw .truncated(offset: reader.offset) }
        return try reader.read(reader.remaining)
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
