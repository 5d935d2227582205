internal import CNetfilter

/// Netlink messages in one flat buffer, each with its attributes; padded and sized as netlink(7) wants them.
/// Numbers in headers are in host order, attribute payloads as their attribute says.
struct NetlinkMessages {
    private(set) var bytes: [UInt8] = []
    private var messageStart = 0

    /// An attribute's length has sixteen bits; a list of elements is closed well before.
    static let maximumAttributeBytes = 65_300

    mutating func begin(type: UInt16, flags: UInt16, sequence: UInt32, family: UInt8, resource: UInt16 = 0) {
        beginHeader(type: type, flags: flags, sequence: sequence)
        // struct nfgenmsg: family, version, resource in network order
        bytes.append(family)
        bytes.append(0)
        bytes.append(UInt8(resource >> 8))
        bytes.append(UInt8(truncatingIfNeeded: resource))
    }

    mutating func end() {
        pad()
        patchHostOrder(UInt32(bytes.count - messageStart), at: messageStart)
    }

    /// A whole message that somebody else has built.
    mutating func append(message: some Sequence<UInt8>) { bytes.append(contentsOf: message) }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    mutating func attribute(_ type: Int, _ payload: some Collection<UInt8>) {
        appendHostOrder(UInt16(4 + payload.count))
        appendHostOrder(UInt16(type))
        bytes.append(contentsOf: payload)
        pad()
    }

    mutating func attribute(_ type: Int, text: String) { attribute(type, Array(text.utf8) + [0]) }

    /// Netfilter's numbers are big-endian.
    mutating func attribute<Value: FixedWidthInteger>(_ type: Int, bigEndian value: Value) {
        let bytes = Value.bitWidth / 8
        attribute(type, (0..<bytes).map { UInt8(truncatingIfNeeded: value >> Value(8 * (bytes - 1 - $0))) })
    }

    /// rtnetlink's numbers are in host order.
    mutating func attribute(_ type: Int, hostOrder value: UInt32) {
        let big = (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        attribute(type, UInt16(1).littleEndian == 1 ? big.reversed() : big)
    }

    /// A message's header in the kernel's other families: `header` in the place of nfgenmsg.
    mutating func begin(type: UInt16, flags: UInt16, sequence: UInt32, header: [UInt8]) {
        beginHeader(type: type, flags: flags, sequence: sequence)
        bytes.append(contentsOf: header)
        pad()
    }

    /// `prefix` and a value of `byteCount` bytes, for each value in `values`.
    mutating func append(_ prefix: [UInt8], before values: ArraySlice<UInt8>, each byteCount: Int) {
        let stride = prefix.count + byteCount
        var offset = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: values.count / byteCount * stride))
        var room = bytes.mutableSpan
        let source = values.span
        for start in Swift.stride(from: 0, to: source.count, by: byteCount) {
            for index in 0..<prefix.count { room[offset + index] = prefix[index] }
            for index in 0..<byteCount { room[offset + prefix.count + index] = source[start + index] }
            offset += stride
        }
    }

    /// Opens a nested attribute; `close` what this answers.
    mutating func open(_ type: Int) -> Int {
        let start = bytes.count
        appendHostOrder(UInt16(0))
        appendHostOrder(UInt16(type) | NetlinkMessages.nested)
        return start
    }

    mutating func close(_ start: Int) {
        patchHostOrder(UInt16(bytes.count - start), at: start)
        pad()
    }

    /// Exchanges flags of the message that begins at `offset`.
    mutating func toggleFlags(_ flags: UInt16, at offset: Int) {
        let old = UInt16(bytes[offset + 6]) | UInt16(bytes[offset + 7]) << 8
        patchHostOrder(UInt16(littleEndian: old) ^ flags, at: offset + 6)
    }

    private static let nested: UInt16 = 0x8000

    /// struct nlmsghdr; the length is patched in by ``end()``.
    private mutating func beginHeader(type: UInt16, flags: UInt16, sequence: UInt32) {
        messageStart = bytes.count
        appendHostOrder(UInt32(0))
        appendHostOrder(type)
        appendHostOrder(flags)
        appendHostOrder(sequence)
        appendHostOrder(UInt32(0))
    }

    private mutating func pad() { while bytes.count % 4 != 0 { bytes.append(0) } }

    private mutating func appendHostOrder<Value: FixedWidthInteger>(_ value: Value) {
        let little = value.littleEndian == value
        for index in 0..<Value.bitWidth / 8 {
            let shift = little ? index * 8 : Value.bitWidth - 8 - index * 8
            bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    private mutating func patchHostOrder<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        let little = value.littleEndian == value
        for index in 0..<Value.bitWidth / 8 {
            let shift = little ? index * 8 : Value.bitWidth - 8 - index * 8
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Value(shift))
        }
    }
}
