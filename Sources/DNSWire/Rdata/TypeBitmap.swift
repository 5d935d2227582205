internal import ByteCodec

/// The set of types that a name has, as NSEC, NSEC3 and CSYNC carry it (RFC 4034 section 4.1.2).
enum TypeBitmap {
    /// A block covers the types with one high byte.
    private static let maximumBlockBytes = 32

    static func encode(_ types: Set<UInt16>) -> [UInt8] {
        var bytes: [UInt8] = []
        for (block, members) in Dictionary(grouping: types, by: { $0 >> 8 }).sorted(by: { $0.key < $1.key }) {
            let highest = members.max() ?? 0
            var bits = [UInt8](repeating: 0, count: Int(highest & 0xFF) / 8 + 1)
            for type in members { bits[Int(type & 0xFF) / 8] |= 0x80 >> UInt8(type & 7) }
            bytes += [UInt8(block), UInt8(bits.count)] + bits
        }
        return bytes
    }

    /// In ascending order; throws for blocks out of order, empty, or with zeros behind the last type.
    static func decode(_ bytes: Span<UInt8>) throws(WireError) -> [RecordType] {
        var reader = ByteReader(bytes)
        var types: [RecordType] = []
        var previous = -1
        while !reader.isAtEnd {
            let block = Int(try reader.readUInt8())
            let bits = try reader.read(Int(reader.readUInt8()))
            guard block > previous, (1...maximumBlockBytes).contains(bits.count), bits[bits.count - 1] != 0 else {
                throw .malformed(offset: reader.offset)
            }
            previous = block
            for bit in 0..<bits.count * 8 where bits[bit / 8] & 0x80 >> UInt8(bit & 7) != 0 {
                types.append(RecordType(rawValue: UInt16(block << 8 | bit)))
            }
        }
        return types
    }
}
