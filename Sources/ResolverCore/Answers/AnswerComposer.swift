internal import ByteCodec
internal import DNSWire

/// Turns the bytes of a stored answer into a message for one client, where they stand.
enum AnswerComposer {
    /// The OPT record that we write, without options: root, type, payload size, code and version, DO, no data.
    static let plainOPTLength = 11
    /// Code, length, and the time in units of 100 ms (RFC 7828 section 3.1).
    private static let keepaliveLength = 6

    /// `message` holds a stored answer of `length` bytes behind room for a header. Answers how many bytes the
    /// message has. The question is still in lower case.
    static func compose(
        _ shape: AnswerShape, length: Int, age: UInt32, for terms: AnswerTerms, in message: inout MutableSpan<UInt8>
    ) -> Int {
        let bodyEnd = Header.length + length - shape.trailerLength
        ageRecords(shape, bodyEnd: bodyEnd, by: age, in: &message)
        let optLength = optLength(shape, terms)
        writeHeader(shape, terms, in: &message)
        guard bodyEnd + optLength <= min(terms.limit, message.count) else {
            return truncate(shape, bodyEnd: bodyEnd, for: terms, in: &message)
        }
        if shape.errorLength > 0, terms.hasEDNS {
            moveError(from: bodyEnd + 2 * shape.recordCount, Int(shape.errorLength), to: bodyEnd, in: &message)
        }
        return terms.hasEDNS ? writeOPT(shape, terms, at: bodyEnd, in: &message) : bodyEnd
    }

    private static func optLength(_ shape: AnswerShape, _ terms: AnswerTerms) -> Int {
        guard terms.hasEDNS else { return 0 }
        return plainOPTLength + (shape.errorLength > 0 ? 4 + Int(shape.errorLength) : 0)
            + (terms.wantsKeepalive ? keepaliveLength : 0)
    }

    /// Takes `age` seconds from every TTL, at the offsets that stand behind the records.
    private static func ageRecords(
        _ shape: AnswerShape, bodyEnd: Int, by age: UInt32, in message: inout MutableSpan<UInt8>
    ) {
        guard age > 0 else { return }
        for index in 0..<shape.recordCount {
            let offset = Int(message.span.bigEndianUInt16(at: bodyEnd + 2 * index))
            var field = message._mutatingExtracting(offset..<offset + 4)
            let ttl = field.span.bigEndianUInt32(at: 0)
            field.setBigEndian(ttl > age ? ttl - age : 0, at: 0)
        }
    }

    private static func writeHeader(
        _ shape: AnswerShape, _ terms: AnswerTerms, in message: inout MutableSpan<UInt8>
    ) {
        var header = message._mutatingExtracting(0..<Header.length)
        header.setBigEndian(terms.id, at: 0)
        header.setBigEndian(terms.answerFlags(shape).rawValue, at: 2)
        header.setBigEndian(UInt16(1), at: 4)
        header.setBigEndian(shape.answerCount, at: 6)
        header.setBigEndian(shape.authorityCount, at: 8)
        header.setBigEndian(UInt16(terms.hasEDNS ? 1 : 0), at: 10)
    }

    /// Moves the extended error, from behind the TTL offsets, to where the OPT record's option wants it.
    private static func moveError(
        from source: Int, _ length: Int, to bodyEnd: Int, in message: inout MutableSpan<UInt8>
    ) {
        let destination = bodyEnd + plainOPTLength + 4
        // The two overlap: the direction matters.
        if destination > source {
            for index in stride(from: length - 1, through: 0, by: -1) {
                message[destination + index] = message[source + index]
            }
        } else {
            for index in 0..<length { message[destination + index] = message[source + index] }
        }
    }

    /// Writes our OPT record around the extended error, which is in its place; answers where the message ends.
    private static func writeOPT(
        _ shape: AnswerShape, _ terms: AnswerTerms, at offset: Int, in message: inout MutableSpan<UInt8>
    ) -> Int {
        let errorLength = UInt16(shape.errorLength)
        let optionLength = errorLength > 0 ? errorLength + 4 : 0
        var record = message._mutatingExtracting(offset..<offset + plainOPTLength)
        record[0] = 0
        record.setBigEndian(RecordType.opt.rawValue, at: 1)
        record.setBigEndian(UInt16(Resolver.maximumDatagramSize), at: 3)
        record.setBigEndian(UInt32(terms.wantsDNSSEC ? 0x8000 : 0), at: 5)
        record.setBigEndian(optionLength + UInt16(terms.wantsKeepalive ? keepaliveLength : 0), at: 9)
        if errorLength > 0 {
            message.setBigEndian(EDNSOptionCode.extendedError.rawValue, at: offset + 11)
            message.setBigEndian(errorLength, at: offset + 13)
        }
        let end = offset + plainOPTLength + Int(optionLength)
        return terms.wantsKeepalive ? writeKeepalive(at: end, in: &message) : end
    }

    private static func writeKeepalive(at offset: Int, in message: inout MutableSpan<UInt8>) -> Int {
        message.setBigEndian(EDNSOptionCode.keepalive.rawValue, at: offset)
        message.setBigEndian(UInt16(2), at: offset + 2)
        message.setBigEndian(UInt16(Resolver.streamIdleMilliseconds / 100), at: offset + 4)
        return offset + keepaliveLength
    }
}

extension AnswerComposer {
    /// Leaves out whole RRsets from the back until the rest fits, and sets TC (RFC 2181 section 9). An extended
    /// error goes first: it is never needed.
    private static func truncate(
        _ shape: AnswerShape, bodyEnd: Int, for terms: AnswerTerms, in message: inout MutableSpan<UInt8>
    ) -> Int {
        var shape = shape
        shape.errorLength = 0
        let limit = min(terms.limit, message.count) - optLength(shape, terms)
        let kept = wholeRRsets(shape, within: limit, of: message.span.extracting(0..<bodyEnd))
        var flags = terms.answerFlags(shape)
        flags.isTruncated = kept.end < bodyEnd
        message.setBigEndian(flags.rawValue, at: 2)
        message.setBigEndian(UInt16(kept.answers), at: 6)
        message.setBigEndian(UInt16(kept.authorities), at: 8)
        return terms.hasEDNS ? writeOPT(shape, terms, at: kept.end, in: &message) : kept.end
    }

    /// How many records belong to the RRsets that end within `limit`, and where the last one ends.
    private static func wholeRRsets(
        _ shape: AnswerShape, within limit: Int, of message: Span<UInt8>
    ) -> (answers: Int, authorities: Int, end: Int) {
        guard let question = try? QuestionView(in: message, at: Header.length) else {
            preconditionFailure("a stored answer begins with its question")
        }
        var kept = (answers: 0, authorities: 0, end: question.endOffset)
        var seen = 0
        var offset = question.endOffset
        while seen < shape.recordCount {
            let section: Section = seen < Int(shape.answerCount) ? .answer : .authority
            guard let first = try? RecordView(in: message, at: offset, section: section) else { break }
            offset = first.endOffset
            seen += 1
            while seen < (section == .answer ? Int(shape.answerCount) : shape.recordCount),
                let next = try? RecordView(in: message, at: offset, section: section),
                next.type == first.type, next.owner == first.owner
            {
                offset = next.endOffset
                seen += 1
            }
            guard offset <= limit else { break }
            let answers = min(seen, Int(shape.answerCount))
            kept = (answers, seen - answers, offset)
        }
        return kept
    }
}
