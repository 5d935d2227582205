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
        return .forward(
            identifier, upstream: attempt.upstream, byteCount: compose(attempt, into: &bytes),
            onFreshConnection: attempt.onFreshConnection)
    }

    /// Writes the query of an attempt that had to wait for a connection, and answers how many bytes it has; nil when
    /// nobody waits for it any more.
    package func compose(_ identifier: AttemptIdentifier, into bytes: inout MutableSpan<UInt8>) -> Int? {
        guard let index = attempts.find(identifier) else { return nil }
        return compose(attempts[index], into: &bytes)
    }

    private func compose(_ attempt: Attempt, into bytes: inout MutableSpan<UInt8>) -> Int {
        QueryComposer.compose(
            pending.question(attempt.query).span, pending[attempt.query].key,
            asksForIdleTime: upstreamPool[attempt.upstream].configuration.asksForIdleTime,
            paddingBlock: configuration.paddingBlock, into: &bytes)
    }
}
