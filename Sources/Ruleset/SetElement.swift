/// One element: a value, or a range of values where the set has intervals.
package struct SetElement: Hashable, Sendable {
    /// Of the key's first field.
    package var first: FieldInterval
    /// Of the other fields of a concatenation. Long lists have one field, and no memory of its own for an element.
    package var others: [FieldInterval]

    package init(_ interval: FieldInterval) {
        first = interval
        others = []
    }

    package init(_ value: FieldValue) { self.init(value, through: value) }

    package init(_ lower: FieldValue, through upper: FieldValue) { self.init(FieldInterval(lower, through: upper)) }

    /// One a field of the key.
    package init(_ fields: [FieldInterval]) {
        first = fields[0]
        others = Array(fields.dropFirst())
    }

    /// One a field of the key.
    package init(_ values: [FieldValue]) { self.init(values.map { FieldInterval($0, through: $0) }) }

    package var lower: FieldValue { first.lower }

    package var upper: FieldValue { first.upper }

    /// One a field of the key.
    package var fields: [FieldInterval] { [first] + others }

    package var isInterval: Bool { first.isWide || others.contains(where: \.isWide) }
}

extension SetElement: Comparable {
    package static func < (left: SetElement, right: SetElement) -> Bool {
        if left.others.isEmpty, right.others.isEmpty { return left.first < right.first }
        let (one, other) = (left.fields, right.fields)
        let (lower, otherLower) = (one.map(\.lower), other.map(\.lower))
        if lower != otherLower { return lower.lexicographicallyPrecedes(otherLower) }
        return one.map(\.upper).lexicographicallyPrecedes(other.map(\.upper))
    }
}

extension SetElement {
    /// Disjoint, in order, neighbours joined: the kernel refuses sets whose intervals overlap, and its tools join those
    /// that touch.
    package static func merging(_ intervals: [FieldInterval]) -> [SetElement] {
        var merged: [SetElement] = []
        merged.reserveCapacity(intervals.count)
        for interval in intervals.sorted() {
            guard let last = merged.last?.first, interval.touches(last) else {
                merged.append(SetElement(interval))
                continue
            }
            merged[merged.count - 1].first.upper = max(last.upper, interval.upper)
        }
        return merged
    }
}

/// The values of one field from the lowest to the highest, both included.
package struct FieldInterval: Hashable, Sendable {
    package var lower: FieldValue
    /// Equal to `lower` for a single value.
    package var upper: FieldValue

    package init(_ lower: FieldValue, through upper: FieldValue) {
        precondition(lower <= upper, "an interval runs upwards")
        self.lower = lower
        self.upper = upper
    }

    package var isWide: Bool { lower != upper }

    /// Whether no value is left between the two; `earlier` begins no later.
    fileprivate func touches(_ earlier: FieldInterval) -> Bool { earlier.upper.successor.map { lower <= $0 } ?? true }
}

extension FieldInterval: Comparable {
    /// By where they begin; of those that begin together the shorter first.
    package static func < (left: FieldInterval, right: FieldInterval) -> Bool {
        left.lower == right.lower ? left.upper < right.upper : left.lower < right.lower
    }
}
