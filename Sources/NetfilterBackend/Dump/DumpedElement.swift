internal import CNetfilter
internal import Ruleset

/// One element as the kernel lists it; an interval is two of them.
struct DumpedElement {
    var values: [FieldValue]
    var upperValues: [FieldValue]?
    var isEnd: Bool
    var verdict: Verdict?
    /// Until it goes by itself.
    var remainingMilliseconds: UInt64?

    /// Whether an element is there twice; an interval's end may be another one's beginning.
    static func hasRepetition(_ elements: [DumpedElement]) -> Bool {
        let begun = elements.filter { !$0.isEnd }
        return Set(begun.map { $0.values + ($0.upperValues ?? []) }).count != begun.count
    }

    /// Nil when one has no words here: the element for whatever no other is for, one with an object, or one that runs
    /// downwards.
    static func read(_ messages: [NetlinkMessage], key: [FieldType]) -> [DumpedElement]? {
        var elements: [DumpedElement] = []
        var isPlain = true
        for message in messages {
            message.attributeTable.forEach(in: NFTA_SET_ELEM_LIST_ELEMENTS) { _, element in
                if let element = DumpedElement(element, key: key) {
                    elements.append(element)
                } else {
                    isPlain = false
                }
            }
        }
        return isPlain ? elements : nil
    }

    /// Each element as bytes: what it says, less what packets and time change.
    static func bytes(_ messages: [NetlinkMessage]) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        for message in messages {
            message.attributeTable.forEach(in: NFTA_SET_ELEM_LIST_ELEMENTS) { _, element in
                elements.append(
                    DumpedElement.said.flatMap { attribute -> [UInt8] in
                        guard let payload = element.payload(attribute) else { return [] }
                        return [UInt8(attribute.rawValue), UInt8(truncatingIfNeeded: payload.count)] + payload
                    })
            }
        }
        return elements
    }

    private static let said = [
        NFTA_SET_ELEM_KEY, NFTA_SET_ELEM_KEY_END, NFTA_SET_ELEM_DATA, NFTA_SET_ELEM_FLAGS, NFTA_SET_ELEM_OBJREF,
    ]

    private init?(_ attributes: AttributeTable, key: [FieldType]) {
        guard !attributes.has(NFTA_SET_ELEM_OBJREF),
            let values = DumpedElement.values(attributes.nested(NFTA_SET_ELEM_KEY), key)
        else { return nil }
        self.values = values
        upperValues = DumpedElement.values(attributes.nested(NFTA_SET_ELEM_KEY_END), key)
        // The kernel compares bytes: of a number in host order an interval may run downwards.
        guard zip(values, upperValues ?? values).allSatisfy({ $0 <= $1 }) else { return nil }
        isEnd = (attributes.u32(NFTA_SET_ELEM_FLAGS) ?? 0) & NFT_SET_ELEM_INTERVAL_END.rawValue != 0
        remainingMilliseconds = attributes.number(NFTA_SET_ELEM_EXPIRATION)
        verdict = attributes.nested(NFTA_SET_ELEM_DATA)?.nested(NFTA_DATA_VERDICT).flatMap { verdict in
            verdict.u32(NFTA_VERDICT_CODE).flatMap { code in
                Verdict(code: Int32(bitPattern: code), chain: verdict.text(NFTA_VERDICT_CHAIN))
            }
        }
    }

    private var intervals: [FieldInterval] {
        zip(values, upperValues ?? values).map { FieldInterval($0, through: $1) }
    }

    private static func values(_ data: AttributeTable?, _ key: [FieldType]) -> [FieldValue]? {
        data?.payload(NFTA_DATA_VALUE).flatMap { key.keyValues($0) }
    }

    /// Values, or intervals put together from their two elements. The kernel lists intervals in no promised order; those
    /// of several fields are one element each.
    static func join(
        _ elements: [DumpedElement], areIntervals: Bool
    ) -> [(element: SetElement, verdict: Verdict?)] {
        guard areIntervals, elements.allSatisfy({ $0.upperValues == nil && $0.values.count == 1 }) else {
            return elements.map { (SetElement($0.intervals), $0.verdict) }
        }
        // Where an interval ends as another begins, the end comes first.
        let ordered = elements.sorted { ($0.values[0], $0.isEnd ? 0 : 1) < ($1.values[0], $1.isEnd ? 0 : 1) }
        var joined: [(element: SetElement, verdict: Verdict?)] = []
        for (index, element) in ordered.enumerated() where !element.isEnd {
            let after = index + 1 < ordered.count ? ordered[index + 1].values[0].predecessor : nil
            // Two that begin together can only be one address each.
            let last = max(after ?? .highest(element.values[0].byteCount), element.values[0])
            joined.append((SetElement(element.values[0], through: last), element.verdict))
        }
        return joined
    }
}
