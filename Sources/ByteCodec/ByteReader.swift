/// A bounds-checked, big-endian cursor over borrowed bytes; network byte order throughout.
package struct ByteReader: ~Escapable {
    package let bytes: Span<UInt8>
    /// The index, in `bytes`, of the next byte to be read.
    package private(set) var offset: Int

    /// Starts reading at `offset`; an offset past the end reads as truncated.
    @inlinable
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// How many bytes are left.
    package var remaining: Int { max(0, bytes.count - offset) }

    package var isAtEnd: Bool { offset >= bytes.count }

    @_lifetime(self: copy self)
    package mutating func readUInt8() throws(WireError) -> UInt8 {
        let start = try advance(1)
        return bytes[start]
    }

    @_lifetime(self: copy self)
    package mutating func readUInt16() throws(WireError) -> UInt16 {
        let start = try advance(2)
        return bytes.bigEndianUInt16(at: start)
    }

    @_lifetime(self: copy self)
    package mutating func readUInt32() throws(WireError) -> UInt32 {
        let start = try advance(4)
        return bytes.bigEndianUInt32(at: start)
    }

    @_lifetime(self: copy self)
    package mutating func readUInt64() throws(WireError) -> UInt64 {
        let start = try advance(8)
        return UInt64(bytes.bigEndianUInt32(at: start)) << 32 | UInt64(bytes.bigEndianUInt32(at: start + 4))
    }

    /// The next `count` bytes, borrowed.
    @_lifetime(copy self)
    package mutating func read(_ count: Int) throws(WireError) -> Span<UInt8> {
        let start = try advance(count)
        return bytes.extracting(start..<start + count)
    }

    @_lifetime(self: copy self)
    package mutating func skip(_ count: Int) throws(WireError) {
        _ = try advance(count)
    }

    /// Moves past `count` bytes and answers where they start.
    @_lifetime(self: copy self)
    private mutating func advance(_ count: Int) throws(WireError) -> Int {
        guard count >= 0, count <= bytes.count - offset else { throw .truncated(offset: offset) }
        defer { offset += count }
        return offset
    }
}
