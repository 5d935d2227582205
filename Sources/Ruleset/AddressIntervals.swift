package import NetworkTypes

/// Prefixes as the elements of a set.
package enum AddressIntervals {
    package static func merging(_ prefixes: [IPPrefix]) -> [SetElement] { SetElement.merging(prefixes.map(interval)) }

    private static func interval(of prefix: IPPrefix) -> FieldInterval {
        let mask = FieldValue.prefixMask(length: prefix.length, byteCount: prefix.address.family.bitWidth / 8)
        let lower = FieldValue(prefix.address)
        return FieldInterval(lower, through: lower.filled(outside: mask))
    }
}
