internal import ByteCodec
internal import NetworkTypes

/// Turns `key=value` of a SVCB or HTTPS record into the value's bytes (RFC 9460 section 2.1 and section 7).
enum ServiceParameterParser {
    static func parse(_ token: [UInt8]) throws(RdataSyntaxError) -> (key: ServiceParameterKey, value: [UInt8]) {
        let parts = token.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let keyText = String(decoding: parts[0], as: UTF8.self)
        guard let key = ServiceParameterKey(keyText) else {
            throw RdataSyntaxError("`\(keyText)` is no service parameter key")
        }
        let text = try RdataTokens.unescape(parts.count > 1 ? Array(parts[1]) : [], keyText)
        return (key, try value(key, text))
    }

    private static func value(_ key: ServiceParameterKey, _ text: [UInt8]) throws(RdataSyntaxError) -> [UInt8] {
        switch key {
        case .mandatory: return try mandatoryKeys(text)
        case .alpn: return try protocols(text)
        case .noDefaultALPN:
            guard text.isEmpty else { throw RdataSyntaxError("`\(key)` takes no value") }
            return []
        case .port:
            let port: UInt16 = try element(key, text[...]) { UInt16($0) }
            return bytes { $0.appendBigEndian(port) }
        case .ipv4Hint:
            return try elements(key, text) { IPv4Address($0)?.bits }.reduce(into: []) { $0.appendBigEndian($1) }
        case .ipv6Hint:
            return try elements(key, text) { IPv6Address($0)?.groups }.joined().reduce(into: []) {
                $0.appendBigEndian($1)
            }
        case .encryptedClientHello: return try element(key, text[...]) { Base64.decode($0) }
        default: return text
        }
    }

    /// In ascending order, as section 8 wants them.
    private static func mandatoryKeys(_ text: [UInt8]) throws(RdataSyntaxError) -> [UInt8] {
        let keys = try elements(.mandatory, text) { ServiceParameterKey($0)?.rawValue }
        return keys.sorted().reduce(into: []) { $0.appendBigEndian($1) }
    }

    /// A list whose elements escape commas and backslashes (appendix A.1).
    private static func protocols(_ text: [UInt8]) throws(RdataSyntaxError) -> [UInt8] {
        var names: [[UInt8]] = [[]]
        var characters = text[...]
        while let byte = characters.popFirst() {
            if byte == UInt8(ascii: ",") {
                names.append([])
            } else {
                let isEscape = byte == UInt8(ascii: "\\")
                names[names.count - 1].append(isEscape ? characters.popFirst() ?? byte : byte)
            }
        }
        guard names.allSatisfy({ (1...255).contains($0.count) }) else {
            throw RdataSyntaxError("`alpn` wants protocol names of 1 to 255 bytes with commas between")
        }
        return names.flatMap { [UInt8($0.count)] + $0 }
    }

    private static func elements<Element>(
        _ key: ServiceParameterKey, _ text: [UInt8], _ read: (String) -> Element?
    ) throws(RdataSyntaxError) -> [Element] {
        var result: [Element] = []
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            result.append(try element(key, part, read))
        }
        return result
    }

    private static func element<Element>(
        _ key: ServiceParameterKey, _ text: ArraySlice<UInt8>, _ read: (String) -> Element?
    ) throws(RdataSyntaxError) -> Element {
        let text = String(decoding: text, as: UTF8.self)
        guard let element = read(text) else { throw RdataSyntaxError("`\(text)` is no value for `\(key)`") }
        return element
    }

    private static func bytes(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        write(&bytes)
        return bytes
    }
}
