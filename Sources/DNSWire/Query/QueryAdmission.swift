internal import ByteCodec

/// What to do with bytes that came to a listener.
package enum QueryAdmission: Equatable, BitwiseCopyable, Sendable {
    /// A query to be answered.
    case accepted(IncomingQuery)
    /// Something to be refused by an answer of its own.
    case refused(RefusedQuery)
    /// Not to be answered at all: fewer bytes than a header, or a response. Answering those could be made to loop.
    case ignored

    /// No client has a reason to send more records along than OPT and a signature.
    package static let maximumAdditionalRecords = 4

    /// Judges the message in `bytes`. This is the way of every query: it reads offsets, and makes no views.
    package init(_ bytes: Span<UInt8>) {
        guard bytes.count >= Header.length, bytes.count <= MessageView.maximumLength else {
            self = .ignored
            return
        }
        let header = Header(uncheckedIn: bytes)
        guard !header.flags.isResponse else {
            self = .ignored
            return
        }
        let nameEnd = QueryAdmission.nameEnd(bytes)
        guard header.flags.opcode == .query else {
            self = .refused(QueryAdmission.unsupportedOperation(bytes, header, nameEnd))
            return
        }
        guard QueryAdmission.isOneQuestion(header), nameEnd > 0, nameEnd + 4 <= bytes.count else {
            self = .refused(RefusedQuery(header, .formatError))
            return
        }
        self.init(bytes, header, nameEnd)
    }

    private init(_ bytes: Span<UInt8>, _ header: Header, _ nameEnd: Int) {
        let type = RecordType(rawValue: bytes.bigEndianUInt16(at: nameEnd))
        // Who asks for an incremental transfer says in the authority section what it has (RFC 1995 section 3).
        guard header.authorityCount == 0 || type == .ixfr else {
            self = .refused(RefusedQuery(header, .formatError, questionEnd: nameEnd + 4))
            return
        }
        do {
            let records = AdditionalRecords(bytes, from: nameEnd + 4)
            let edns = try records.clientEDNS(count: Int(header.authorityCount) + Int(header.additionalCount))
            if let (code, reason) = QueryAdmission.refusal(of: type) {
                let reason = edns == nil ? nil : reason
                self = .refused(RefusedQuery(header, code, questionEnd: nameEnd + 4, reason: reason))
                return
            }
            self = .accepted(
                IncomingQuery(
                    id: header.id, flags: header.flags, type: type,
                    recordClass: RecordClass(rawValue: bytes.bigEndianUInt16(at: nameEnd + 2)),
                    nameEndOffset: nameEnd, edns: edns))
        } catch {
            let code: ResponseCode = error == .unknownVersion ? .badVersion : .formatError
            self = .refused(RefusedQuery(header, code, questionEnd: nameEnd + 4))
        }
    }

    /// TC says that bytes of the query are missing; one question: RFC 9619.
    private static func isOneQuestion(_ header: Header) -> Bool {
        !header.flags.isTruncated && header.questionCount == 1 && header.answerCount == 0
            && header.authorityCount <= 1 && header.additionalCount <= maximumAdditionalRecords
    }

    /// What a request of another opcode gets: its question back and a reason, as far as it has the form of a query.
    private static func unsupportedOperation(
        _ bytes: Span<UInt8>, _ header: Header, _ nameEnd: Int
    ) -> RefusedQuery {
        let count = Int(header.answerCount) + Int(header.authorityCount) + Int(header.additionalCount)
        guard header.questionCount == 1, nameEnd > 0, nameEnd + 4 <= bytes.count, count <= maximumAdditionalRecords
        else { return RefusedQuery(header, .notImplemented) }
        do {
            let edns = try AdditionalRecords(bytes, from: nameEnd + 4).clientEDNS(count: count)
            let reason: ExtendedErrorCode? = edns == nil ? nil : .notSupported
            return RefusedQuery(header, .notImplemented, questionEnd: nameEnd + 4, reason: reason)
        } catch {
            return RefusedQuery(header, .notImplemented)
        }
    }

    /// Where the name behind the header ends; 0 for one that is compressed, too long or no name at all.
    private static func nameEnd(_ bytes: Span<UInt8>) -> Int {
        var position = Header.length
        let limit = min(bytes.count, Header.length + NameView.maximumLength)
        while position < limit {
            let octet = Int(bytes[position])
            guard octet <= NameView.maximumLabelLength else { return 0 }
            position &+= octet &+ 1
            if octet == 0 { return position }
        }
        return 0
    }

    /// Transfers are not for a stub, and the types of records that belong to one message cannot be asked for.
    private static func refusal(of type: RecordType) -> (ResponseCode, ExtendedErrorCode)? {
        switch type {
        case .axfr, .ixfr, .maila, .mailb: (.notImplemented, .notSupported)
        case .opt, .tsig, .tkey, RecordType(rawValue: 0): (.formatError, .invalidQueryType)
        default: nil
        }
    }
}
