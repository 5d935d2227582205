/// The places in a message under construction where a name, or the rest of one, begins.
struct NameCompressor {
    /// Enough for the answers that we make; later names are written in full.
    static let maximumNames = 32
    /// What a pointer can say (RFC 1035 section 4.1.4).
    static let maximumOffset = 0x3FFF

    private var offsets = InlineArray<32, UInt16>(repeating: 0)
    private var count = 0

    /// Remembers that a name begins at `offset`.
    mutating func remember(_ offset: Int) {
        guard count < NameCompressor.maximumNames, offset <= NameCompressor.maximumOffset else { return }
        offsets[count] = UInt16(truncatingIfNeeded: offset)
        count += 1
    }

    /// Remembers the uncompressed name that `bytes` begins with, written at `offset`, and every suffix of it.
    mutating func remember(uncompressedName bytes: Span<UInt8>, at offset: Int) {
        var position = 0
        while position < bytes.count, bytes[position] != 0 {
            remember(offset + position)
            position += Int(bytes[position]) + 1
        }
    }

    /// Forgets the names that begin at `end` or behind: they were taken back.
    mutating func forget(from end: Int) {
        while count > 0, Int(offsets[count - 1]) >= end { count -= 1 }
    }

    /// Where `name` stands in `message`, if it does.
    func offset(of name: NameView, in message: Span<UInt8>) -> UInt16? {
        for index in 0..<count {
            guard let known = try? NameView(in: message, at: Int(offsets[index])), known == name else { continue }
            return offsets[index]
        }
        return nil
    }
}
