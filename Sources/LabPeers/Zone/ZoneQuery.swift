internal import ByteCodec

/// A query as the lab's server reads it: on purpose without the product's own parser, so that an error there does not
/// meet the same error here.
struct ZoneQuery {
    var identifier: UInt16
    var operationCode: UInt8
    var recursionDesired: Bool
    var checkingDisabled: Bool
    /// nil when the message has not exactly one question that can be read.
    var question: Question?
    /// nil when the message has no OPT record.
    var extensions: Extensions?
    /// Whether anything after the header could not be read.
    var isMalformed = false

    struct Question {
        /// The question section as it stands in the message, in the client's spelling.
        var bytes: [UInt8]
        /// The same name's labels, not folded.
        var labels: [[UInt8]]
        var type: UInt16
        var recordClass: UInt16
    }

    /// RFC 6891 section 6.1.
    struct Extensions {
        var version: UInt8
        var dnssecOK: Bool
        /// Whether the client padded (RFC 7830): then the answer is padded too.
        var isPadded: Bool
    }

    /// nil for what is no query at all: too short for a header, or a response.
    init?(_ message: Span<UInt8>) {
        guard message.count >= 12, message[2] & 0x80 == 0 else { return nil }
        identifier = message.bigEndianUInt16(at: 0)
        operationCode = message[2] >> 3 & 0x0F
        recursionDesired = message[2] & 0x01 != 0
        checkingDisabled = message[3] & 0x10 != 0
        do throws(WireError) { try readSections(message) } catch { isMalformed = true }
    }

    private mutating func readSections(_ message: Span<UInt8>) throws(WireError) {
        var reader = ByteReader(message, offset: 4)
        let questions = try reader.readUInt16()
        let (answers, authorities, additionals) =
            (try reader.readUInt16(), try reader.readUInt16(), try reader.readUInt16())
        guard questions == 1, answers == 0, authorities == 0 else { throw .malformed(offset: 4) }
        question = try ZoneQuery.readQuestion(&reader)
        for _ in 0..<additionals {
            guard let found = try ZoneQuery.readAdditional(&reader) else { continue }
            guard extensions == nil else { throw .malformed(offset: reader.offset) }
            extensions = found
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }

    /// The first question of any message, whatever else that is; nil when it cannot be read.
    static func firstQuestion(of message: Span<UInt8>) -> Question? {
        guard message.count >= 12 else { return nil }
        var reader = ByteReader(message, offset: 12)
        return try? readQuestion(&reader)
    }

    private static func readQuestion(_ reader: inout ByteReader) throws(WireError) -> Question {
        let start = reader.offset
        var labels: [[UInt8]] = []
        while true {
            let count = try reader.readUInt8()
            if count == 0 { break }
            guard count <= ZoneName.maximumLabelCount, reader.offset - start + Int(count) < ZoneName.maximumWireCount
            else { throw .malformed(offset: reader.offset) }
            let label = try reader.read(Int(count))
            labels.append(label.indices.map { label[$0] })
        }
        let (type, recordClass) = (try reader.readUInt16(), try reader.readUInt16())
        let section = reader.bytes.extracting(start..<reader.offset)
        let bytes = section.indices.map { section[$0] }
        return Question(bytes: bytes, labels: labels, type: type, recordClass: recordClass)
    }

    /// The next record of the additional section, when it is an OPT.
    private static func readAdditional(_ reader: inout ByteReader) throws(WireError) -> Extensions? {
        let isRoot = try skipName(&reader)
        let type = try reader.readUInt16()
        try reader.skip(2)
        let flags = try reader.readUInt32()
        let data = try reader.read(Int(try reader.readUInt16()))
        guard type == 41, isRoot else { return nil }
        let isPadded = try hasPadding(data)
        return Extensions(
            version: UInt8(truncatingIfNeeded: flags >> 16), dnssecOK: flags & 0x8000 != 0, isPadded: isPadded)
    }

    /// Passes a name, compressed or not; true when it is the root.
    private static func skipName(_ reader: inout ByteReader) throws(WireError) -> Bool {
        let start = reader.offset
        while true {
            let count = try reader.readUInt8()
            if count == 0 { return reader.offset == start + 1 }
            if count >= 0xC0 {
                try reader.skip(1)
                return false
            }
            guard count <= ZoneName.maximumLabelCount else { throw .malformed(offset: reader.offset) }
            try reader.skip(Int(count))
        }
    }

    private static func hasPadding(_ options: Span<UInt8>) throws(WireError) -> Bool {
        var reader = ByteReader(options)
        var found = false
        while !reader.isAtEnd {
            let code = try reader.readUInt16()
            try reader.skip(Int(try reader.readUInt16()))
            if code == 12 { found = true }
        }
        return found
    }
}
