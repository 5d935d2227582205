internal import CNetfilter
internal import Ruleset

/// What a set's own message says of it. Read from the attributes: the library leaves some of them out.
struct SetHeader {
    let name: String
    let flags: UInt32
    /// Nil for a type that this model has no words for; such a set is compared by name and flags only.
    let key: [FieldType]?
    let size: UInt32?

    init?(_ message: NetlinkMessage) {
        let attributes = message.attributes
        guard let name = attributes[Int(NFTA_SET_NAME.rawValue)] else { return nil }
        self.name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        flags = attributes[Int(NFTA_SET_FLAGS.rawValue)].map { UInt32(bigEndian: $0) } ?? 0
        let type = attributes[Int(NFTA_SET_KEY_TYPE.rawValue)].map { UInt32(bigEndian: $0) } ?? 0
        let length = attributes[Int(NFTA_SET_KEY_LEN.rawValue)].map { UInt32(bigEndian: $0) } ?? 0
        key = [FieldType](nftKeyType: type, byteCount: Int(length))
        let description = attributes[Int(NFTA_SET_DESC.rawValue)].map { NetlinkAttributes.parse($0) }
        size = description?[Int(NFTA_SET_DESC_SIZE.rawValue)].map { UInt32(bigEndian: $0) }
    }

    var isAnonymous: Bool { flags & NFT_SET_ANONYMOUS.rawValue != 0 }

    private var modelFlags: NamedSet.Flags {
        NamedSet.Flags(rawValue: flags).intersection([.constant, .interval, .timeout])
    }

    func namedSet(_ elements: [DumpedElement]) -> NamedSet {
        NamedSet(
            name, key: key ?? [], flags: modelFlags, size: size,
            elements: DumpedElement.join(elements, areIntervals: modelFlags.contains(.interval)).map(\.element))
    }

    func anonymousSet(_ elements: [DumpedElement]) -> AnonymousSet {
        let joined = DumpedElement.join(elements, areIntervals: modelFlags.contains(.interval))
        return AnonymousSet(
            identifier: 0, key: key ?? [], elements: joined.map(\.element), verdicts: joined.compactMap(\.verdict))
    }
}

/// One element as the kernel lists it; an interval is two of them.
struct DumpedElement {
    var values: [FieldValue]
    var upperValues: [FieldValue]?
    var isEnd: Bool
    var verdict: Verdict?

    /// Whether an element is there twice; an interval's end may be another one's beginning.
    static func hasRepetition(_ elements: [DumpedElement]) -> Bool {
        let begun = elements.filter { !$0.isEnd }
        return Set(begun.map { $0.values + ($0.upperValues ?? []) }).count != begun.count
    }

    static func read(_ message: NetlinkMessage, key: [FieldType]) -> [DumpedElement] {
        let attributes = AttributeTable(message.payload.dropFirst(NetlinkMessage.familyHeaderBytes))
        var elements: [DumpedElement] = []
        attributes.forEach(in: NFTA_SET_ELEM_LIST_ELEMENTS) { _, element in
            if let element = DumpedElement(element, key: key) { elements.append(element) }
        }
        return elements
    }

    private init?(_ attributes: AttributeTable, key: [FieldType]) {
        guard let values = DumpedElement.values(attributes.nested(NFTA_SET_ELEM_KEY), key) else { return nil }
        self.values = values
        upperValues = DumpedElement.values(attributes.nested(NFTA_SET_ELEM_KEY_END), key)
        isEnd = (attributes.u32(NFTA_SET_ELEM_FLAGS) ?? 0) & NFT_SET_ELEM_INTERVAL_END.rawValue != 0
        verdict = attributes.nested(NFTA_SET_ELEM_DATA)?.nested(NFTA_DATA_VERDICT).flatMap { verdict in
            verdict.u32(NFTA_VERDICT_CODE).flatMap { code in
                Verdict(code: Int32(bitPattern: code), chain: verdict.text(NFTA_VERDICT_CHAIN))
            }
        }
    }

    private static func values(_ data: AttributeTable?, _ key: [FieldType]) -> [FieldValue]? {
        data?.payload(NFTA_DATA_VALUE).flatMap { key.keyValues($0) }
    }

    /// Values, or intervals put together from their two elements. The kernel lists intervals in no promised order.
    static func join(
        _ elements: [DumpedElement], areIntervals: Bool
    ) -> [(element: SetElement, verdict: Verdict?)] {
        guard areIntervals else { return elements.map { (SetElement($0.values, through: $0.upperValues), $0.verdict) } }
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

extension SetElement {
    fileprivate init(_ values: [FieldValue], through upper: [FieldValue]?) {
        self.init(values)
        if let upper { self.upper = upper }
    }
}
