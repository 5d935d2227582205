internal import NetworkTypes

extension SetElement {
    func text(_ types: [FieldType]) -> String {
        if isInterval, let prefix = prefixText(types) { return prefix }
        return zip(types, fields).map { type, field in
            let text = type.text(field.lower)
            return field.isWide ? "\(text)-\(type.text(field.upper))" : text
        }.joined(separator: " . ")
    }

    /// An interval that is exactly one prefix.
    private func prefixText(_ types: [FieldType]) -> String? {
        guard types.count == 1, types[0] == .ipv4Address || types[0] == .ipv6Address else { return nil }
        let length = lower.commonPrefixLength(with: upper)
        let mask = FieldValue.prefixMask(length: length, byteCount: lower.byteCount)
        guard lower.masked(by: mask) == lower, lower.filled(outside: mask) == upper else { return nil }
        return "\(types[0].text(lower))/\(length)"
    }
}

extension FieldValue {
    /// How many leading bits are set, when no other is.
    var prefixLength: Int? {
        let length = commonPrefixLength(with: .highest(byteCount))
        return self == .prefixMask(length: length, byteCount: byteCount) ? length : nil
    }

    /// How many leading bits both have alike; both are equally wide.
    fileprivate func commonPrefixLength(with other: FieldValue) -> Int {
        (number ^ other.number).leadingZeroBitCount - (128 - 8 * byteCount)
    }
}

extension FieldType {
    /// The name of the type where nft's language wants one.
    var textName: String { rawValue }

    /// A value of this type in nft's language.
    func text(_ value: FieldValue) -> String {
        switch self {
        case .ipv4Address: IPv4Address(bits: UInt32(truncatingIfNeeded: value.integer)).description
        case .ipv6Address: ipv6Text(value)
        case .interfaceName: "\"\(String(decoding: value.bytes.prefix { $0 != 0 }, as: UTF8.self))\""
        case .mark: UInt32(truncatingIfNeeded: value.integer).hexadecimal
        case .timeOfDay: "\(value.integer / 1_000_000_000)"
        case .etherType: "0x" + String(value.integer, radix: 16)
        default: wordText(value) ?? String(value.integer)
        }
    }

    /// The words for bits that are set in `mask`; nil when a bit has no word or the type has no bits.
    func flagNames(_ mask: FieldValue) -> [String]? {
        let words: [(UInt64, String)]
        switch self {
        case .conntrackState:
            words = [(1, "invalid"), (2, "established"), (4, "related"), (8, "new"), (64, "untracked")]
        case .conntrackStatus: words = FieldType.statusWords
        default: return nil
        }
        let known = words.reduce(0) { $0 | $1.0 }
        guard mask.integer != 0, mask.integer & ~known == 0 else { return nil }
        return words.filter { mask.integer & $0.0 != 0 }.map(\.1)
    }

    private static let statusWords: [(UInt64, String)] = [
        (1, "expected"), (2, "seen-reply"), (4, "assured"), (8, "confirmed"), (16, "snat"), (32, "dnat"),
        (512, "dying"),
    ]

    private func ipv6Text(_ value: FieldValue) -> String {
        let halves = [value.bytes.prefix(8), value.bytes.suffix(8)].map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        return IPv6Address(high: halves[0], low: halves[1]).description
    }

    /// nft's word for a value, where it prints one; numbers load as well, so only words that help a reader are here.
    private func wordText(_ value: FieldValue) -> String? {
        switch (self, value.integer) {
        case (.nfproto, 2): "ipv4"
        case (.nfproto, 10): "ipv6"
        case (.transportProtocol, 1): "icmp"
        case (.transportProtocol, 6): "tcp"
        case (.transportProtocol, 17): "udp"
        case (.transportProtocol, 58): "ipv6-icmp"
        case (.conntrackDirection, 0): "original"
        case (.conntrackDirection, 1): "reply"
        case (.addressKind, 2): "local"
        default: nil
        }
    }
}
