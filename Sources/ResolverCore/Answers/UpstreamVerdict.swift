internal import ByteCodec
internal import DNSWire

/// What an upstream's message is worth to the query that waits for it.
enum UpstreamVerdict {
    /// The answer.
    case answer(EncodedAnswer)
    /// Well-formed, and withheld: it gives a private address for a public name. What to answer instead.
    case rebinding(EncodedAnswer)
    /// The upstream does not answer this question; what to tell the client when no other one does either.
    case refusal(UpstreamFailure, EncodedAnswer)
    /// Nothing that may be believed.
    case failure(UpstreamFailure)
}

extension AnswerBuffer {
    /// For how many seconds a failure is remembered that an upstream told us (RFC 9520 section 3.2: 1 to 300).
    static let upstreamFailureLifetime: UInt32 = 5

    /// Judges the bytes that came from an upstream for `question`, which is in lower case. Names in `ownZone` may have
    /// private addresses.
    mutating func judge(
        _ bytes: Span<UInt8>, question: Span<UInt8>, wantsDNSSEC: Bool, limits: LifetimeLimits,
        rebinding: RebindingProtection, ownZone: OwnedName?, upstream: String
    ) -> UpstreamVerdict {
        idleMilliseconds = nil
        do {
            let message = try MessageView(bytes)
            let summary = try validate(message)
            guard summary.header.flags.isResponse, try AnswerBuffer.isAnswer(message, to: question) else {
                return .failure(.mismatched)
            }
            idleMilliseconds = summary.idleMilliseconds
            // TC over a stream makes no sense: there is nothing to go on to.
            guard summary.header.flags.opcode == .query, !summary.header.flags.isTruncated else {
                return .failure(.malformed)
            }
            if let failure = UpstreamFailure(summary.responseCode) {
                return .refusal(failure, encodeRefusal(message, summary, failure, question, upstream))
            }
            let answer = try encode(message, question: question, wantsDNSSEC: wantsDNSSEC, limits: limits)
            guard rebinding == .allow || !hasPrivateAddress(answer, outside: ownZone) else {
                return .rebinding(encodeBlock(answer, question))
            }
            return .answer(answer)
        } catch {
            return .failure(.malformed)
        }
    }

    /// The question of `message` is `question`. One that refuses may leave it out.
    private static func isAnswer(_ message: MessageView, to question: Span<UInt8>) throws(WireError) -> Bool {
        let header = message.header
        if header.questionCount == 0 { return UpstreamFailure(header.flags.responseCode) != nil }
        guard header.questionCount == 1, let echoed = try message.question() else { return false }
        return try echoed == QuestionView(in: question, at: 0)
    }

    /// A refusal with the upstream's code (RFC 5625 section 4: who stands between does not change it), in its words or
    /// else in ours.
    private mutating func encodeRefusal(
        _ message: MessageView, _ summary: MessageSummary, _ failure: UpstreamFailure, _ question: Span<UInt8>,
        _ upstream: String
    ) -> EncodedAnswer {
        let told = AnswerBuffer.extendedError(message)
        let code = failure.responseCode ?? .serverFailure
        let text = told?.text ?? ""
        return encodeError(
            code, told?.code ?? .other, text.isEmpty ? "upstream `\(upstream)`: \(failure)" : text,
            question: question, lifetime: AnswerBuffer.upstreamFailureLifetime)
    }

    private static func extendedError(_ message: MessageView) -> (code: ExtendedErrorCode, text: String)? {
        guard let opt = try? message.opt() else { return nil }
        var options = opt.options
        while let option = try? options.next() {
            if let error = option.extendedError { return error }
        }
        return nil
    }

    /// As a resolver answers that strips private addresses: no such data, and why.
    private mutating func encodeBlock(_ answer: EncodedAnswer, _ question: Span<UInt8>) -> EncodedAnswer {
        encodeError(
            .noError, .blocked, "private address for a public name", question: question, lifetime: answer.lifetime)
    }
}

extension UpstreamFailure {
    /// Nil for the two codes that answer a question.
    init?(_ code: ResponseCode) {
        switch code {
        case .noError, .nameError: return nil
        case .refused: self = .refused
        case .formatError: self = .formatError
        case .notImplemented: self = .notImplemented
        default: self = .serverFailure
        }
    }

    /// The code that an upstream answered with.
    var responseCode: ResponseCode? {
        switch self {
        case .serverFailure: .serverFailure
        case .refused: .refused
        case .formatError: .formatError
        case .notImplemented: .notImplemented
        default: nil
        }
    }
}
