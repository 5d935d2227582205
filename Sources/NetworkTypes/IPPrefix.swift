/// A network prefix of either family; host bits are zero by construction.
package struct IPPrefix: Hashable, Sendable {
    package let address: IPAddress
    /// 0...32 or 0...128.
    package let length: Int

    /// Nil when the length is out of range or a host bit is set.
    package init?(address: IPAddress, length: Int) {
        guard (0...address.family.bitWidth).contains(length), address.masked(to: length) == address else { return nil }
        self.address = address
        self.length = length
    }

    /// The prefix of that length that `address` lies in.
    package init(containing address: IPAddress, length: Int) {
        precondition((0...address.family.bitWidth).contains(length), "prefix length out of range")
        self.address = address.masked(to: length)
        self.length = length
    }

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    package init?(_ text: Substring) { self.init(ascii: text.utf8Span.span) }

    /// `address/length`; the address alone means a prefix of full length.
    package init?(ascii text: Span<UInt8>) {
        let slash = text.firstIndex(of: UInt8(ascii: "/"))
        guard let address = IPAddress(ascii: text.extracting(0..<slash)) else { return nil }
        guard slash < text.count else {
            self.init(address: address, length: address.family.bitWidth)
            return
        }
        guard let length = Int(strictDecimal: text.extracting((slash + 1)..<text.count)) else { return nil }
        self.init(address: address, length: length)
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && other.masked(to: length) == address
    }
}

extension IPPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}

extension IPAddress {
    /// This address with all but its first `length` bits cleared.
    package func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let address):
            return .v4(IPv4Address(bits: length == 0 ? 0 : address.bits & (UInt32.max << UInt32(32 - length))))
        case .v6(let address):
            let high = length >= 64 ? UInt64.max : length == 0 ? 0 : UInt64.max << UInt64(64 - length)
            let low = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
            return .v6(IPv6Address(high: address.high & high, low: address.low & low))
        }
    }
}
