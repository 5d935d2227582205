/// An IPv4 address; `bits` in host order, so that 192.0.2.1 is 0xC0000201.
package struct IPv4Address: Hashable, Sendable, Comparable {
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        bits = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Four, in network order.
    package var octets: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * $0)) } }

    package static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.bits < right.bits }
}

extension IPv4Address {
    /// Four decimal numbers and three dots; no leading zeros (they mean octal to some readers), nothing else.
    package init?(ascii text: Span<UInt8>) {
        var bits: UInt32 = 0
        var start = 0
        for octet in 0..<4 {
            let end = octet == 3 ? text.count : text.firstIndex(of: UInt8(ascii: "."), from: start)
            guard let value = UInt8(strictDecimal: text.extracting(start..<end)) else { return nil }
            bits = bits << 8 | UInt32(value)
            start = end + 1
            guard octet == 3 || start <= text.count else { return nil }
        }
        self.bits = bits
    }

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    package init?(_ text: Substring) { self.init(ascii: text.utf8Span.span) }
}

extension IPv4Address: CustomStringConvertible {
    package var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
}
