internal import DNSWire

/// What one client's answer has to look like, apart from what is in it.
struct AnswerTerms {
    let id: UInt16
    /// The query's flags: RD and CD come back, AD says that the client understands AD.
    let flags: Flags
    /// An OPT record goes along only to a client that sent one (RFC 6891 section 7).
    let hasEDNS: Bool
    let wantsDNSSEC: Bool
    /// Bytes that the answer may have.
    private(set) var limit: Int

    init(_ query: IncomingQuery, _ transport: Client.Transport) {
        id = query.id
        flags = query.flags
        hasEDNS = query.edns != nil
        wantsDNSSEC = query.edns?.wantsDNSSEC ?? false
        switch transport {
        case .datagram: limit = min(query.datagramLimit, Resolver.maximumDatagramSize)
        case .stream, .control: limit = Resolver.maximumMessageSize
        }
    }

    /// The same where there is room for `byteCount` bytes.
    func limited(to byteCount: Int) -> AnswerTerms {
        var terms = self
        terms.limit = min(limit, byteCount)
        return terms
    }

    /// The flags of an answer of that shape.
    func answerFlags(_ shape: AnswerShape) -> Flags {
        var answer = Flags(rawValue: 0)
        answer.isResponse = true
        answer.recursionDesired = flags.recursionDesired
        answer.recursionAvailable = true
        answer.checkingDisabled = flags.checkingDisabled
        answer.authenticData = shape.isAuthentic && (flags.authenticData || wantsDNSSEC)
        answer.responseCode = shape.responseCode
        return answer
    }
}
