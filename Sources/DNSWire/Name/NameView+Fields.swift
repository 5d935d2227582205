internal import ByteCodec

extension NameView {
    /// Whether a byte that the name's pointers lead to lies in one of the four-byte fields at `offsets`, which
    /// ascend. Nothing in RFC 1035 keeps a pointer from leading into a TTL.
    func runsThrough(fieldsAt offsets: Span<UInt16>) -> Bool {
        guard isCompressed, !offsets.isEmpty, !isPointerToQuestion else { return false }
        var position = endOffset - 2
        while message[position] > NameView.maximumLabelLength {
            let start = Int(message.bigEndianUInt16(at: position) & 0x3FFF)
            position = endOfLabels(from: start)
            let end = position + (message[position] == 0 ? 1 : 2)
            if end > Int(offsets[0]), NameView.overlaps(start..<end, offsets) { return true }
        }
        return false
    }

    /// Where the root or a pointer ends the labels that begin at `start`.
    private func endOfLabels(from start: Int) -> Int {
        var position = start
        while 1...NameView.maximumLabelLength ~= Int(message[position]) { position += Int(message[position]) + 1 }
        return position
    }

    /// Most names are this: a pointer to the first question's name, which ends before any record.
    private var isPointerToQuestion: Bool {
        message[offset] == 0xC0 && Int(message[offset + 1]) == Header.length && message.bigEndianUInt16(at: 4) > 0
    }

    /// Whether one of the fields has a byte in `range`: the last one that begins before its end decides.
    private static func overlaps(_ range: Range<Int>, _ offsets: Span<UInt16>) -> Bool {
        var low = 0
        var high = offsets.count
        while low < high {
            let middle = (low + high) / 2
            if Int(offsets[middle]) < range.upperBound { low = middle + 1 } else { high = middle }
        }
        return low > 0 && Int(offsets[low - 1]) + 4 > range.lowerBound
    }
}
