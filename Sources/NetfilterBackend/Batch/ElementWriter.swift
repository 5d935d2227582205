internal import CNetfilter
internal import Ruleset

/// Writes elements of one set into as few messages as the length of an attribute permits. An object of the
/// library's for every element would take 1.5 times as long and, for a million, 300 MB.
struct ElementWriter {
    private let table: Table
    private let setName: String
    /// The number of a set that the same batch creates, where two of them could bear the name.
    private let identifier: UInt32?
    private let timeoutMilliseconds: UInt64?
    private let key: [FieldType]
    private let hasIntervals: Bool
    /// The elements go from the set instead of into it.
    private let isRemoval: Bool
    private var items: [Item] = []
    private var next = 0

    private struct Item {
        var key: [UInt8]
        var isEnd = false
        var verdict: Verdict?
    }

    init(
        table: Table, setName: String, identifier: UInt32?, key: [FieldType], hasIntervals: Bool,
        isRemoval: Bool = false, timeoutMilliseconds: UInt64? = nil
    ) {
        self.isRemoval = isRemoval
        self.timeoutMilliseconds = timeoutMilliseconds
        self.table = table
        self.setName = setName
        self.identifier = identifier
        self.key = key
        self.hasIntervals = hasIntervals
    }

    mutating func prepare(_ elements: [SetElement], _ verdicts: [Verdict]) {
        guard hasIntervals else {
            items = elements.indices.map { index in
                Item(
                    key: key.keyBytes(elements[index]),
                    verdict: verdicts.indices.contains(index) ? verdicts[index] : nil)
            }
            return
        }
        items = intervalItems(elements, verdicts)
    }

    var isFinished: Bool { next == items.count }

    mutating func writeMessage(into messages: inout NetlinkMessages, sequence: UInt32) {
        let kind = isRemoval ? NFT_MSG_DELSETELEM : NFT_MSG_NEWSETELEM
        messages.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(kind.rawValue),
            flags: UInt16(isRemoval ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_CREATE), sequence: sequence,
            family: table.family.number)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), text: table.name)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), text: setName)
        if let identifier { messages.attribute(Int(NFTA_SET_ELEM_LIST_SET_ID.rawValue), bigEndian: identifier) }
        let list = messages.open(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))
        while !isFinished, messages.bytes.count - list < NetlinkMessages.maximumAttributeBytes {
            write(items[next], into: &messages)
            next += 1
        }
        messages.close(list)
        messages.end()
    }

    private func write(_ item: Item, into messages: inout NetlinkMessages) {
        let element = messages.open(Int(NFTA_LIST_ELEM.rawValue))
        if item.isEnd {
            messages.attribute(
                Int(NFTA_SET_ELEM_FLAGS.rawValue), bigEndian: UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue))
        }
        let keyStart = messages.open(Int(NFTA_SET_ELEM_KEY.rawValue))
        messages.attribute(Int(NFTA_DATA_VALUE.rawValue), item.key)
        messages.close(keyStart)
        if let verdict = item.verdict { write(verdict, into: &messages) }
        if let timeoutMilliseconds {
            messages.attribute(Int(NFTA_SET_ELEM_TIMEOUT.rawValue), bigEndian: timeoutMilliseconds)
        }
        messages.close(element)
    }

    private func write(_ verdict: Verdict, into messages: inout NetlinkMessages) {
        let data = messages.open(Int(NFTA_SET_ELEM_DATA.rawValue))
        let inner = messages.open(Int(NFTA_DATA_VERDICT.rawValue))
        messages.attribute(Int(NFTA_VERDICT_CODE.rawValue), bigEndian: UInt32(bitPattern: verdict.code))
        if let chain = verdict.chain { messages.attribute(Int(NFTA_VERDICT_CHAIN.rawValue), text: chain) }
        messages.close(inner)
        messages.close(data)
    }

    /// An interval is two elements: its first value, and the value after its last, marked as an end, also where the
    /// next interval begins. A set of intervals begins with an end at zero, unless an interval begins there.
    private func intervalItems(_ elements: [SetElement], _ verdicts: [Verdict]) -> [Item] {
        precondition(key.count == 1, "intervals of concatenations are not written")
        let order = elements.indices.sorted { elements[$0] < elements[$1] }
        var items: [Item] = []
        items.reserveCapacity(elements.count * 2 + 1)
        let zero = FieldValue.lowest(key[0].byteCount)
        if let first = order.first, elements[first].lower != zero {
            items.append(Item(key: zero.bytes, isEnd: true))
        }
        for index in order {
            let element = elements[index]
            items.append(
                Item(key: element.lower.bytes, verdict: verdicts.indices.contains(index) ? verdicts[index] : nil))
            if let after = element.upper.successor { items.append(Item(key: after.bytes, isEnd: true)) }
        }
        return items
    }
}
