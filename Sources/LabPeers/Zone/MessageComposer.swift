internal import ByteCodec

/// Writes one response, names compressed (RFC 1035 section 4.1.4).
struct MessageComposer {
    private var bytes: [UInt8]
    /// Where the names that stand in the message so far begin.
    private var offsets: [ZoneName: Int] = [:]
    private var answerCount: UInt16 = 0
    private var authorityCount: UInt16 = 0
    private var additionalCount: UInt16 = 0
    private var isTruncated = false
    private let questionEnd: Int

    /// The largest message that the two-byte length of a stream can announce.
    static let maximumMessageCount = 0xFFFF
    /// What answers are padded to (RFC 8467 section 4.1).
    static let paddingBlock = 468
    /// What an OPT record without options takes, and what an empty padding option adds.
    private static let extensionsCount = 11
    private static let paddingHeaderCount = 4
    /// Where a compression pointer can still point to.
    private static let maximumPointer = 0x3FFF

    /// Starts with the header and the question, in the client's spelling.
    init(answering query: ZoneQuery) {
        bytes = []
        bytes.appendBigEndian(query.identifier)
        // QR, RD as it came; RA, CD as it came.
        bytes.append(0x80 | query.operationCode << 3 | (query.recursionDesired ? 0x01 : 0))
        bytes.append(0x80 | (query.checkingDisabled ? 0x10 : 0))
        bytes += [0, query.question == nil ? 0 : 1, 0, 0, 0, 0, 0, 0]
        bytes += query.question?.bytes ?? []
        questionEnd = bytes.count
        guard let question = query.question else { return }
        var offset = 12
        for start in question.labels.indices {
            offsets[ZoneName(labels: question.labels[start...])] = offset
            offset += 1 + question.labels[start].count
        }
    }

    mutating func write(_ answer: Zone.Answer?) {
        guard let answer, answer.outcome != .aliasLoop else { return }
        for (name, record) in answer.records { write(name, record, timeToLive: record.timeToLive) }
        answerCount = UInt16(answer.records.count)
        if let (name, record) = answer.authority {
            write(name, record, timeToLive: MessageComposer.negativeTimeToLive(record))
            authorityCount = 1
        }
    }

    /// Adds a record about a name that nobody asked for to each section, after everything else.
    mutating func writeForeignRecords() {
        guard authorityCount == 0 else { return }
        let address = ZoneRecord.falseAddress
        let server = ZoneRecord(type: 2, timeToLive: 300, data: [.compressibleName(ZoneName.foreignHost)])
        write(ZoneName.foreignHost, address, timeToLive: address.timeToLive)
        write(ZoneName.foreignZone, server, timeToLive: server.timeToLive)
        write(ZoneName.foreignHost, address, timeToLive: address.timeToLive)
        answerCount += 1
        (authorityCount, additionalCount) = (1, 1)
    }

    /// The whole message. What does not fit into one is left out, with TC set. `keepalive` is said to clients that know
    /// extensions.
    consuming func finish(
        _ code: ResponseCode, extensions: ZoneQuery.Extensions?, keepalive: ScriptedKeepalive? = nil
    ) -> [UInt8] {
        let options = MessageComposer.options(keepalive)
        let reserve = extensions == nil ? 0 : MessageComposer.extensionsCount + options.count
        if bytes.count + reserve > MessageComposer.maximumMessageCount { truncate() }
        bytes[3] |= UInt8(truncatingIfNeeded: code.rawValue & 0x0F)
        if isTruncated { bytes[2] |= 0x02 }
        set(answerCount, at: 6)
        set(authorityCount, at: 8)
        set(additionalCount + (extensions == nil ? 0 : 1), at: 10)
        if let extensions { write(extensions, code, options) }
        return bytes
    }

    /// Takes the records back, and says that there are more.
    mutating func truncate() {
        bytes.removeSubrange(questionEnd...)
        (answerCount, authorityCount, additionalCount, isTruncated) = (0, 0, 0, true)
    }

    private static func options(_ keepalive: ScriptedKeepalive?) -> [UInt8] {
        guard let keepalive else { return [] }
        return [0, 11, 0, UInt8(keepalive.bytes.count)] + keepalive.bytes
    }

    private mutating func write(_ extensions: ZoneQuery.Extensions, _ code: ResponseCode, _ options: [UInt8]) {
        bytes += [0, 0, 41]
        bytes.appendBigEndian(UInt16(MessageComposer.datagramSize))
        bytes += [UInt8(truncatingIfNeeded: code.rawValue >> 4), 0, extensions.dnssecOK ? 0x80 : 0, 0]
        guard extensions.isPadded, let padding = paddingCount(beside: options.count) else {
            bytes.appendBigEndian(UInt16(options.count))
            bytes += options
            return
        }
        bytes.appendBigEndian(UInt16(options.count + MessageComposer.paddingHeaderCount + padding))
        bytes += options
        bytes.appendBigEndian(UInt16(12))
        bytes.appendBigEndian(UInt16(padding))
        bytes += [UInt8](repeating: 0, count: padding)
    }

    /// RFC 9715 section 3.1; nobody reaches this server by datagrams, but the field must say something.
    private static let datagramSize = 1232

    /// How many zeros bring the message to a multiple of the block, counted when only the options are missing, of which
    /// the others have so many bytes; nil when there is no room.
    private func paddingCount(beside optionBytes: Int) -> Int? {
        let unpadded = bytes.count + 2 + optionBytes + MessageComposer.paddingHeaderCount
        let block = MessageComposer.paddingBlock
        let padded = (unpadded + block - 1) / block * block
        return padded <= MessageComposer.maximumMessageCount ? padded - unpadded : nil
    }

    private mutating func write(_ name: ZoneName, _ record: ZoneRecord, timeToLive: UInt32) {
        write(name)
        bytes.appendBigEndian(record.type)
        bytes += [0, 1]
        bytes.appendBigEndian(timeToLive)
        let lengthOffset = bytes.count
        bytes += [0, 0]
        for part in record.data {
            switch part {
            case .bytes(let data): bytes += data
            case .compressibleName(let name): write(name)
            }
        }
        set(UInt16(bytes.count - lengthOffset - 2), at: lengthOffset)
    }

    private mutating func set(_ value: UInt16, at offset: Int) {
        var span = bytes.mutableSpan
        span.setBigEndian(value, at: offset)
    }

    private mutating func write(_ name: ZoneName) {
        for suffix in sequence(first: name, next: \.parent) {
            guard let label = suffix.labels.first else { break }
            if let offset = offsets[suffix] {
                bytes.appendBigEndian(UInt16(0xC000 | offset))
                return
            }
            if bytes.count <= MessageComposer.maximumPointer { offsets[suffix] = bytes.count }
            bytes.append(UInt8(label.count))
            bytes += label
        }
        bytes.append(0)
    }

    /// The smaller of the SOA record's own TTL and its last field (RFC 2308 section 5).
    private static func negativeTimeToLive(_ record: ZoneRecord) -> UInt32 {
        guard case .bytes(let numbers) = record.data.last, numbers.count == 20 else { return record.timeToLive }
        return min(record.timeToLive, numbers.span.bigEndianUInt32(at: 16))
    }
}
