package import NetworkTypes

/// Prefixes as disjoint intervals, in order, neighbours joined: the kernel refuses sets whose intervals overlap, and its
/// tools join those that touch.
package enum AddressIntervals {
    package static func merging(_ prefixes: [IPPrefix]) -> [SetElement] {
        var merged: [FieldInterval] = []
        for interval in prefixes.map(interval).sorted() {
            guard let last = merged.last, touches(interval, after: last) else {
                merged.append(interval)
                continue
            }
            merged[merged.count - 1].upper = max(last.upper, interval.upper)
        }
        return merged.map { SetElement($0) }
    }

    private static func interval(of prefix: IPPrefix) -> FieldInterval {
        let mask = FieldValue.prefixMask(length: prefix.length, byteCount: prefix.address.family.bitWidth / 8)
        let lower = FieldValue(prefix.address)
        return FieldInterval(lower, through: lower.filled(outside: mask))
    }

    /// Whether `later`, which begins no earlier, leaves no address between the two.
    private static func touches(_ later: FieldInterval, after earlier: FieldInterval) -> Bool {
        earlier.upper.successor.map { later.lower <= $0 } ?? true
    }
}
