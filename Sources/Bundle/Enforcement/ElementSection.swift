internal import ByteCodec
package import Ruleset

/// The section `elements`: those of sets too large for the manifest, in the order of the sets. An element is its value in
/// network order, or in a set of intervals its first and its last value.
struct ElementSection {
    static let name = "elements"

    /// What was not taken yet.
    private var rest: ArraySlice<UInt8>

    init(_ content: ArraySlice<UInt8>) { rest = content }

    /// The first `count` elements that are left, of a set with values of that type. They come in order and do not overlap.
    mutating func take(
        _ count: Int, _ type: FieldType, areIntervals: Bool, at path: ManifestPath
    ) throws(BundleError) -> [SetElement] {
        let width = areIntervals ? 2 * type.byteCount : type.byteCount
        guard rest.count / width >= count else {
            throw ElementSection.invalid(path, "has more elements than there are")
        }
        var elements: [SetElement] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let lower = FieldValue(bytes: rest.prefix(type.byteCount))
            let upper = areIntervals ? FieldValue(bytes: rest.prefix(width).suffix(type.byteCount)) : lower
            guard lower <= upper, elements.last.map({ $0.upper < lower }) ?? true else {
                throw ElementSection.invalid(path, "has elements that overlap or are out of order")
            }
            elements.append(SetElement(lower, through: upper))
            rest = rest.dropFirst(width)
        }
        return elements
    }

    /// To be called last: no set wants what is left.
    func finish() throws(BundleError) {
        guard rest.isEmpty else { throw ElementSection.invalid("sections", "have elements of no set") }
    }

    private static func invalid(_ path: ManifestPath, _ problem: String) -> BundleError {
        .manifestInvalid(key: path.description, problem: problem)
    }
}

extension EnforcementSettings {
    /// The content of the section; empty when no set is large.
    var elementSection: [UInt8] {
        template.table.sets.filter(\.isLarge).reduce(into: []) { $0 += $1.packedElements }
    }
}

extension NamedSet {
    /// The elements of a set with one field, as the section has them.
    package var packedElements: [UInt8] {
        let areIntervals = flags.contains(.interval)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.count * key[0].byteCount * (areIntervals ? 2 : 1))
        for element in elements {
            element.lower.append(to: &bytes)
            if areIntervals { element.upper.append(to: &bytes) }
        }
        return bytes
    }

    /// Whether its elements are in the section: the manifest has only how many there are.
    var isLarge: Bool { elements.count > EnforcementSettings.maximumListedElements && key.count == 1 }
}
