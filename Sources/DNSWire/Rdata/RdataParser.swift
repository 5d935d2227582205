internal import ByteCodec
internal import NetworkTypes

/// Turns the text of a record's data, as a zone file writes it, into bytes with uncompressed names.
package struct RdataParser {
    /// Behind which a name without a final dot is completed.
    private let origin: OwnedName
    private var tokens: RdataTokens
    private var data: [UInt8] = []

    /// The data of a record of `type`. Types without a form of their own here take that of RFC 3597, `\# 2 01ff`,
    /// which is good for every type.
    package static func parse(
        _ type: RecordType, _ text: String, origin: OwnedName = .root
    ) throws(RdataSyntaxError) -> [UInt8] {
        let words: [[UInt8]]
        do throws(ZoneTextError) {
            words = try ZoneLexer.words(text)
        } catch {
            throw RdataSyntaxError(error.message)
        }
        return try parse(type, words[...], origin: origin)
    }

    /// The same from words that are divided already.
    static func parse(
        _ type: RecordType, _ words: ArraySlice<[UInt8]>, origin: OwnedName
    ) throws(RdataSyntaxError) -> [UInt8] {
        var parser = RdataParser(origin: origin, tokens: RdataTokens(words))
        if words.first == Array("\\#".utf8) {
            try parser.generic()
        } else {
            guard let format = RdataFormat.format(of: type) else {
                throw RdataSyntaxError("data of type \(type) is written as `\\# LENGTH HEX` here")
            }
            for field in format.fields { try parser.read(field) }
        }
        if let surplus = parser.tokens.rest.first {
            let text = String(decoding: surplus, as: UTF8.self)
            throw RdataSyntaxError("there is more than \(type) data, from `\(text)` on")
        }
        guard parser.data.count <= UInt16.max else { throw RdataSyntaxError("the data is longer than 65535 bytes") }
        return parser.data
    }

    private mutating func read(_ field: RdataField) throws(RdataSyntaxError) {
        switch field {
        case .uint8(let meaning): data.append(try tokens.nextNumber(meaning))
        case .uint16(let meaning): data.appendBigEndian(try tokens.nextNumber(meaning, as: UInt16.self))
        case .uint32(let meaning): data.appendBigEndian(try tokens.nextNumber(meaning, as: UInt32.self))
        case .period(let meaning):
            data.appendBigEndian(try tokens.next(meaning, "time in seconds", TimeToLiveText.seconds))
        case .timestamp(let meaning):
            data.appendBigEndian(try tokens.next(meaning, "date (YYYYMMDDHHmmSS)", SignatureTime.seconds))
        case .ipv4(let meaning): data.appendBigEndian(try tokens.next(meaning, "IPv4 address", RdataParser.ipv4))
        case .ipv6(let meaning): data += try tokens.next(meaning, "IPv6 address", RdataParser.ipv6)
        case .name(let meaning): try name(meaning)
        case .type(let meaning):
            data.appendBigEndian(try tokens.next(meaning, "record type") { RecordType($0)?.rawValue })
        case .algorithm(let meaning): data.append(try tokens.next(meaning, "algorithm", DNSSECAlgorithm.number))
        case .string(let meaning): try string(meaning)
        case .strings(let meaning): repeat { try string(meaning) } while !tokens.isAtEnd
        case .text(let meaning): data += try tokens.nextString(meaning)
        case .propertyName(let meaning): try propertyName(meaning)
        case .hexadecimal(let meaning): data += try tokens.remainder(meaning, "hexadecimal octets", Base16.decode)
        case .base64(let meaning): data += try tokens.remainder(meaning, "base64") { Base64.decode($0) }
        case .salt(let meaning):
            try counted(meaning, "hexadecimal octets or `-`") { $0 == "-" ? [] : Base16.decode($0) }
        case .hash(let meaning): try counted(meaning, "base32", Base32Hex.decode)
        case .types: try types()
        case .serviceParameters: try serviceParameters()
        }
    }

    /// RFC 3597 section 5.
    private mutating func generic() throws(RdataSyntaxError) {
        _ = try tokens.next("`\\#`")
        let length: UInt16 = try tokens.nextNumber("length")
        data = tokens.isAtEnd ? [] : try tokens.remainder("octets", "hexadecimal octets", Base16.decode)
        guard data.count == Int(length) else {
            throw RdataSyntaxError("\(length) octets are announced and \(data.count) written")
        }
    }

    private static func ipv4(_ text: String) -> UInt32? { IPv4Address(text)?.bits }

    private static func ipv6(_ text: String) -> [UInt8]? {
        IPv6Address(text)?.groups.reduce(into: []) { $0.appendBigEndian($1) }
    }

    private mutating func name(_ meaning: String) throws(RdataSyntaxError) {
        data += try tokens.next(meaning, "domain name for the \(meaning)") { OwnedName($0, relativeTo: origin)?.wire }
    }

    private mutating func string(_ meaning: String) throws(RdataSyntaxError) {
        let bytes = try tokens.nextString(meaning)
        guard let length = UInt8(exactly: bytes.count) else {
            throw RdataSyntaxError("a character string has \(bytes.count) bytes, and 255 is the most: divide it")
        }
        data += [length] + bytes
    }

    /// RFC 8659 section 4.1.1.
    private mutating func propertyName(_ meaning: String) throws(RdataSyntaxError) {
        let tag = try tokens.next(meaning)
        guard tag.count <= UInt8.max, CertificateAuthorityTag.isValid(tag.span) else {
            throw RdataSyntaxError("`\(String(decoding: tag, as: UTF8.self))` is no property name")
        }
        data += [UInt8(tag.count)] + tag
    }

    private mutating func counted(
        _ meaning: String, _ kind: String, _ read: (String) -> [UInt8]?
    ) throws(RdataSyntaxError) {
        let bytes = try tokens.next(meaning, kind, read)
        guard let length = UInt8(exactly: bytes.count) else {
            throw RdataSyntaxError("the \(meaning) has \(bytes.count) octets, and 255 is the most")
        }
        data += [length] + bytes
    }

    private mutating func types() throws(RdataSyntaxError) {
        var types: Set<UInt16> = []
        while !tokens.isAtEnd { types.insert(try tokens.next("type", "record type") { RecordType($0)?.rawValue }) }
        data += TypeBitmap.encode(types)
    }

    private mutating func serviceParameters() throws(RdataSyntaxError) {
        var values: [ServiceParameterKey: [UInt8]] = [:]
        while !tokens.isAtEnd {
            let (key, value) = try ServiceParameterParser.parse(tokens.next("parameter"))
            guard values.updateValue(value, forKey: key) == nil else {
                throw RdataSyntaxError("the parameter `\(key)` is given twice")
            }
        }
        for (key, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard value.count <= UInt16.max else { throw RdataSyntaxError("the value of `\(key)` is too long") }
            data.appendBigEndian(key.rawValue)
            data.appendBigEndian(UInt16(value.count))
            data += value
        }
    }
}
