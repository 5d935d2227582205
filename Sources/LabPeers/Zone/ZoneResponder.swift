internal import ByteCodec

/// Answers DNS queries from a zone: bytes to bytes, as a recursive resolver over an encrypted channel does.
package struct ZoneResponder: Sendable {
    package let zone: Zone

    package init(zone: Zone) { self.zone = zone }

    /// The answer to `message`; nil when it is no query and deserves silence.
    package func answer(_ message: Span<UInt8>) -> [UInt8]? {
        guard let query = ZoneQuery(message) else { return nil }
        let (code, found) = respond(to: query)
        var composer = MessageComposer(answering: query)
        composer.write(found)
        return composer.finish(code, extensions: query.extensions)
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
