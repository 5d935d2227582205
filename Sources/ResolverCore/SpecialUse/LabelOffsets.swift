internal import ByteCodec

/// Where the labels of a name begin, from right to left.
struct LabelOffsets {
    /// As many as a name of 255 bytes can have.
    private static let maximumLabels = 127

    private var offsets = InlineArray<127, UInt8>(repeating: 0)
    private(set) var count = 0

    init(_ name: Span<UInt8>) {
        var offset = 0
        while offset < name.count, name[offset] != 0, count < LabelOffsets.maximumLabels {
            offsets[count] = UInt8(truncatingIfNeeded: offset)
            count += 1
            offset += Int(name[offset]) + 1
        }
    }

    mutating func removeLast() -> Int? {
        guard count > 0 else { return nil }
        count -= 1
        return Int(offsets[count])
    }
}

extension Span where Element == UInt8 {
    /// Whether the label at `offset` is `text`.
    func hasLabel(_ offset: Int, _ text: String) -> Bool {
        guard Int(self[offset]) == text.utf8.count else { return false }
        var position = offset
        for byte in text.utf8 {
            position += 1
            guard self[position] == byte else { return false }
        }
        return true
    }
}
