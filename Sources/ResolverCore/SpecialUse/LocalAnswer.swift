internal import ByteCodec
internal import DNSWire

/// Answers that are made here. Their times to live are those of RFC 6303 section 3 and of common practice; they are
/// not cached, since making them costs no more.
enum LocalAnswer {
    /// Seconds.
    static let lifetime: UInt32 = 10_800
    /// `localhost.`
    static let localhost: [UInt8] = [9] + Array("localhost".utf8) + [0]
    /// Primary server, mailbox, serial, refresh, retry, expire, minimum: RFC 6303 section 3.
    static let startOfAuthority: [UInt8] =
        localhost + [6] + Array("nobody".utf8) + [7] + Array("invalid".utf8) + [0]
        + [0, 0, 0, 1] + [0, 0, 0x0E, 0x10] + [0, 0, 0x04, 0xB0] + [0, 0x09, 0x3A, 0x80] + [0, 0, 0x2A, 0x30]
    /// Said with what does not exist.
    static let reason = "special-use name, which no upstream is asked for"
    /// CPU `RFC8482`, no operating system: RFC 8482 section 4.2.
    static let minimalAny: [UInt8] = [7] + Array("RFC8482".utf8) + [0]
}

extension AnswerBuffer {
    /// Encodes the answer for a special-use name.
    mutating func encode(_ name: SpecialUseName, _ type: RecordType, question: Span<UInt8>) -> EncodedAnswer {
        switch name {
        case .nameError(let zone):
            return encodeLocal(.nameError, question, record: nil, zone: zone)
        case .noData(let zone):
            return encodeLocal(.noError, question, record: nil, zone: zone)
        case .loopback(let zone):
            switch type {
            case .a: return encodeLocal(.noError, question, record: (.a, [127, 0, 0, 1]), zone: zone)
            case .aaaa:
                let loopback = [UInt8](repeating: 0, count: 15) + [1]
                return encodeLocal(.noError, question, record: (.aaaa, loopback), zone: zone)
            default: return encodeLocal(.noError, question, record: nil, zone: zone)
            }
        case .loopbackPointer(let zone):
            let record = type == .ptr ? (RecordType.ptr, LocalAnswer.localhost) : nil
            return encodeLocal(.noError, question, record: record, zone: zone)
        }
    }

    /// Encodes the one record that a question for ANY gets (RFC 8482): all of them would serve reflection only.
    mutating func encodeMinimalAny(question: Span<UInt8>) -> EncodedAnswer {
        encodeLocal(.noError, question, record: (.hinfo, LocalAnswer.minimalAny), zone: 0)
    }

    /// One record of the name asked for, or the SOA record of the zone that begins at offset `zone` of it, and why
    /// nobody was asked.
    private mutating func encodeLocal(
        _ code: ResponseCode, _ question: Span<UInt8>, record: (type: RecordType, data: [UInt8])?, zone: Int
    ) -> EncodedAnswer {
        var shape = AnswerShape(responseCode: code)
        if record == nil { shape.authorityCount = 1 } else { shape.answerCount = 1 }
        let data = record?.data ?? LocalAnswer.startOfAuthority
        var message = bytes.mutableSpan
        var end = Header.length
        message.copy(question, to: end)
        end += question.count
        // The owner is the question's name or a suffix of it: a pointer.
        message.setBigEndian(0xC000 | UInt16(Header.length + (record == nil ? zone : 0)), at: end)
        message.setBigEndian((record?.type ?? .soa).rawValue, at: end + 2)
        message.setBigEndian(RecordClass.internet.rawValue, at: end + 4)
        message.setBigEndian(LocalAnswer.lifetime, at: end + 6)
        message.setBigEndian(UInt16(data.count), at: end + 10)
        message.copy(data.span, to: end + 12)
        message.setBigEndian(UInt16(end + 6), at: end + 12 + data.count)
        end += 14 + data.count
        if record == nil {
            shape.errorLength = AnswerBuffer.writeError(.synthesized, LocalAnswer.reason, at: end, in: &message)
            end += Int(shape.errorLength)
        }
        return EncodedAnswer(shape: shape, length: end - Header.length, lifetime: 0)
    }
}
