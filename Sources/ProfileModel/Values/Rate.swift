internal import NetworkTypes

/// How often something may happen, written `6/minute`.
package struct Rate: Hashable, Sendable {
    /// More than this cannot be told from no limit at all.
    package static let maximumCount: UInt32 = 1_000_000

    package let count: UInt32
    package let unit: Unit

    package init(count: UInt32, per unit: Unit) {
        self.count = count
        self.unit = unit
    }

    package init(written text: String) throws(ValueProblem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let unit = Unit(rawValue: parts[1]) else {
            let units = Unit.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw ValueProblem(
                .badRate, "`\(text)` is not a rate", help: "write it like `6/minute`; the units are \(units)")
        }
        guard let count = UInt32(strictDecimal: parts[0]), (1...Rate.maximumCount).contains(count) else {
            throw ValueProblem(
                .badRate, "`\(parts[0])` is not a count",
                help: "write a number from 1 to \(Rate.maximumCount) before the `/`")
        }
        self.init(count: count, per: unit)
    }

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case second, minute, hour, day
    }
}

extension Rate: CustomStringConvertible {
    package var description: String { "\(count)/\(unit.rawValue)" }
}
