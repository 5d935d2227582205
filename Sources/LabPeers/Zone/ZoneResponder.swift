internal import ByteCodec

/// Answers DNS queries from a zone: bytes to bytes, as a recursive resolver over an encrypted channel does.
package struct ZoneResponder: Sendable {
    package let zone: Zone

    package init(zone: Zone) { self.zone = zone }

    /// What is to be said, beside the truth.
    enum Kind: Equatable {
        case right
        /// With addresses that no zone of the lab has: who shows them has believed what must not be believed.
        case `false`
        /// With records of `elsewhere.example` in all sections.
        case withForeignRecords
        /// No records, and TC set.
        case truncated
        case failure(ResponseCode)
    }

    /// The answer to `message`; nil when it is no query and deserves silence.
    package func answer(_ message: Span<UInt8>) -> [UInt8]? { answer(message, .right) }

    func answer(_ message: Span<UInt8>, _ kind: Kind, keepalive: ScriptedKeepalive? = nil) -> [UInt8]? {
        guard let query = ZoneQuery(message) else { return nil }
        var (code, found) = respond(to: query)
        var composer = MessageComposer(answering: query)
        switch kind {
        case .right: composer.write(found)
        case .false: composer.write(found?.falsified)
        case .withForeignRecords:
            composer.write(found)
            composer.writeForeignRecords()
        case .truncated: composer.truncate()
        case .failure(let failure): code = failure
        }
        return composer.finish(code, extensions: query.extensions, keepalive: keepalive)
    }

    /// The response code and what to say with it.
    private func respond(to query: ZoneQuery) -> (ResponseCode, Zone.Answer?) {
        guard query.operationCode == 0 else { return (.notImplemented, nil) }
        guard !query.isMalformed, let question = query.question else { return (.formatError, nil) }
        if let extensions = query.extensions, extensions.version > 0 { return (.badVersion, nil) }
        guard question.recordClass == 1 else { return (.refused, nil) }
        let found = zone.lookUp(ZoneName(labels: question.labels), type: question.type)
        return (ResponseCode(found.outcome), found)
    }
}

/// RFC 6895 section 2.3, as far as the lab says it.
enum ResponseCode: UInt16 {
    case noError = 0
    case formatError = 1
    case serverFailure = 2
    case noSuchName = 3
    case notImplemented = 4
    case refused = 5
    case badVersion = 16

    init(_ outcome: Zone.Answer.Outcome) {
        switch outcome {
        case .found, .noData: self = .noError
        case .noSuchName: self = .noSuchName
        case .refused: self = .refused
        case .aliasLoop: self = .serverFailure
        }
    }
}
