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
        var parser = RdataParser(origin: origin, tokens: try RdataTokens(text))
        if parser.tokens.rest.first == Array("\\#".utf8) {
            try parser.generic()
        } else {
            try parser.typed(type)
        }
        guard parser.tokens.isAtEnd else { throw RdataSyntaxError("there is more than \(type) data in `\(text)`") }
        guard parser.data.count <= UInt16.max else { throw RdataSyntaxError("the data is longer than 65535 bytes") }
        return parser.data
    }

    private mutating func typed(_ type: RecordType) throws(RdataSyntaxError) {
        switch type {
        case .a: try ipv4("address")
        case .aaaa: try ipv6("address")
        case .ns, .cname, .ptr, .dname: try name("target")
        case .mx: try fields(["preference"], name: "exchange")
        case .srv: try fields(["priority", "weight", "port"], name: "target")
        case .soa: try startOfAuthority()
        case .txt, .hinfo: try strings()
        case .caa: try certificateAuthority()
        case .svcb, .https: try service()
        default: throw RdataSyntaxError("data of type \(type) is written as `\\# LENGTH HEX` here")
        }
    }

    /// RFC 3597 section 5.
    private mutating func generic() throws(RdataSyntaxError) {
        _ = try tokens.next("`\\#`")
        let length: UInt16 = try tokens.nextNumber("length")
        var digits = ""
        while !tokens.isAtEnd { digits += try tokens.nextText("octets") }
        let octets = Array(digits.utf8)
        guard octets.count == 2 * Int(length) else {
            throw RdataSyntaxError("\(length) octets are announced and \(octets.count) digits written")
        }
        for start in stride(from: 0, to: octets.count, by: 2) {
            let pair = String(decoding: octets[start..<start + 2], as: UTF8.self)
            guard pair.allSatisfy(\.isHexDigit), let octet = UInt8(pair, radix: 16) else {
                throw RdataSyntaxError("`\(pair)` is no hexadecimal octet")
            }
            data.append(octet)
        }
    }

    private mutating func ipv4(_ meaning: String) throws(RdataSyntaxError) {
        let text = try tokens.nextText(meaning)
        guard let address = IPv4Address(text) else { throw RdataSyntaxError("`\(text)` is no IPv4 address") }
        data.appendBigEndian(address.bits)
    }

    private mutating func ipv6(_ meaning: String) throws(RdataSyntaxError) {
        let text = try tokens.nextText(meaning)
        guard let address = IPv6Address(text) else { throw RdataSyntaxError("`\(text)` is no IPv6 address") }
        for group in address.groups { data.appendBigEndian(group) }
    }

    private mutating func name(_ meaning: String) throws(RdataSyntaxError) {
        let text = try tokens.nextText(meaning)
        guard let name = OwnedName(text, relativeTo: origin) else {
            throw RdataSyntaxError("`\(text)` is no domain name for the \(meaning)")
        }
        data += name.wire
    }

    /// 16-bit numbers, then a name.
    private mutating func fields(_ meanings: [String], name meaning: String) throws(RdataSyntaxError) {
        for meaning in meanings { data.appendBigEndian(try tokens.nextNumber(meaning, as: UInt16.self)) }
        try name(meaning)
    }

    private mutating func startOfAuthority() throws(RdataSyntaxError) {
        try name("primary server")
        try name("mailbox")
        for meaning in ["serial", "refresh", "retry", "expire", "minimum"] {
            data.appendBigEndian(try tokens.nextNumber(meaning, as: UInt32.self))
        }
    }

    private mutating func strings() throws(RdataSyntaxError) {
        repeat {
            let bytes = try tokens.nextString("text")
            guard let length = UInt8(exactly: bytes.count) else {
                throw RdataSyntaxError("a character string has \(bytes.count) bytes, and 255 is the most: divide it")
            }
            data += [length] + bytes
        } while !tokens.isAtEnd
    }

    /// RFC 8659 section 4.1.1.
    private mutating func certificateAuthority() throws(RdataSyntaxError) {
        data.append(try tokens.nextNumber("flags", as: UInt8.self))
        let tag = try tokens.next("property name")
        guard tag.count <= UInt8.max, CertificateAuthorityTag.isValid(tag.span) else {
            throw RdataSyntaxError("`\(String(decoding: tag, as: UTF8.self))` is no property name")
        }
        data += [UInt8(tag.count)] + tag
        data += try tokens.nextString("value")
    }

    /// RFC 9460 section 2.1.
    private mutating func service() throws(RdataSyntaxError) {
        try fields(["priority"], name: "target")
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
