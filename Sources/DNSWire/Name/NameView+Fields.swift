internal import ByteCodec

extension NameView {
    /// Whether a byte of the name, wherever its pointers lead, lies in one of the four-byte fields at `offsets`,
    /// which ascend. Nothing in RFC 1035 keeps a pointer from leading into a TTL.
    func runsThrough(fieldsAt offsets: Span<UInt16>) -> Bool {
        guard isCompressed, !offsets.isEmpty, !isPointerToQuestion else { return false }
        var position = offset
        while true {
            let octet = Int(message[position])
            let isPointer = octet > NameView.maximumLabelLength
            let end = position + (isPointer ? 2 : octet + 1)
            if end > Int(offsets[0]), NameView.overlaps(position..<end, offsets) { return true }
            guard octet > 0 else { return false }
            position = isPointer ? Int(message.bigEndianUInt16(at: position) & 0x3FFF) : end
        }
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
