internal import Ruleset

extension FieldType {
    /// Registers hold whole 32-bit slots.
    var slotCount: Int { (byteCount + 3) / 4 }

    /// The bytes as they lie in a register: host order where the kernel keeps a number.
    func registerValue(_ value: FieldValue) -> FieldValue { isReversed ? value.reversed : value }

    func fieldValue(_ registerValue: FieldValue) -> FieldValue { isReversed ? registerValue.reversed : registerValue }

    private var isReversed: Bool { isHostOrder && UInt16(1).littleEndian == 1 }
}

extension Array where Element == FieldType {
    /// The key of a set: each field is padded to whole slots when there are several.
    func keyBytes(_ element: SetElement) -> [UInt8] {
        guard count > 1 else { return self[0].registerValue(element.lower).bytes }
        return zip(self, element.fields).flatMap { type, field in
            type.registerValue(field.lower).bytes
                + Array<UInt8>(repeating: 0, count: type.slotCount * 4 - type.byteCount)
        }
    }

    /// The fields of a key, or nil when it is not as long as they are.
    func keyValues(_ bytes: ArraySlice<UInt8>) -> [FieldValue]? {
        guard bytes.count == keyByteCount else { return nil }
        guard count > 1 else { return [self[0].fieldValue(FieldValue(bytes: bytes))] }
        var values: [FieldValue] = []
        var offset = bytes.startIndex
        for type in self {
            values.append(type.fieldValue(FieldValue(bytes: bytes[offset..<offset + type.byteCount])))
            offset += type.slotCount * 4
        }
        return values
    }

    var keyByteCount: Int { count > 1 ? reduce(0) { $0 + $1.slotCount * 4 } : self[0].byteCount }

    /// nft's number for a concatenation: six bits a field.
    var nftKeyType: UInt32 { reduce(0) { $0 << 6 | $1.nftNumber } }

    /// The fields behind nft's number; nil when one is not of this model.
    init?(nftKeyType: UInt32, byteCount: Int) {
        var numbers: [UInt32] = []
        var rest = nftKeyType
        repeat {
            numbers.insert(rest & 0x3F, at: 0)
            rest >>= 6
        } while rest != 0
        let types = numbers.map { number in FieldType.allCases.first { $0.nftNumber == number } }
        guard types.allSatisfy({ $0 != nil }) else { return nil }
        self = types.compactMap { $0 }
        guard keyByteCount == byteCount else { return nil }
    }
}
