internal import ByteCodec
internal import DNSWire
package import NetworkTypes

extension Resolver {
    /// Takes a client's query. `response` holds at least ``maximumDatagramSize`` bytes for a datagram and
    /// ``maximumMessageSize`` otherwise; one of at least ``minimumBufferSize`` only shortens the answer (TC).
    package mutating func receive(
        _ query: Span<UInt8>, from client: Client, now: MonotonicInstant, response: inout MutableSpan<UInt8>
    ) -> Reception {
        receive(admit(query, view: client.view), query, from: client, now: now, response: &response)
    }

    /// Takes the query that was admitted as number `index`, with its bytes.
    package mutating func receive(
        _ admitted: borrowing AdmittedQueries, _ index: Int, _ query: Span<UInt8>, from client: Client,
        now: MonotonicInstant, response: inout MutableSpan<UInt8>
    ) -> Reception {
        receive(admitted.queries[index], query, from: client, now: now, response: &response)
    }

    private mutating func receive(
        _ admitted: AdmittedQueries.Query, _ query: Span<UInt8>, from client: Client, now: MonotonicInstant,
        response: inout MutableSpan<UInt8>
    ) -> Reception {
        precondition(response.count >= Resolver.minimumBufferSize, "there is no room for an answer")
        switch admitted.admission {
        case .accepted(let accepted):
            counters.queries += 1
            return resolve(accepted, admitted.key, query, from: client, now: now, into: &response)
        case .refused(let refused):
            counters.queries += 1
            counters.rejected += 1
            guard let byteCount = try? refused.writeAnswer(to: query, into: &response) else { return .ignored }
            return .answered(byteCount: byteCount)
        case .ignored:
            counters.ignored += 1
            return .ignored
        }
    }

    /// Nothing more can be sent on that stream: its waiting queries get no answer.
    package mutating func clientClosed(stream: UInt64) {
        counters.abandonedByClient += UInt64(pending.dropWaiters(stream: stream))
    }
}

extension Resolver {
    /// The way of every query; up to the end of `answerFromCache` it is the way of a hit and allocates nothing.
    private mutating func resolve(
        _ query: IncomingQuery, _ key: CacheKey, _ bytes: Span<UInt8>, from client: Client, now: MonotonicInstant,
        into response: inout MutableSpan<UInt8>
    ) -> Reception {
        let terms = AnswerTerms(query, client.transport)
        guard query.recordClass == .internet else {
            counters.rejected += 1
            let error = buffer.encodeError(
                .refused, .notSupported, "only class IN is served", question: FoldedQuestion(query, in: bytes).span,
                lifetime: 0)
            return answer(error, query, bytes, terms, into: &response)
        }
        let name = bytes.extracting(query.nameRange)
        var cached = cache.find(key, name: name, at: now.cacheSeconds, into: &response)
        if cached == nil {
            // What is absent is absent for every type, and kept under one that nobody asks for.
            let absence = key.with(type: CacheKey.absence)
            cached = cache.find(absence, name: name, at: now.cacheSeconds, into: &response)
        }
        if let cached, !cached.isExpired {
            countHit(cached.shape)
            let reception = answerFromCache(cached, query, bytes, terms, into: &response)
            if cached.standing == .due { prefetch(key, FoldedQuestion(query, in: bytes), now: now) }
            return reception
        }
        return resolveMiss(
            query, key, bytes, terms, hasExpired: cached != nil, from: client, now: now, into: &response)
    }

    private mutating func answerFromCache(
        _ cached: CachedAnswer, _ query: IncomingQuery, _ bytes: Span<UInt8>, _ terms: AnswerTerms,
        into response: inout MutableSpan<UInt8>
    ) -> Reception {
        let length = Int(cached.length)
        guard Header.length + length <= response.count else {
            // The trailer, or an answer that will be truncated, needs more room than the client's datagram.
            buffer.load(cached, from: cache)
            let stored = EncodedAnswer(shape: cached.shape, length: length, lifetime: 0)
            return finish(
                buffer.compose(stored, age: cached.age, for: terms, into: &response), query, bytes, &response)
        }
        let byteCount = AnswerComposer.compose(
            cached.shape, length: length, age: cached.age, for: terms, in: &response)
        return finish(byteCount, query, bytes, &response)
    }

    /// Answers with what the buffer holds.
    private mutating func answer(
        _ encoded: EncodedAnswer, _ query: IncomingQuery, _ bytes: Span<UInt8>, _ terms: AnswerTerms,
        into response: inout MutableSpan<UInt8>
    ) -> Reception {
        finish(buffer.compose(encoded, age: 0, for: terms, into: &response), query, bytes, &response)
    }

