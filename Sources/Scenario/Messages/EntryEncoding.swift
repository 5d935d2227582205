internal import ByteCodec
internal import DNSWire

extension ScenarioEntry {
    /// The entry as a message, uncompressed. As an answer it takes the question of `query` when it is to.
    func message(id: UInt16 = 0, answering query: MessageContents? = nil) -> [UInt8] {
        if let raw { return raw }
        var questions = questions
        if adjustment.copiesQuestion, let query { questions = query.questions }
        var bytes: [UInt8] = []
        bytes.appendBigEndian(id)
        var flags = flags
        flags.responseCode = code
        bytes.appendBigEndian(flags.rawValue)
        bytes.appendBigEndian(UInt16(questions.count))
        for section in Section.allCases {
            let extra = section == .additional && hasOPT ? 1 : 0
            bytes.appendBigEndian(UInt16(records.count { $0.section == section } + extra))
        }
        for question in questions {
            bytes += question.name.wire
            bytes.appendBigEndian(question.type.rawValue)
            bytes.appendBigEndian(question.recordClass.rawValue)
        }
        for section in Section.allCases {
            for record in records where record.section == section { bytes += record.bytes }
        }
        return hasOPT ? bytes + opt : bytes
    }

    private var hasOPT: Bool { options != nil || wantsDNSSEC || code.rawValue > 15 }

    private var opt: [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.appendBigEndian(RecordType.opt.rawValue)
        bytes.appendBigEndian(ScenarioEntry.payloadSize)
        bytes.append(UInt8(truncatingIfNeeded: code.rawValue >> 4))
        bytes.append(0)
        bytes.appendBigEndian(UInt16(wantsDNSSEC ? 0x8000 : 0))
        bytes.appendBigEndian(UInt16(options?.count ?? 0))
        return bytes + (options ?? [])
    }

    /// What the field's runners say that they take.
    private static let payloadSize: UInt16 = 4096
}

extension ScenarioEntry.Record {
    fileprivate var bytes: [UInt8] {
        var bytes = owner.wire
        bytes.appendBigEndian(type.rawValue)
        bytes.appendBigEndian(recordClass.rawValue)
        bytes.appendBigEndian(ttl)
        bytes.appendBigEndian(UInt16(data.count))
        return bytes + data
    }
}
