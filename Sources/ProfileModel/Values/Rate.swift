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

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case second, minute, hour, day
    }
}

extension Rate: CustomStringConvertible {
    package var description: String { "\(count)/\(unit.rawValue)" }
}
