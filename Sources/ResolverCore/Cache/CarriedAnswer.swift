internal import ByteCodec
internal import DNSWire

/// A cached answer on its way from one cache to another, of this process or of the one that follows: twenty bytes about
/// it, and its own. Both sides are of the same making, and still nothing is believed that was not checked: what is
/// wrong here would be told to clients, or end the process.
struct CarriedAnswer {
    /// What stands before an answer's bytes.
    static let headerLength = 20

    let storedAt: UInt32
    let expiresAt: UInt32
    let view: UInt16
    let traits: QuestionTraits
    let uses: UInt8
    let shape: AnswerShape
    /// Bytes behind the header.
    let length: Int

    init(_ entry: CacheEntry) {
        storedAt = entry.storedAt
        expiresAt = entry.expiresAt
        view = entry.view
        traits = entry.traits
        uses = entry.uses
        shape = entry.shape
        length = Int(entry.length)
    }

    /// Reads what ``write(to:at:)`` has written. Whether the two parts agree is another question.
    init(_ reader: inout ByteReader) throws(WireError) {
        let start = reader.offset
        storedAt = try reader.readUInt32()
        expiresAt = try reader.readUInt32()
        view = try reader.readUInt16()
        traits = QuestionTraits(rawValue: try reader.readUInt8())
        uses = try reader.readUInt8()
        guard var shape = AnswerShape(bits: try reader.readUInt8()) else { throw .malformed(offset: start) }
        shape.errorLength = try reader.readUInt8()
        shape.answerCount = try reader.readUInt16()
        shape.authorityCount = try reader.readUInt16()
        self.shape = shape
        length = Int(try reader.readUInt16())
        guard traits.isSubset(of: .all), uses <= CacheEntry.maximumUses, length <= AnswerCache.maximumAnswerLength,
            shape.trailerLength <= length
        else { throw .malformed(offset: start) }
    }

    /// Writes the header; there is room.
    func write(to bytes: inout MutableSpan<UInt8>, at offset: Int) {
        var header = bytes._mutatingExtracting(offset..<offset + CarriedAnswer.headerLength)
        header.setBigEndian(storedAt, at: 0)
        header.setBigEndian(expiresAt, at: 4)
        header.setBigEndian(view, at: 8)
        header[10] = traits.rawValue
        header[11] = uses
        header[12] = shape.bits
        header[13] = shape.errorLength
        header.setBigEndian(shape.answerCount, at: 14)
        header.setBigEndian(shape.authorityCount, at: 16)
        header.setBigEndian(UInt16(length), at: 18)
    }

    /// Whether it may still be told of, expired or not. What rules that held when it was kept let live longer than
    /// those of now does not.
    func isWorthKeeping(at now: UInt32, maximumStaleness: UInt32, maximumLifetime: UInt32) -> Bool {
        guard storedAt >= expiresAt || expiresAt - storedAt <= maximumLifetime else { return false }
        return now < expiresAt || now - expiresAt < maximumStaleness && !shape.isFailure
    }
}
