internal import ByteCodec
internal import DNSWire

extension Resolver {
    /// One client's answer to a query that is answered.
    mutating func deliver(_ query: UInt32, to waiter: Waiter, into bytes: inout MutableSpan<UInt8>) -> Effect {
        let question = pending.question(query)
        let encoded: EncodedAnswer
        if let answer = pending[query].answer {
            buffer.load(answer, from: held)
            encoded = answer.encoded
        } else {
            encoded = buffer.encodeError(
                .serverFailure, .notReady, "too many answers under way", question: question.span, lifetime: 0)
        }
        let byteCount = buffer.compose(encoded, age: 0, for: waiter.terms, into: &bytes)
        waiter.spelling.apply(to: &bytes, at: Header.length, count: question.nameLength)
        countAnswer(bytes.span)
        return .answer(waiter.client, byteCount: byteCount)
    }

    /// The query for an attempt; nil when nobody waits for it any more.
    mutating func forward(_ identifier: AttemptIdentifier, into bytes: inout MutableSpan<UInt8>) -> Effect? {
        guard let index = attempts.find(identifier) else { return nil }
        attempts[index].isUnderWay = true
        let attempt = attempts[index]
        let question = pending.question(attempt.query)
        let byteCount = QueryComposer.compose(
            question.span, pending[attempt.query].key, paddingBlock: configuration.paddingBlock,
            into: &bytes)
        return .forward(
            identifier, upstream: attempt.upstream, byteCount: byteCount,
            onFreshConnection: attempt.onFreshConnection)
    }
}
