internal import CNetfilter

/// One message of a datagram: its header's fields and where its payload lies. Bounds are checked here, once.
struct NetlinkMessage {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    /// The whole message, header included.
    var bytes: ArraySlice<UInt8>

    var payload: ArraySlice<UInt8> { bytes.dropFirst(16) }

    /// struct nfgenmsg, before the attributes of netfilter's messages.
    static let familyHeaderBytes = 4

    /// The errno of a NLMSG_ERROR (0 acknowledges), or nil for other messages.
    var error: Int32? {
        guard type == UInt16(NLMSG_ERROR), payload.count >= 4 else { return nil }
        return -Int32(bitPattern: UInt32(hostOrder: payload.prefix(4)))
    }

    /// The sequence number of the message that an error is about.
    var causeSequence: UInt32? {
        guard payload.count >= 20 else { return nil }
        return UInt32(hostOrder: payload.dropFirst(4 + 8).prefix(4))
    }

    var isDone: Bool { type == UInt16(NLMSG_DONE) }

    /// The low half of the ruleset's generation, which every dump message carries (struct nfgenmsg, res_id).
    var generation: UInt16? {
        guard payload.count >= 4 else { return nil }
        let field = payload.dropFirst(2).prefix(2)
        return field.reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// Attributes behind the nfgenmsg, by number; the first of a kind.
    var attributes: [Int: ArraySlice<UInt8>] {
        NetlinkAttributes.parse(payload.dropFirst(NetlinkMessage.familyHeaderBytes))
    }

    static func split(_ datagram: [UInt8]) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var rest = datagram[...]
        while rest.count >= 16 {
            let length = Int(UInt32(hostOrder: rest.prefix(4)))
            guard length >= 16, length <= rest.count else { break }
            let bytes = rest.prefix(length)
            messages.append(
                NetlinkMessage(
                    type: UInt16(truncatingIfNeeded: UInt32(hostOrder: bytes.dropFirst(4).prefix(2))),
                    flags: UInt16(truncatingIfNeeded: UInt32(hostOrder: bytes.dropFirst(6).prefix(2))),
                    sequence: UInt32(hostOrder: bytes.dropFirst(8).prefix(4)), bytes: bytes))
            rest = rest.dropFirst(min(rest.count, (length + 3) & ~3))
        }
        return messages
    }
}

enum NetlinkAttributes {
    static func parse(_ bytes: ArraySlice<UInt8>) -> [Int: ArraySlice<UInt8>] {
        var attributes: [Int: ArraySlice<UInt8>] = [:]
        forEach(bytes) { type, payload in
            if attributes[type] == nil { attributes[type] = payload }
        }
        return attributes
    }

    /// Each attribute in turn, its nesting flags removed; stops at the first that does not fit.
    static func forEach(_ bytes: ArraySlice<UInt8>, _ body: (Int, ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(UInt32(hostOrder: rest.prefix(2)))
            guard length >= 4, length <= rest.count else { return }
            let type = Int(UInt32(hostOrder: rest.dropFirst(2).prefix(2))) & 0x3FFF
            body(type, rest.prefix(length).dropFirst(4))
            rest = rest.dropFirst(min(rest.count, (length + 3) & ~3))
        }
    }
}

extension UInt32 {
    /// Up to four bytes as the machine keeps a number.
    init(hostOrder bytes: some Collection<UInt8>) {
        let number: UInt32 = bytes.reduce(0) { $0 << 8 | UInt32($1) }
        self = UInt16(1).littleEndian == 1 ? number.byteSwapped >> UInt32(32 - 8 * bytes.count) : number
    }

    init(bigEndian bytes: some Sequence<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
