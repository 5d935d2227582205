package import NetworkTypes

/// What a router says of translating IPv4 on its link: the PREF64 option of its advertisements (RFC 8781).
package struct AnnouncedTranslator: Hashable, Sendable {
    package let prefix: IPPrefix
    /// The device of the link, by its index.
    package let device: UInt32
    /// For how long it holds; 0 takes it back.
    package let seconds: UInt16

    package init(prefix: IPPrefix, device: UInt32, seconds: UInt16) {
        self.prefix = prefix
        self.device = device
        self.seconds = seconds
    }

    /// One option as the router wrote it (RFC 8781 section 4); nil for another option, and for one with a length that is
    /// not defined.
    package init?(option: ArraySlice<UInt8>, device: UInt32) {
        let bytes = Array(option)
        guard bytes.count == AnnouncedTranslator.byteCount, bytes[0] == AnnouncedTranslator.kind,
            Int(bytes[1]) * 8 == AnnouncedTranslator.byteCount
        else { return nil }
        // Thirteen bits of lifetime in units of eight seconds, three of the length.
        let field = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        guard let length = AnnouncedTranslator.lengths[Int(field & 7)] else { return nil }
        let number = { (range: Range<Int>) in bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        let address = IPv6Address(high: number(4..<12), low: number(12..<16) << 32)
        self.init(
            prefix: IPPrefix(containing: .v6(address), length: length), device: device, seconds: field & ~7)
    }

    private static let kind: UInt8 = 38
    private static let byteCount = 16
    /// By the code in the option.
    private static let lengths: [Int?] = [96, 64, 56, 48, 40, 32, nil, nil]
}
