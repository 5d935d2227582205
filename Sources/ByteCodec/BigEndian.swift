// Big-endian integers in spans and arrays. An offset outside the bytes is a programmer error and traps:
// callers that do not know the length go through ByteReader and ByteWriter. Inlined, so that a caller who extracts all
// of a record at once is checked once.

extension Span where Element == UInt8 {
    @inlinable @inline(__always)
    package func bigEndianUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    @inlinable @inline(__always)
    package func bigEndianUInt32(at offset: Int) -> UInt32 {
        UInt32(bigEndianUInt16(at: offset)) << 16 | UInt32(bigEndianUInt16(at: offset + 2))
    }
}

extension MutableSpan where Element == UInt8 {
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func setBigEndian(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func setBigEndian(_ value: UInt32, at offset: Int) {
        setBigEndian(UInt16(truncatingIfNeeded: value >> 16), at: offset)
        setBigEndian(UInt16(truncatingIfNeeded: value), at: offset + 2)
    }

    /// Copies all of `source` to `offset`; it must fit.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func copy(_ source: Span<UInt8>, to offset: Int) {
        precondition(source.count <= count - offset, "the destination is smaller than the source")
        // Checked once for all bytes, so that they are copied many at a time.
        var target = _mutatingExtracting(offset..<offset + source.count)
        for index in source.indices { target[index] = source[index] }
    }
}

extension Array where Element == UInt8 {
    package mutating func appendBigEndian(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    package mutating func appendBigEndian(_ value: UInt32) {
        appendBigEndian(UInt16(truncatingIfNeeded: value >> 16))
        appendBigEndian(UInt16(truncatingIfNeeded: value))
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        // Not element by element: that asks for uniqueness and capacity at every byte.
        append(addingCapacity: bytes.count) { added in
            added.append(repeating: 0, count: bytes.count)
            var room = added.mutableSpan
            room.copy(bytes, to: 0)
        }
    }

    /// A copy of borrowed bytes.
    package init(_ bytes: Span<UInt8>) {
        self.init()
        append(bytes)
    }
}
