internal import ByteCodec
internal import DNSWire
internal import NetworkTypes

// What the cache knows beyond the answer to the very question: richer answers, absent names, expired answers.

extension Resolver {
    /// An answer to the question that follows from what is cached for others. It is in the buffer. `hasExpired` becomes
    /// true when one would have followed that is fresh no more.
    mutating func deriveAnswer(
        _ key: CacheKey, _ question: FoldedQuestion, hasExpired: inout Bool, now: MonotonicInstant
    ) -> EncodedAnswer? {
        let seconds = now.cacheSeconds
        for traits in key.traits.richer where canStrip(key, to: traits) {
            let richer = key.with(traits: traits)
            var answer = derive(from: richer, key, question, hasExpired: &hasExpired, at: seconds)
            if answer == nil {
                let absence = richer.with(type: CacheKey.absence)
                answer = derive(from: absence, key, question, hasExpired: &hasExpired, at: seconds)
            }
            guard let answer else { continue }
            remember(answer, key, question, at: seconds)
            return answer
        }
        return deriveAbsence(key, question, at: seconds)
    }

    private mutating func derive(
        from candidate: CacheKey, _ key: CacheKey, _ question: FoldedQuestion, hasExpired: inout Bool, at now: UInt32
    ) -> EncodedAnswer? {
        guard let cached = buffer.find(candidate, question.name, in: &cache, at: now) else { return nil }
        guard !cached.isExpired else {
            hasExpired = true
            return nil
        }
        return derive(cached, key, question)
    }

    /// RFC 8020: what is below a name that does not exist does not exist either. The answer is not kept: there are
    /// as many such names as somebody likes.
    private mutating func deriveAbsence(
        _ key: CacheKey, _ question: FoldedQuestion, at now: UInt32
    ) -> EncodedAnswer? {
        var start = Int(question.span[0]) + 1
        while start + 1 < question.nameLength {
            let ancestor = question.span.extracting(start..<question.nameLength)
            guard let name = try? NameView(in: ancestor, at: 0) else { return nil }
            let absence = key.absence(of: name.hash(hashKey))
            if let cached = findFresh(absence, ancestor, at: now) { return derive(cached, key, question) }
            start += Int(question.span[start]) + 1
        }
        return nil
    }

    /// Without its proofs an answer to a question about proofs is another answer.
    private func canStrip(_ key: CacheKey, to traits: QuestionTraits) -> Bool {
        guard traits.contains(.dnssec), !key.traits.contains(.dnssec) else { return true }
        return ![RecordType.rrsig, .nsec, .nsec3].contains(key.type)
    }

    private mutating func findFresh(_ key: CacheKey, _ name: Span<UInt8>, at now: UInt32) -> CachedAnswer? {
        let cached = buffer.find(key, name, in: &cache, at: now)
        return cached?.isExpired == false ? cached : nil
    }

    private mutating func derive(
        _ cached: CachedAnswer, _ key: CacheKey, _ question: FoldedQuestion
    ) -> EncodedAnswer? {
        buffer.derive(cached, from: cache, for: question.span, wantsDNSSEC: key.traits.contains(.dnssec))
    }
}

extension Resolver {
    /// An expired answer that may still be told: to the very question, or to one that says more or, since it is
    /// better than none, less. It is in the buffer.
    mutating func staleAnswer(_ key: CacheKey, _ question: FoldedQuestion, now: MonotonicInstant) -> StaleAnswer? {
        guard configuration.cache.stale.maximumAge > 0 else { return nil }
        for traits in staleTraits(key) {
            let candidate = key.with(traits: traits)
            if let answer = staleAnswer(candidate, key, question, now: now) { return answer }
            let absence = candidate.with(type: CacheKey.absence)
            if let answer = staleAnswer(absence, key, question, now: now) { return answer }
        }
        return nil
    }

    private mutating func staleAnswer(
        _ candidate: CacheKey, _ key: CacheKey, _ question: FoldedQuestion, now: MonotonicInstant
    ) -> StaleAnswer? {
        let found = buffer.find(candidate, question.name, in: &cache, at: now.cacheSeconds)
        guard let cached = found, cached.isExpired else { return nil }
        let hasProofs = candidate.traits.contains(.dnssec) && !key.traits.contains(.dnssec)
        let answer =
            hasProofs ? derive(cached, key, question) : buffer.take(cached, from: cache, question: question.span)
        guard let answer else { return nil }
        let stale = buffer.markStale(answer, ttl: configuration.cache.stale.ttl)
        return StaleAnswer(encoded: stale, isUnrenewed: cached.standing == .unrenewed)
    }

    /// The traits under which an expired answer may be found that is told to the question of `key`.
    private func staleTraits(_ key: CacheKey) -> QuestionTraitsList {
        var found = QuestionTraitsList()
        found.append(key.traits)
        for traits in key.traits.richer where canStrip(key, to: traits) { found.append(traits) }
        for traits in key.traits.poorer { found.append(traits) }
        return found
    }

    /// Clients have waited as long as they should for what renews an expired answer: they get that, and the query
    /// goes on for those who come later.
    mutating func tellStale(_ query: UInt32, now: MonotonicInstant) {
        let question = pending.question(query)
        guard pending[query].waiterCount > 0, let stale = staleAnswer(pending[query].key, question, now: now) else {
            return
        }
        counters.staleAnswers += UInt64(pending[query].waiterCount)
        let answered = pending.detachWaiters(of: query)
        hold(stale.encoded, for: answered)
        effects.append(.deliver(answered))
    }

    /// Nobody answers the query. Whether the clients got an expired answer instead.
    mutating func concludeWithStale(_ query: UInt32, now: MonotonicInstant) -> Bool {
        let key = pending[query].key
        let question = pending.question(query)
        guard pending[query].isRenewal, let stale = staleAnswer(key, question, now: now) else { return false }
        for traits in staleTraits(key) {
            let candidate = key.with(traits: traits)
            cache.renewalFailed(candidate, name: question.name, at: now.cacheSeconds)
            let absence = candidate.with(type: CacheKey.absence)
            cache.renewalFailed(absence, name: question.name, at: now.cacheSeconds)
        }
        counters.staleAnswers += UInt64(pending[query].waiterCount)
        hold(stale.encoded, for: query)
        conclude(query, now: now)
        return true
    }

    /// Asks again for a popular answer that is about to end, unless somebody does already. Nobody is put off for it.
    mutating func prefetch(_ key: CacheKey, _ question: FoldedQuestion, now: MonotonicInstant) {
        guard configuration.cache.prefetch, pending.count < PendingQueryTable.maximumPrefetchLoad else { return }
        guard pending.find(key, question) == nil, let view = views[key.view] else { return }
        counters.prefetches += 1
        advance(
            pending.insert(key, question, view.route(of: question.name), isRenewal: true, now: now), now: now)
    }
}