    /// Gives the question back as the client spelled it.
    private mutating func finish(
        _ byteCount: Int, _ query: IncomingQuery, _ bytes: Span<UInt8>, _ response: inout MutableSpan<UInt8>
    ) -> Reception {
        response.copy(bytes.extracting(query.questionRange), to: Header.length)
        countAnswer(response.span)
        return .answered(byteCount: byteCount)
    }

    /// `hasExpired`: there is an answer, and it is fresh no more.
    private mutating func resolveMiss(
        _ query: IncomingQuery, _ key: CacheKey, _ bytes: Span<UInt8>, _ terms: AnswerTerms, hasExpired: Bool,
        from client: Client, now: MonotonicInstant, into response: inout MutableSpan<UInt8>
    ) -> Reception {
        let question = FoldedQuestion(query, in: bytes)
        if query.type == .any {
            counters.local += 1
            return answer(buffer.encodeMinimalAny(question: question.span), query, bytes, terms, into: &response)
        }
        guard let view = views[key.view] else {
            counters.rejected += 1
            let error = buffer.encodeError(
                .refused, .prohibited, "the view of this listener is closed", question: question.span, lifetime: 0)
            return answer(error, query, bytes, terms, into: &response)
        }
        let route = view.route(of: question.name)
        let host = hosts[question.name]
        // A host or a zone that the profile names is what it says, whatever its name means elsewhere.
        if host == nil, !route.isZone, let name = SpecialUseName(question.name) {
            counters.local += 1
            return answer(
                buffer.encode(name, query.type, question: question.span), query, bytes, terms, into: &response)
        }
        if let refusal = refuse(question, in: view) { return answer(refusal, query, bytes, terms, into: &response) }
        if let host {
            counters.local += 1
            let records = host.records(query.type)
            return answer(
                buffer.encode(records, question: question.span), query, bytes, terms, into: &response)
        }
        var hasExpired = hasExpired
        if let derived = deriveAnswer(key, question, hasExpired: &hasExpired, now: now) {
            countHit(derived.shape)
            return answer(derived, query, bytes, terms, into: &response)
        }
        // Answers that say less have not been looked for.
        let mayBeStale = hasExpired || !key.traits.poorer.isEmpty
        let stale = mayBeStale ? staleAnswer(key, question, now: now) : nil
        if let stale, stale.isUnrenewed {
            countHit(stale.encoded.shape)
            counters.staleAnswers += 1
            return answer(stale.encoded, query, bytes, terms, into: &response)
        }
        let waiter = Waiter(
            client: client, askedAt: now, terms: terms, spelling: NameSpelling(bytes.extracting(query.nameRange)))
        if let reason = enqueue(waiter, key, question, route, isRenewal: stale != nil, now: now) {
            let error = buffer.encodeError(
                .serverFailure, .notReady, reason, question: question.span, lifetime: 0)
            counters.shed += 1
            return answer(error, query, bytes, terms, into: &response)
        }
        return .pending
    }

    /// The answer to a question for a name that the view does not answer; nil where it does.
    private mutating func refuse(_ question: FoldedQuestion, in view: ResolverView) -> EncodedAnswer? {
        if let rule = view.ruleBlocking(question.name) {
            counters.local += 1
            counters.blocked += 1
            return buffer.encodeError(
                .nameError, .blocked, "the rule `\(rule)` blocks this name", question: question.span, lifetime: 0)
        }
        guard !view.answers(question.name) else { return nil }
        counters.local += 1
        counters.outOfScope += 1
        // The name may exist, and names below it may be answered: what is not told is what it has.
        return buffer.encodeError(
            .noError, .blocked, "only names of this subject's rules are answered", question: question.span, lifetime: 0)
    }

    private mutating func countHit(_ shape: AnswerShape) {
        if shape.responseCode == .noError, shape.answerCount > 0 {
            counters.hits += 1
        } else if shape.responseCode == .noError || shape.responseCode == .nameError {
            counters.negativeHits += 1
        } else {
            counters.failureHits += 1
        }
    }

    /// Counts what can be seen in the flags of an answer that leaves.
    mutating func countAnswer(_ message: Span<UInt8>) {
        let flags = Flags(rawValue: message.bigEndianUInt16(at: 2))
        if flags.isTruncated { counters.truncated += 1 }
        if flags.responseCode == .serverFailure { counters.serverFailures += 1 }
    }
}
