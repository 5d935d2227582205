internal import DNSWire

/// What one client's answer has to look like, apart from what is in it.
struct AnswerTerms {
    let id: UInt16
    /// The query's flags: RD and CD come back, AD says that the client understands AD.
    let flags: Flags
    /// An OPT record goes along only to a client that sent one (RFC 6891 section 7).
    let hasEDNS: Bool
    let wantsDNSSEC: Bool
    /// The client asked over a stream how long that may be idle.
    let wantsKeepalive: Bool
    /// Bytes that the answer may have.
    private(set) var limit: Int

    init(_ query: IncomingQuery, _ transport: Client.Transport) {
        id = query.id
        flags = query.flags
        hasEDNS = query.edns != nil
        wantsDNSSEC = query.edns?.wantsDNSSEC ?? false
        // Over UDP the option means nothing (RFC 7828 section 3.2.1).
        wantsKeepalive = transport == .stream && query.edns?.asksForKeepalive == true
        switch transport {
        case .datagram: limit = min(query.datagramLimit, Resolver.maximumDatagramSize)
        case .stream, .control: limit = Resolver.maximumMessageSize
        }
    }

    /// Those of nobody: everything that is stored, and AD where the upstream said it.
    static let complete = AnswerTerms(wantsDNSSEC: true)

    private init(wantsDNSSEC: Bool) {
        id = 0
        flags = Flags(rawValue: 0)
        hasEDNS = false
        wantsKeepalive = false
        self.wantsDNSSEC = wantsDNSSEC
        limit = Resolver.maximumMessageSize
    }

    /// The same where there is room for `byteCount` bytes.
    func limited(to byteCount: Int) -> AnswerTerms {
        var terms = self
        terms.limit = min(limit, byteCount)
        return terms
    }

    /// The flags of an answer of that shape: QR and RA, the client's RD and CD, AD for those who understand it.
    func answerFlags(_ shape: AnswerShape) -> Flags {
        let copied = flags.rawValue & 0x0110
        let authentic: UInt16 = shape.isAuthentic && (flags.rawValue & 0x0020 != 0 || wantsDNSSEC) ? 0x0020 : 0
        return Flags(rawValue: 0x8080 | copied | authentic | shape.responseCode.rawValue)
    }
}
