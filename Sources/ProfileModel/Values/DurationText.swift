internal import NetworkTypes

extension Duration {
    /// Ten years: longer is a slip, and nanoseconds of it fit 64 bits.
    package static let maximumWritten = Duration.seconds(3_650 * 86_400)

    /// Reads a whole number and its unit: `50ms`, `30s`, `10m`, `12h`, `1d`, `2w`.
    package init(written text: String) throws(ValueProblem) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        guard !digits.isEmpty, let milliseconds = Duration.milliseconds(of: unit) else {
            throw Duration.problem(text, digits: String(digits), unit: String(unit))
        }
        guard let count = Int64(strictDecimal: digits), count <= Duration.maximumMilliseconds / milliseconds else {
            throw ValueProblem(
                .badDuration, "`\(text)` is not a usable length of time",
                help: "write a number without leading zeros, and not more than ten years")
        }
        self = .milliseconds(count * milliseconds)
    }

    /// In the largest unit that leaves a whole number: `50ms`, `90s`, `1d`.
    package var written: String {
        let count = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        let unit = ["d", "h", "m", "s"].first { unit in
            Duration.milliseconds(of: unit).map { count != 0 && count % $0 == 0 } ?? false
        }
        guard let unit, let milliseconds = Duration.milliseconds(of: unit) else {
            return count == 0 ? "0s" : "\(count)ms"
        }
        return "\(count / milliseconds)\(unit)"
    }

    private static let maximumMilliseconds: Int64 = 3_650 * 86_400 * 1_000

    private static func milliseconds(of unit: Substring) -> Int64? {
        switch unit {
        case "ms": 1
        case "s": 1_000
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        case "w": 604_800_000
        default: nil
        }
    }

    private static func problem(_ text: String, digits: String, unit: String) -> ValueProblem {
        if digits.isEmpty || !unit.allSatisfy(\.isLetter) {
            return ValueProblem(
                .badDuration, "`\(text)` is not a length of time",
                help: "write a whole number and a unit, like `50ms` or `1d`")
        }
        if unit.isEmpty {
            return ValueProblem(.badDuration, "`\(text)` has no unit", help: "write `\(text)s` for seconds")
        }
        return ValueProblem(
            .badDuration, "`\(unit)` is not a unit of time",
            help: "the units are `ms`, `s`, `m` (minutes), `h`, `d`, `w`")
    }
}
