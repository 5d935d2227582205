/// The A-label of a label that has other letters than ASCII's (RFC 5890 section 2.3.2.1), by Punycode (RFC 3492). What
/// comes in is taken to be in its canonical form, in lower case.
enum Punycode {
    private static let base = 36
    private static let minimumThreshold = 1
    private static let maximumThreshold = 26
    private static let skew = 38
    private static let damping = 700
    private static let initialBias = 72
    private static let initialCodePoint = 128
    /// RFC 1035 section 2.3.4: a longer label is none.
    private static let maximumLabelBytes = 63

    /// The label as it is asked for; nil when it cannot be one.
    static func asciiLabel(_ label: some StringProtocol) -> String? {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        guard !scalars.allSatisfy({ $0 < initialCodePoint }) else { return String(label) }
        guard scalars.count < maximumLabelBytes else { return nil }
        return "xn--" + encode(scalars)
    }

    /// RFC 3492 section 6.3; with so few code points nothing overflows.
    private static func encode(_ scalars: [Int]) -> String {
        var output = scalars.filter { $0 < initialCodePoint }.map { UInt8($0) }
        let basicCount = output.count
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var (codePoint, delta, bias, handled) = (initialCodePoint, 0, initialBias, basicCount)
        while handled < scalars.count {
            guard let next = scalars.filter({ $0 >= codePoint }).min() else { break }
            delta += (next - codePoint) * (handled + 1)
            codePoint = next
            for scalar in scalars {
                if scalar < codePoint { delta += 1 }
                guard scalar == codePoint else { continue }
                append(delta, bias, to: &output)
                bias = adapt(delta, handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            codePoint += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A number of variable length, its least digit first.
    private static func append(_ number: Int, _ bias: Int, to output: inout [UInt8]) {
        var rest = number
        var position = base
        while true {
            let threshold = min(max(position - bias, minimumThreshold), maximumThreshold)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: Int) -> UInt8 {
        value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
    }

    /// RFC 3492 section 6.1.
    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damping : delta / 2
        delta += delta / count
        var position = 0
        while delta > (base - minimumThreshold) * maximumThreshold / 2 {
            delta /= base - minimumThreshold
            position += base
        }
        return position + (base - minimumThreshold + 1) * delta / (delta + skew)
    }
}
