/// The text of a double as ECMAScript's Number::toString gives it, which RFC 8785 section 3.2.2.3 makes canonical.
enum ECMAScriptNumber {
    static func text(of value: Double) -> String {
        precondition(value.isFinite, "JSON has no infinity and no NaN")
        if value == 0 { return "0" }
        let (digits, exponent) = shortestDigits(of: value.magnitude)
        return (value < 0 ? "-" : "") + layout(digits, pointAfter: exponent)
    }

    /// The fewest digits that read back as `value`, and where the point stands: 0.DIGITS times 10^exponent.
    /// Swift's description has the same digits (shortest, then closest) and only another layout.
    private static func shortestDigits(of value: Double) -> (digits: [UInt8], exponent: Int) {
        let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
        let mantissa = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let scale = parts.count == 2 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
        let all = Array(mantissa.joined())
        let leadingZeros = all.prefix { $0 == UInt8(ascii: "0") }.count
        var digits = Array(all[leadingZeros...])
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, mantissa[0].count - leadingZeros + scale)
    }

    /// ECMA-262 section 6.1.6.1.20, steps 6 to 12, with `n` = `pointAfter` and `k` the count of digits.
    private static func layout(_ digits: [UInt8], pointAfter n: Int) -> String {
        let k = digits.count
        func text(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
        switch n {
        case k...21: return text(0..<k) + zeros(n - k)
        case 1...21: return text(0..<n) + "." + text(n..<k)
        case -5...0: return "0." + zeros(-n) + text(0..<k)
        default:
            let exponent = (n - 1 < 0 ? "-" : "+") + String((n - 1).magnitude)
            return text(0..<1) + (k > 1 ? "." + text(1..<k) : "") + "e" + exponent
        }
    }
}
