internal import CNetfilter
internal import Ruleset

/// Writes packed values as the elements of a set: each is the same few bytes of attributes around a value, so a
/// message is one copy of them after another.
struct PackedElementWriter {
    private let table: Table
    private let set: NamedSet
    private let identifier: UInt32?
    private let elements: PackedElements
    /// The attributes around a value; it comes last.
    private let prefix: [UInt8]
    private var next = 0

    init(table: Table, set: NamedSet, identifier: UInt32?, elements: PackedElements) {
        precondition(set.key.count == 1 && set.key[0].byteCount == elements.byteCount, "values of another type")
        precondition(elements.byteCount.isMultiple(of: 4), "attributes are padded to four bytes")
        precondition(!set.flags.contains(.interval), "packed values are single")
        self.table = table
        self.set = set
        self.identifier = identifier
        self.elements = elements
        prefix = PackedElementWriter.prefix(valueByteCount: elements.byteCount)
    }

    var isFinished: Bool { next == elements.count }

    /// How many bytes all messages take, headers included.
    var totalByteCount: Int {
        let perMessage = countPerMessage
        return elements.count * elementByteCount + (elements.count / perMessage + 1) * PackedElementWriter.headerBytes
    }

    mutating func writeMessage(into messages: inout NetlinkMessages, sequence: UInt32) {
        let range = next..<min(elements.count, next + countPerMessage)
        messages.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWSETELEM.rawValue),
            flags: UInt16(NLM_F_REQUEST | NLM_F_CREATE), sequence: sequence, family: table.family.number)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), text: table.name)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), text: set.name)
        if let identifier { messages.attribute(Int(NFTA_SET_ELEM_LIST_SET_ID.rawValue), bigEndian: identifier) }
        let list = messages.open(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))
        messages.append(prefix, before: elements.bytes(of: range), each: elements.byteCount)
        messages.close(list)
        messages.end()
        next = range.upperBound
    }

    /// Netlink and nfgenmsg headers, the names of table and set, a number and the list's own header: 255 bytes a name.
    private static let headerBytes = 640

    private var elementByteCount: Int { prefix.count + elements.byteCount }

    private var countPerMessage: Int { NetlinkMessages.maximumAttributeBytes / elementByteCount }

    private static func prefix(valueByteCount: Int) -> [UInt8] {
        var messages = NetlinkMessages()
        let element = messages.open(Int(NFTA_LIST_ELEM.rawValue))
        let key = messages.open(Int(NFTA_SET_ELEM_KEY.rawValue))
        messages.attribute(Int(NFTA_DATA_VALUE.rawValue), Array(repeating: 0, count: valueByteCount))
        messages.close(key)
        messages.close(element)
        return Array(messages.bytes.dropLast(valueByteCount))
    }
}
