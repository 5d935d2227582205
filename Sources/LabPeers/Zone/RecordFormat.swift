internal import NetworkTypes

/// How the data of one record type is written in a zone and on the wire: one row a type, one field after the other.
struct RecordFormat: Sendable {
    let mnemonic: String
    let type: UInt16
    let fields: [Field]

    enum Field: Sendable {
        case uint8, uint16, uint32
        case ipv4, ipv6
        /// A name that may be compressed on the wire, and one that may not.
        case compressibleName, name
        /// One length-prefixed string, and all that follow.
        case string, strings
        /// A string without a length; hexadecimal digits until the end.
        case text, hexadecimal
        /// RFC 9460 section 2.1.
        case serviceParameters
    }

    static let all: [RecordFormat] = [
        RecordFormat("A", 1, .ipv4),
        RecordFormat("NS", 2, .compressibleName),
        RecordFormat("CNAME", 5, .compressibleName),
        RecordFormat("SOA", 6, .compressibleName, .compressibleName, .uint32, .uint32, .uint32, .uint32, .uint32),
        RecordFormat("PTR", 12, .compressibleName),
        RecordFormat("HINFO", 13, .string, .string),
        RecordFormat("MX", 15, .uint16, .compressibleName),
        RecordFormat("TXT", 16, .strings),
        RecordFormat("AAAA", 28, .ipv6),
        RecordFormat("SRV", 33, .uint16, .uint16, .uint16, .name),
        RecordFormat("NAPTR", 35, .uint16, .uint16, .string, .string, .string, .name),
        RecordFormat("DNAME", 39, .name),
        RecordFormat("DS", 43, .uint16, .uint8, .uint8, .hexadecimal),
        RecordFormat("SSHFP", 44, .uint8, .uint8, .hexadecimal),
        RecordFormat("TLSA", 52, .uint8, .uint8, .uint8, .hexadecimal),
        RecordFormat("SVCB", 64, .uint16, .name, .serviceParameters),
        RecordFormat("HTTPS", 65, .uint16, .name, .serviceParameters),
        RecordFormat("CAA", 257, .uint8, .string, .text),
    ]

    private init(_ mnemonic: String, _ type: UInt16, _ fields: Field...) {
        self.mnemonic = mnemonic
        self.type = type
        self.fields = fields
    }

    static func named(_ mnemonic: String) -> RecordFormat? { all.first { $0.mnemonic == mnemonic } }

    /// The parts that `tokens` describe; nil when they do not fit the fields.
    func parts(_ tokens: ArraySlice<String>, below origin: ZoneName) -> [ZoneRecord.Part]? {
        var rest = tokens
        var parts: [ZoneRecord.Part] = []
        for field in fields {
            guard let part = RecordFormat.part(field, &rest, below: origin) else { return nil }
            parts.append(part)
        }
        return rest.isEmpty ? parts : nil
    }

    private static func part(
        _ field: Field, _ tokens: inout ArraySlice<String>, below origin: ZoneName
    ) -> ZoneRecord.Part? {
        switch field {
        case .compressibleName:
            return tokens.popFirst().flatMap { ZoneName($0, below: origin) }.map { .compressibleName($0) }
        case .name:
            return tokens.popFirst().flatMap { ZoneName($0, below: origin) }.map { .bytes($0.wire) }
        case .strings, .hexadecimal, .serviceParameters:
            defer { tokens = [] }
            return list(field, tokens).map { .bytes($0) }
        default:
            return tokens.popFirst().flatMap { single(field, $0) }.map { .bytes($0) }
        }
    }

    private static func single(_ field: Field, _ token: String) -> [UInt8]? {
        switch field {
        case .uint8: UInt8(token).map { [$0] }
        case .uint16: UInt16(token).map(bigEndian)
        case .uint32: UInt32(token).map(bigEndian)
        case .ipv4: IPv4Address(token).map { bigEndian($0.bits) }
        case .ipv6: IPv6Address(token).map { bigEndian($0.high) + bigEndian($0.low) }
        case .string: characterString(token)
        default: Array(token.utf8)
        }
    }

    private static func list(_ field: Field, _ tokens: ArraySlice<String>) -> [UInt8]? {
        switch field {
        case .strings:
            let strings = tokens.compactMap(characterString)
            return strings.isEmpty || strings.count != tokens.count ? nil : strings.flatMap { $0 }
        case .hexadecimal: return hexadecimal(tokens.joined())
        default: return ServiceParameters.wire(tokens)
        }
    }

    /// RFC 1035 section 3.3: a length and at most 255 bytes.
    private static func characterString(_ text: String) -> [UInt8]? {
        UInt8(exactly: text.utf8.count).map { [$0] + Array(text.utf8) }
    }

    static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard !digits.isEmpty, digits.count == text.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
