/// An append-only, big-endian writer into borrowed bytes. Passing the end throws `.overflow` and writes nothing,
/// so that a caller can go back to what fitted.
package struct ByteWriter: ~Copyable, ~Escapable {
    private var bytes: MutableSpan<UInt8>
    /// How many bytes have been written.
    package private(set) var count: Int

    @_lifetime(copy bytes)
    package init(_ bytes: consuming MutableSpan<UInt8>) {
        self.bytes = bytes
        count = 0
    }

    package var capacity: Int { bytes.count }

    @_lifetime(self: copy self)
    package mutating func write(_ value: UInt8) throws(WireError) {
        let start = try advance(1)
        bytes[start] = value
    }

    @_lifetime(self: copy self)
    package mutating func write(_ value: UInt16) throws(WireError) {
        let start = try advance(2)
        bytes.setBigEndian(value, at: start)
    }

    @_lifetime(self: copy self)
    package mutating func write(_ value: UInt32) throws(WireError) {
        let start = try advance(4)
        bytes.setBigEndian(value, at: start)
    }

    @_lifetime(self: copy self)
    package mutating func write(_ source: Span<UInt8>) throws(WireError) {
        let start = try advance(source.count)
        bytes.copy(source, to: start)
    }

    /// Writes `count` zero bytes.
    @_lifetime(self: copy self)
    package mutating func writeZeros(_ count: Int) throws(WireError) {
        let start = try advance(count)
        for index in start..<start + count { bytes[index] = 0 }
    }

    /// Overwrites two bytes that were written before, such as a length that was not known then.
    @_lifetime(self: copy self)
    package mutating func patch(_ value: UInt16, at offset: Int) {
        precondition(offset >= 0 && offset + 2 <= count, "only what was written can be patched")
        bytes.setBigEndian(value, at: offset)
    }

    /// Forgets everything written after the first `count` bytes.
    @_lifetime(self: copy self)
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "a writer can only go back")
        self.count = count
    }

    @_lifetime(self: copy self)
    private mutating func advance(_ amount: Int) throws(WireError) -> Int {
        guard amount >= 0, amount <= bytes.count - count else { throw .overflow(offset: count) }
        defer { count += amount }
        return count
    }
}
