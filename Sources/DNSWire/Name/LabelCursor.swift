internal import ByteCodec

/// Walks the labels of a name that was checked, following its pointers.
package struct LabelCursor: ~Escapable, BitwiseCopyable {
    private let message: Span<UInt8>
    /// Where the next label's length byte, a pointer to it, or the root's zero stands.
    private var position: Int

    @_lifetime(copy message)
    init(_ message: Span<UInt8>, at position: Int) {
        self.message = message
        self.position = position
    }

    /// The next label's bytes, without its length; nil at the root.
    @_lifetime(copy self)
    package mutating func next() -> Span<UInt8>? {
        followPointers()
        let length = Int(message[position])
        guard length > 0 else { return nil }
        let start = position + 1
        position = start + length
        return message.extracting(start..<position)
    }

    /// The offset of the next label, or of the root's zero byte.
    @_lifetime(self: copy self)
    mutating func nextOffset() -> Int {
        followPointers()
        return position
    }

    @_lifetime(self: copy self)
    private mutating func followPointers() {
        while message[position] >= 0xC0 { position = Int(message.bigEndianUInt16(at: position) & 0x3FFF) }
    }
}
