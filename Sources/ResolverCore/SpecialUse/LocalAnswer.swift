internal import ByteCodec
internal import DNSWire

/// Answers that are made here. They are not cached, since making them costs no more.
enum LocalAnswer {
    /// Seconds, of what never changes: RFC 6303 section 3, and common practice.
    static let lifetime: UInt32 = 10_800
    /// Seconds, of what the next profile may say otherwise: asking again costs nothing.
    static let hostLifetime: UInt32 = 60
    /// `localhost.`
    static let localhost: [UInt8] = [9] + Array("localhost".utf8) + [0]
    /// Primary server, mailbox, serial, refresh, retry, expire, minimum: RFC 6303 section 3.
    static let startOfAuthority: [UInt8] =
        localhost + [6] + Array("nobody".utf8) + [7] + Array("invalid".utf8) + [0]
        + [0, 0, 0, 1] + [0, 0, 0x0E, 0x10] + [0, 0, 0x04, 0xB0] + [0, 0x09, 0x3A, 0x80] + [0, 0, 0x2A, 0x30]
    /// Said with what does not exist.
    static let reason = "special-use name, which no upstream is asked for"
    /// Said with what a host does not have.
    static let hostReason = "name of a host of the profile, which no upstream is asked for"
    /// CPU `RFC8482`, no operating system: RFC 8482 section 4.2.
    static let minimalAny: [UInt8] = [7] + Array("RFC8482".utf8) + [0]
}

/// A record of the name asked for.
struct LocalRecord: Equatable {
    let type: RecordType
    let data: [UInt8]
}

extension AnswerBuffer {
    /// Encodes the answer for a special-use name.
    mutating func encode(_ name: SpecialUseName, _ type: RecordType, question: Span<UInt8>) -> EncodedAnswer {
        switch name {
        case .nameError(let zone):
            return encodeAbsence(.nameError, question, zone: zone)
        case .noData(let zone):
            return encodeAbsence(.noError, question, zone: zone)
        case .loopback(let zone):
            switch type {
            case .a: return encodeLocal([LocalRecord(type: .a, data: [127, 0, 0, 1])], question)
            case .aaaa:
                let loopback = [UInt8](repeating: 0, count: 15) + [1]
                return encodeLocal([LocalRecord(type: .aaaa, data: loopback)], question)
            default: return encodeAbsence(.noError, question, zone: zone)
            }
        case .loopbackPointer(let zone):
            guard type == .ptr else { return encodeAbsence(.noError, question, zone: zone) }
            return encodeLocal([LocalRecord(type: .ptr, data: LocalAnswer.localhost)], question)
        }
    }

    /// Encodes the answer for a host of the profile; without records it exists and has no such data.
    mutating func encode(_ records: [LocalRecord], question: Span<UInt8>) -> EncodedAnswer {
        records.isEmpty
            ? encodeAbsence(
                .noError, question, zone: 0, lifetime: LocalAnswer.hostLifetime, reason: LocalAnswer.hostReason)
            : encodeLocal(records, question, lifetime: LocalAnswer.hostLifetime)
    }

    /// Encodes the one record that a question for ANY gets (RFC 8482): all of them would serve reflection only.
    mutating func encodeMinimalAny(question: Span<UInt8>) -> EncodedAnswer {
        encodeLocal([LocalRecord(type: .hinfo, data: LocalAnswer.minimalAny)], question)
    }

    /// Records of the name asked for.
    private mutating func encodeLocal(
        _ records: [LocalRecord], _ question: Span<UInt8>, lifetime: UInt32 = LocalAnswer.lifetime
    ) -> EncodedAnswer {
        var shape = AnswerShape(responseCode: .noError)
        shape.answerCount = UInt16(records.count)
        let end = encode(records, of: question, ownerOffset: 0, lifetime: lifetime)
        return EncodedAnswer(shape: shape, length: end - Header.length, lifetime: 0)
    }

    /// The SOA record of the zone that begins at offset `zone` of the name, and why nobody was asked.
    private mutating func encodeAbsence(
        _ code: ResponseCode, _ question: Span<UInt8>, zone: Int, lifetime: UInt32 = LocalAnswer.lifetime,
        reason: String = LocalAnswer.reason
    ) -> EncodedAnswer {
        var shape = AnswerShape(responseCode: code)
        shape.authorityCount = 1
        let record = LocalRecord(type: .soa, data: LocalAnswer.startOfAuthority)
        var end = encode([record], of: question, ownerOffset: zone, lifetime: lifetime)
        var message = bytes.mutableSpan
        shape.errorLength = AnswerBuffer.writeError(.synthesized, reason, at: end, in: &message)
        end += Int(shape.errorLength)
        return EncodedAnswer(shape: shape, length: end - Header.length, lifetime: 0)
    }

    /// Writes the question, the records, whose owner begins at that offset of its name, and where their times to live
    /// are; answers where that ends.
    private mutating func encode(
        _ records: [LocalRecord], of question: Span<UInt8>, ownerOffset: Int, lifetime: UInt32
    ) -> Int {
        var message = bytes.mutableSpan
        message.copy(question, to: Header.length)
        let start = Header.length + question.count
        var offsets: [Int] = []
        var end = start
        for record in records {
            // The owner is the question's name or a suffix of it: a pointer.
            message.setBigEndian(0xC000 | UInt16(Header.length + ownerOffset), at: end)
            message.setBigEndian(record.type.rawValue, at: end + 2)
            message.setBigEndian(RecordClass.internet.rawValue, at: end + 4)
            message.setBigEndian(lifetime, at: end + 6)
            message.setBigEndian(UInt16(record.data.count), at: end + 10)
            message.copy(record.data.span, to: end + 12)
            offsets.append(end + 6)
            end += 12 + record.data.count
        }
        for offset in offsets {
            message.setBigEndian(UInt16(offset), at: end)
            end += 2
        }
        return end
    }
}
