extension FixedWidthInteger {
    /// Decimal digits only: no sign, no leading zero, no blank, in range.
    package init?(strictDecimal digits: Span<UInt8>) {
        guard digits.count > 0, digits.count == 1 || digits[0] != UInt8(ascii: "0") else { return nil }
        var value: Self = 0
        for index in digits.indices {
            let digit = digits[index]
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Self(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        self = value
    }

    package init?(strictDecimal digits: String) { self.init(strictDecimal: digits.utf8Span.span) }

    package init?(strictDecimal digits: Substring) { self.init(strictDecimal: digits.utf8Span.span) }
}

extension Span where Element == UInt8 {
    /// Where `byte` stands first at or after `start`; the end when it does not.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int {
        var index = start
        while index < count, self[index] != byte { index += 1 }
        return index
    }

    func holds(_ text: String) -> Bool {
        let other = text.utf8Span.span
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
