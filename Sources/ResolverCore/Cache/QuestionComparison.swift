internal import ByteCodec
internal import DNSWire

extension Span where Element == UInt8 {
    /// Whether a stored question, whose name is in lower case, stands at `offset` and asks for `name`, in any
    /// spelling, and `type`. There is no early exit, so that eight and more bytes are compared at a time.
    func holdsQuestion(at offset: Int, _ name: Span<UInt8>, _ type: RecordType) -> Bool {
        let typeOffset = offset + name.count
        guard typeOffset + 2 <= count, bigEndianUInt16(at: typeOffset) == type.rawValue else { return false }
        let stored = extracting(offset..<typeOffset)
        var difference: UInt8 = 0
        for index in name.indices { difference |= stored[index] ^ name[index].lowercasedASCII }
        return difference == 0
    }
}

extension UInt8 {
    /// The byte with an upper-case ASCII letter made lower-case; length bytes of labels are below the letters.
    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
