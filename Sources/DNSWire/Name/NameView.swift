package import ByteCodec

/// A domain name inside a message, checked and still compressed: only what is asked for is read.
///
/// | type | bytes | compressed | for |
/// |---|---|---|---|
/// | `NameView` | borrowed | perhaps | reading names where they stand in a message |
/// | `OwnedName` | its own | never | configuration, zones, anything that outlives a message |
package struct NameView: ~Escapable, BitwiseCopyable {
    /// Uncompressed, with the root's zero byte (RFC 1035 section 2.3.4).
    package static let maximumLength = 255
    /// RFC 1035 section 2.3.4.
    package static let maximumLabelLength = 63
    /// No name has more labels, so no honest one needs more pointers.
    package static let maximumPointers = 127

    /// The whole message, which pointers refer to.
    package let message: Span<UInt8>
    /// Where the name begins.
    package let offset: Int
    /// Where the bytes after the name begin; after its first pointer, if it has one.
    package let endOffset: Int
    /// How many bytes the name has uncompressed, root included: 1...255.
    package let length: Int

    /// Checks the name at `offset`: labels, total length, and pointers, which may only go backwards (RFC 1035
    /// section 4.1.4) and not into the header.
    @_lifetime(copy message)
    package init(in message: Span<UInt8>, at offset: Int) throws(WireError) {
        precondition(offset >= 0, "a name begins inside its message")
        var position = offset
        var length = 1
        while position < message.count {
            let octet = Int(message[position])
            if octet == 0 {
                self.init(uncheckedIn: message, from: offset, to: position + 1, length: length)
                return
            }
            guard octet <= NameView.maximumLabelLength else {
                let end = position + 2
                length += try NameView.lengthBehindPointer(in: message, at: position, segment: offset, before: length)
                self.init(uncheckedIn: message, from: offset, to: end, length: length)
                return
            }
            length += octet + 1
            guard length <= NameView.maximumLength else { throw .malformed(offset: position) }
            position += octet + 1
        }
        throw .truncated(offset: offset)
    }

    /// For a name that was checked before.
    @_lifetime(copy message)
    init(uncheckedIn message: Span<UInt8>, from offset: Int, to endOffset: Int, length: Int) {
        self.message = message
        self.offset = offset
        self.endOffset = endOffset
        self.length = length
    }

    /// The rest of a checked name, whose label at `position` is its first.
    @_lifetime(copy name)
    init(suffixOf name: NameView, at position: Int) {
        var length = 1
        var cursor = LabelCursor(name.message, at: position)
        while let label = cursor.next() { length += label.count + 1 }
        self.init(uncheckedIn: name.message, from: position, to: position, length: length)
    }

    /// A pointer has two bytes and stands for one or for more than two: the lengths tell whether there is one.
    package var isCompressed: Bool { length != endOffset - offset }

    package var isRoot: Bool { length == 1 }

    /// The labels from left to right, without the root's empty one.
    package var labels: LabelCursor {
        @_lifetime(copy self)
        get { LabelCursor(message, at: offset) }
    }

    package var labelCount: Int {
        var cursor = labels
        var count = 0
        while cursor.next() != nil { count += 1 }
        return count
    }

    /// The uncompressed length of what the pointer at `position` leads to, the root's byte not counted.
    /// `before` is the length of what stands in front of it, `segment` where that began.
    private static func lengthBehindPointer(
        in message: Span<UInt8>, at position: Int, segment: Int, before: Int
    ) throws(WireError) -> Int {
        var position = position
        var segment = segment
        var length = before
        var pointers = 0
        while position < message.count {
            let octet = Int(message[position])
            if octet == 0 { return length - before }
            if octet <= maximumLabelLength {
                length += octet + 1
                guard length <= maximumLength else { throw .malformed(offset: position) }
                position += octet + 1
            } else {
                let target = try pointerTarget(in: message, at: position)
                pointers += 1
                guard target < segment, pointers <= maximumPointers else { throw .malformed(offset: position) }
                segment = target
                position = target
            }
        }
        throw .truncated(offset: message.count)
    }

    private static func pointerTarget(in message: Span<UInt8>, at position: Int) throws(WireError) -> Int {
        guard message[position] >= 0xC0 else { throw .malformed(offset: position) }
        guard position + 1 < message.count else { throw .truncated(offset: position) }
        let target = Int(message.bigEndianUInt16(at: position) & 0x3FFF)
        guard target >= Header.length else { throw .malformed(offset: position) }
        return target
    }
}
