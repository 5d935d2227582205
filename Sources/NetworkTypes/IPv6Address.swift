/// An IPv6 address as two 64-bit halves in host order, `high` first.
package struct IPv6Address: Hashable, Sendable, Comparable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The eight 16-bit groups, first to last.
    package init(groups: [UInt16]) {
        precondition(groups.count == 8, "an IPv6 address has eight groups")
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    package static let loopback = IPv6Address(high: 0, low: 1)
    package static let unspecified = IPv6Address(high: 0, low: 0)

    package var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    }

    /// Sixteen, in network order.
    package var octets: [UInt8] { groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

    /// The address inside ::ffff:0:0/96, when this is one (RFC 4291 section 2.5.5.2).
    package var mappedIPv4: IPv4Address? {
        high == 0 && low >> 32 == 0xFFFF ? IPv4Address(bits: UInt32(truncatingIfNeeded: low)) : nil
    }

    package static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension IPv6Address {
    /// The forms of RFC 4291 section 2.2, a dotted IPv4 tail included; no zone, no brackets.
    package init?(ascii text: Span<UInt8>) {
        let colon = UInt8(ascii: ":")
        guard (2...45).contains(text.count) else { return nil }
        var groups = ReadGroups()
        var index = 0
        if text[0] == colon {
            guard text[1] == colon, groups.leaveGap() else { return nil }
            index = 2
        }
        while index < text.count {
            let end = text.firstIndex(of: colon, from: index)
            guard groups.take(text.extracting(index..<end), isLast: end == text.count) else { return nil }
            guard end < text.count else { break }
            index = end + 1
            // A colon ends a group or, together with a second one, stands for zeros; the text ends with neither half.
            guard index < text.count else { return nil }
            if text[index] == colon {
                guard groups.leaveGap() else { return nil }
                index += 1
            }
        }
        guard let number = groups.number else { return nil }
        self.init(high: UInt64(number >> 64), low: UInt64(truncatingIfNeeded: number))
    }

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    package init?(_ text: Substring) { self.init(ascii: text.utf8Span.span) }

    /// The groups of a text as far as they were read.
    private struct ReadGroups {
        private var bits: UInt128 = 0
        private var count = 0
        /// How many groups stand before "::".
        private var gap: Int?

        /// False for the second gap.
        mutating func leaveGap() -> Bool {
            defer { gap = count }
            return gap == nil
        }

        /// One to four hexadecimal digits, or at the end an IPv4 address.
        mutating func take(_ text: Span<UInt8>, isLast: Bool) -> Bool {
            if isLast, let tail = IPv4Address(ascii: text) {
                bits = bits << 32 | UInt128(tail.bits)
                count += 2
            } else {
                guard let group = UInt16(hexadecimalGroup: text) else { return false }
                bits = bits << 16 | UInt128(group)
                count += 1
            }
            return count <= 8
        }

        /// Nil unless there are eight groups, or fewer and a gap.
        var number: UInt128? {
            guard let gap else { return count == 8 ? bits : nil }
            guard count < 8 else { return nil }
            let tailBits = UInt128(16 * (count - gap))
            let tail = bits & ((1 << tailBits) - 1)
            return (bits >> tailBits) << UInt128(16 * (8 - gap)) | tail
        }
    }
}

extension UInt16 {
    fileprivate init?(hexadecimalGroup digits: Span<UInt8>) {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for index in digits.indices {
            let digit = digits[index]
            let nibble: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): nibble = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(nibble)
        }
        self = value
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical text of RFC 5952.
    package var description: String {
        if let mapped = mappedIPv4 { return "::ffff:\(mapped)" }
        let groups = groups
        guard let gap = longestZeroRun(groups) else { return hexadecimal(groups[...]) }
        return hexadecimal(groups[..<gap.lowerBound]) + "::" + hexadecimal(groups[gap.upperBound...])
    }

    private func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first longest run of at least two zero groups (RFC 5952 section 4.2).
    private func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            guard groups[start] == 0 else {
                start += 1
                continue
            }
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, best?.count ?? 0) { best = start..<end }
            start = end
        }
        return best
    }
}
