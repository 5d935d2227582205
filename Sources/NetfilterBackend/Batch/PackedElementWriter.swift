internal import CNetfilter
internal import Ruleset

/// Writes packed values as the elements of a set: each is the same few bytes of attributes around a value, so a
/// message is one copy of them after another. Pieces of the list are gone as soon as they are written.
struct PackedElementWriter {
    private let table: Table
    private let set: NamedSet
    private let identifier: UInt32?
    private var elements: PackedElements
    private var piece: [UInt8] = []
    private var offset = 0
    /// The attributes around a value; it comes last.
    private let prefix: [UInt8]
    /// The same around the value behind an interval.
    private let endPrefix: [UInt8]
    /// A set of intervals begins with an end at zero, unless an interval begins there.
    private var wantsFirstEnd: Bool

    init(table: Table, set: NamedSet, identifier: UInt32?, elements: PackedElements) {
        precondition(set.key.count == 1 && set.key[0].byteCount == elements.byteCount, "values of another type")
        precondition(elements.byteCount.isMultiple(of: 4), "attributes are padded to four bytes")
        precondition(set.flags.contains(.interval) == elements.isIntervals, "a set of intervals, or of values")
        self.table = table
        self.set = set
        self.identifier = identifier
        self.elements = elements
        prefix = PackedElementWriter.prefix(valueByteCount: elements.byteCount, isEnd: false)
        endPrefix = PackedElementWriter.prefix(valueByteCount: elements.byteCount, isEnd: true)
        wantsFirstEnd = elements.isIntervals
        takePiece()
    }

    var isFinished: Bool { piece.isEmpty }

    /// How many bytes all messages take at most, headers included.
    var totalByteCount: Int {
        let values = elements.count + piece.count / elements.elementByteCount
        let bytes = values * (elements.isIntervals ? intervalByteCount : prefix.count + elements.byteCount)
        let perMessage = NetlinkMessages.maximumAttributeBytes - intervalByteCount
        return bytes + (bytes / perMessage + 1) * PackedElementWriter.headerBytes
    }

    mutating func writeMessage(into messages: inout NetlinkMessages, sequence: UInt32) {
        messages.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWSETELEM.rawValue),
            flags: UInt16(NLM_F_REQUEST | NLM_F_CREATE), sequence: sequence, family: table.family.number)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), text: table.name)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), text: set.name)
        if let identifier { messages.attribute(Int(NFTA_SET_ELEM_LIST_SET_ID.rawValue), bigEndian: identifier) }
        let list = messages.open(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))
        let limit = list + NetlinkMessages.maximumAttributeBytes
        while !isFinished, messages.bytes.count + intervalByteCount < limit {
            if elements.isIntervals {
                writeInterval(into: &messages)
            } else {
                writeValues(into: &messages, limit: limit)
            }
            if offset == piece.count { takePiece() }
        }
        messages.close(list)
        messages.end()
    }

    /// As many as fit.
    private mutating func writeValues(into messages: inout NetlinkMessages, limit: Int) {
        let room = (limit - messages.bytes.count) / (prefix.count + elements.byteCount)
        let end = min(piece.count, offset + room * elements.byteCount)
        messages.append(prefix, before: piece[offset..<end], each: elements.byteCount)
        offset = end
    }

    /// Its first value, and as an end the value after its last; the highest value has none.
    private mutating func writeInterval(into messages: inout NetlinkMessages) {
        let width = elements.byteCount
        let (lower, upper) = (piece[offset..<offset + width], piece[offset + width..<offset + 2 * width])
        if wantsFirstEnd, lower.contains(where: { $0 != 0 }) {
            messages.append(endPrefix, before: Array(repeating: 0, count: width)[...], each: width)
        }
        wantsFirstEnd = false
        messages.append(prefix, before: lower, each: width)
        if let after = FieldValue(bytes: upper).successor {
            messages.append(endPrefix, before: after.bytes[...], each: width)
        }
        offset += 2 * width
    }

    private mutating func takePiece() {
        offset = 0
        // Freed before the next one is there.
        piece = []
        piece = elements.takePiece() ?? []
    }

    /// Netlink and nfgenmsg headers, the names of table and set, a number and the list's own header: 255 bytes a name.
    private static let headerBytes = 640

    private var intervalByteCount: Int { prefix.count + endPrefix.count + 2 * elements.byteCount }

    private static func prefix(valueByteCount: Int, isEnd: Bool) -> [UInt8] {
        var messages = NetlinkMessages()
        let element = messages.open(Int(NFTA_LIST_ELEM.rawValue))
        if isEnd {
            messages.attribute(
                Int(NFTA_SET_ELEM_FLAGS.rawValue), bigEndian: UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue))
        }
        let key = messages.open(Int(NFTA_SET_ELEM_KEY.rawValue))
        messages.attribute(Int(NFTA_DATA_VALUE.rawValue), Array(repeating: 0, count: valueByteCount))
        messages.close(key)
        messages.close(element)
        return Array(messages.bytes.dropLast(valueByteCount))
    }
}
