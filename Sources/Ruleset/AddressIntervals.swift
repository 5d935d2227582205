package import NetworkTypes

/// Prefixes as disjoint intervals, in order, neighbours joined: the kernel refuses sets whose intervals overlap, and its
/// tools join those that touch.
package enum AddressIntervals {
    package static func merging(_ prefixes: [IPPrefix]) -> [SetElement] {
        var merged: [SetElement] = []
        for prefix in prefixes.sorted(by: { ($0.address, $0.length) < ($1.address, $1.length) }) {
            let interval = interval(of: prefix)
            guard let last = merged.last, touches(interval, after: last) else {
                merged.append(interval)
                continue
            }
            merged[merged.count - 1].upper = [max(last.upper[0], interval.upper[0])]
        }
        return merged
    }

    private static func interval(of prefix: IPPrefix) -> SetElement {
        let mask = FieldValue.prefixMask(length: prefix.length, byteCount: prefix.address.family.bitWidth / 8)
        let lower = FieldValue(prefix.address)
        return SetElement(lower, through: lower.filled(outside: mask))
    }

    /// Whether `later`, which begins no earlier, leaves no address between the two.
    private static func touches(_ later: SetElement, after earlier: SetElement) -> Bool {
        earlier.upper[0].successor.map { later.lower[0] <= $0 } ?? true
    }
}
