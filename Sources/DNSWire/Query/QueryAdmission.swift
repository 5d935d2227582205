internal import ByteCodec

/// What to do with bytes that came to a listener.
package enum QueryAdmission: Equatable, Sendable {
    /// A query to be answered.
    case accepted(IncomingQuery)
    /// Something to be refused by an answer of its own.
    case refused(RefusedQuery)
    /// Not to be answered at all: fewer bytes than a header, or a response. Answering those could be made to loop.
    case ignored

    /// No client has a reason to send more records along than OPT and a signature.
    package static let maximumAdditionalRecords = 4

    /// Judges the message in `bytes`.
    package init(_ bytes: Span<UInt8>) {
        guard let message = try? MessageView(bytes), !message.header.flags.isResponse else {
            self = .ignored
            return
        }
        let header = message.header
        guard header.flags.opcode == .query else {
            self = .refused(RefusedQuery(header, .notImplemented))
            return
        }
        // TC says that bytes of the query are missing; one question: RFC 9619.
        guard !header.flags.isTruncated, header.questionCount == 1, header.answerCount == 0,
            header.authorityCount == 0, header.additionalCount <= QueryAdmission.maximumAdditionalRecords,
            let question = try? QuestionView(in: bytes, at: Header.length), !question.name.isCompressed
        else {
            self = .refused(RefusedQuery(header, .formatError))
            return
        }
        self.init(message, question)
    }

    private init(_ message: MessageView, _ question: QuestionView) {
        let header = message.header
        if let code = QueryAdmission.refusal(of: question.type) {
            self = .refused(RefusedQuery(header, code, questionEnd: question.endOffset))
            return
        }
        do {
            let edns = try QueryAdmission.edns(message, from: question.endOffset)
            self = .accepted(
                IncomingQuery(
                    id: header.id, flags: header.flags, type: question.type, recordClass: question.recordClass,
                    nameEndOffset: question.name.endOffset, edns: edns))
        } catch {
            let code: ResponseCode = error == .unknownVersion ? .badVersion : .formatError
            self = .refused(RefusedQuery(header, code, questionEnd: question.endOffset))
        }
    }

    /// Transfers are not for a stub, and the types of records that belong to one message cannot be asked for.
    private static func refusal(of type: RecordType) -> ResponseCode? {
        switch type {
        case .axfr, .ixfr, .maila, .mailb: .notImplemented
        case .opt, .tsig, .tkey, RecordType(rawValue: 0): .formatError
        default: nil
        }
    }

    private enum Objection: Error {
        case malformed
        case unknownVersion
    }

    /// The client's OPT record; the others are walked over. Nothing may follow them.
    private static func edns(_ message: MessageView, from offset: Int) throws(Objection) -> ClientEDNS? {
        var cursor = RecordCursor(message.bytes, header: message.header, from: offset)
        var edns: ClientEDNS?
        var isUnknownVersion = false
        do {
            while let record = try cursor.next() {
                guard record.type == .opt else { continue }
                guard edns == nil else { throw WireError.malformed(offset: record.offset) }
                let opt = try OPTView(record)
                isUnknownVersion = opt.version != 0
                edns = try ClientEDNS(opt)
            }
        } catch {
            throw .malformed
        }
        guard cursor.offset == message.bytes.count else { throw .malformed }
        guard !isUnknownVersion else { throw .unknownVersion }
        return edns
    }
}
