/// Many single values of one width, packed: what an address list of a million entries is while it is on its way to the
/// kernel. A ``SetElement`` for each would take a hundred times the room.
package struct PackedElements: Hashable, Sendable {
    /// Of one value.
    package let byteCount: Int
    /// The values, in network order, one behind the other.
    package private(set) var bytes: [UInt8]

    /// `bytes` holds whole values of `type`.
    package init(_ type: FieldType, _ bytes: [UInt8]) {
        precondition(!type.isHostOrder, "packed values are in network order")
        precondition(bytes.count.isMultiple(of: type.byteCount), "half a value")
        byteCount = type.byteCount
        self.bytes = bytes
    }

    package var count: Int { bytes.count / byteCount }

    /// The values of `range`, by index.
    package func bytes(of range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[range.lowerBound * byteCount..<range.upperBound * byteCount]
    }
}
