internal import NetworkTypes

/// The parameters of SVCB and HTTPS records (RFC 9460 section 14.3), as far as the lab's zone needs them.
enum ServiceParameters {
    /// The wire form of `alpn=h2,h3 port=8443 ipv4hint=... ipv6hint=... no-default-alpn`, in the order of the keys.
    static func wire(_ tokens: ArraySlice<String>) -> [UInt8]? {
        var values: [UInt16: [UInt8]] = [:]
        for token in tokens {
            let halves = token.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = halves.first, let (key, value) = parameter(name, halves.count > 1 ? halves[1] : ""),
                values.updateValue(value, forKey: key) == nil
            else { return nil }
        }
        return values.sorted { $0.key < $1.key }.flatMap { key, value in
            RecordFormat.bigEndian(key) + RecordFormat.bigEndian(UInt16(value.count)) + value
        }
    }

    private static func parameter(_ name: String, _ text: String) -> (key: UInt16, value: [UInt8])? {
        let items = text.split(separator: ",").map(String.init)
        switch name {
        case "alpn": return (1, items.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) })
        case "no-default-alpn": return (2, [])
        case "port": return UInt16(text).map { (3, RecordFormat.bigEndian($0)) }
        case "ipv4hint":
            let addresses = items.compactMap { IPv4Address($0) }
            return addresses.count == items.count ? (4, addresses.flatMap { RecordFormat.bigEndian($0.bits) }) : nil
        case "ipv6hint":
            let addresses = items.compactMap { IPv6Address($0) }
            let bytes = addresses.flatMap { RecordFormat.bigEndian($0.high) + RecordFormat.bigEndian($0.low) }
            return addresses.count == items.count ? (6, bytes) : nil
        default: return nil
        }
    }
}
