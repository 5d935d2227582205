internal import ByteCodec
internal import DNSWire
internal import NetworkTypes
internal import Telemetry

// The life of a pending query: enqueue -> advance -> (attempt -> advance)* -> complete -> deliver -> release.

extension Resolver {
    /// Lets a client wait for the answer to a question, and begins to look for it when nobody has. Says why when
    /// there is no room for it.
    mutating func enqueue(
        _ waiter: Waiter, _ key: CacheKey, _ question: FoldedQuestion, _ route: ResolverView.Route, isRenewal: Bool,
        now: MonotonicInstant
    ) -> String? {
        guard pending.hasRoomForClient || makeRoom(for: waiter.client, now: now) else { return Resolver.greedyClient }
        if let query = pending.find(key, question) {
            return join(waiter, query, now: now) ? nil : "too many clients wait for this name"
        }
        guard pending.hasRoomForQuery || makeRoom(for: waiter.client, now: now) else { return Resolver.greedyClient }
        counters.misses += 1
        let query = pending.insert(key, question, route, isRenewal: isRenewal, now: now)
        pending.addWaiter(waiter, to: query)
        advance(query, now: now)
        return nil
    }

    private static let greedyClient = "too many queries of this client are under way"

    /// Gives up a query for that client's. A client with more than its share makes room for others, and not others
    /// for it; where nobody has, who has waited longest is the likeliest to wait in vain.
    private mutating func makeRoom(for client: Client, now: MonotonicInstant) -> Bool {
        guard let victim = pending.oldGreedyQuery ?? (pending.isGreedy(client) ? nil : pending.oldestQuery) else {
            return false
        }
        counters.shed += 1
        fail(victim, .notReady, "too many queries under way", remember: false, now: now)
        return true
    }

    private mutating func join(_ waiter: Waiter, _ query: UInt32, now: MonotonicInstant) -> Bool {
        counters.coalesced += 1
        // A datagram that came twice is answered once.
        if waiter.client.transport == .datagram,
            pending.isWaiting(waiter.client, id: waiter.terms.id, for: query)
        {
            return true
        }
        guard pending[query].waiterCount < PendingQuery.maximumWaiters else { return false }
        pending.addWaiter(waiter, to: query)
        if pending[query].isRenewal, staleMoment(of: query) <= now { tellStale(query, now: now) }
        return true
    }

    /// When the clients of a query that renews an expired answer have waited long enough.
    func staleMoment(of query: UInt32) -> MonotonicInstant {
        pending[query].receivedAt.advanced(byNanoseconds: configuration.cache.stale.delay)
    }

    /// Makes the next attempt, or waits for a pause or for late answers, or gives up.
    mutating func advance(_ query: UInt32, now: MonotonicInstant) {
        let state = pending[query]
        // Of two attempts at once one has failed: the other's time goes on.
        guard !state.isHedged || !hasAttemptInTime(query) else { return }
        guard state.attemptCount < maximumAttempts(of: state) else { return giveUpUnlessWaiting(query, now: now) }
        switch choose(for: query, now: now) {
        case .use(let upstream):
            if state.attemptCount > 0 { counters.failedOver += 1 }
            pending[query].attemptCount += 1
            beginAttempt(query, at: upstream, onFreshConnection: wantsFreshConnection(query, upstream), now: now)
        // Until the deadline, too: an upstream that answers others before ends all pauses.
        case .wait(let end): park(query, until: min(end, state.deadline))
        case .none: giveUpUnlessWaiting(query, now: now)
        }
    }

    private func maximumAttempts(of query: PendingQuery) -> Int {
        let asked = views[query.key.view]?.order.count { query.refused & 1 << UInt64($0) == 0 } ?? 0
        return min(PendingQuery.maximumAttemptsEach * asked, PendingQuery.maximumAttempts)
    }

    private func hasAttemptInTime(_ query: UInt32) -> Bool {
        var index = pending[query].firstAttempt
        while index != Slab<Attempt>.none {
            if !attempts[index].isLate { return true }
            index = attempts[index].nextOfQuery
        }
        return false
    }

    /// Whether this query has an attempt at the upstream that nothing came back for while nothing else did either:
    /// its connection may be dead.
    private func wantsFreshConnection(_ query: UInt32, _ upstream: Int) -> Bool {
        var index = pending[query].firstAttempt
        while index != Slab<Attempt>.none {
            let attempt = attempts[index]
            if attempt.upstream == upstream, upstreamPool[upstream].health.isSilent(since: attempt.sentAt) {
                return true
            }
            index = attempt.nextOfQuery
        }
        return false
    }

    mutating func beginAttempt(
        _ query: UInt32, at upstream: Int, onFreshConnection: Bool, now: MonotonicInstant
    ) {
        let attempt = attempts.begin(
            for: query, at: upstream, onFreshConnection: onFreshConnection, before: pending[query].firstAttempt,
            now: now)
        pending[query].firstAttempt = attempt
        upstreamPool[upstream].begin()
        hedgeBudget.noteAttempt()
        watchForHedging(attempt)
        counters.forwarded += 1
        effects.append(.forward(attempts[attempt].identifier))
    }

    private mutating func park(_ query: UInt32, until end: MonotonicInstant) {
        pending[query].isParked = true
        parkedCount += 1
        parkedUntil = min(parkedUntil, end)
    }

    /// A pause is over, or an upstream has shown that it works: all parked queries go on.
    mutating func unpark(now: MonotonicInstant) {
        parkedUntil = .distantFuture
        guard parkedCount > 0 else { return }
        var next = pending.oldestQuery
        while let query = next {
            next = pending.query(after: query)
            guard pending[query].isParked else { continue }
            pending[query].isParked = false
            parkedCount -= 1
            advance(query, now: now)
        }
    }

    private mutating func giveUpUnlessWaiting(_ query: UInt32, now: MonotonicInstant) {
        guard pending[query].firstAttempt == Slab<Attempt>.none else { return }
        giveUp(query, now: now)
    }

    /// Answers with an upstream's refusal when there is one, else with SERVFAIL and the reasons.
    mutating func giveUp(_ query: UInt32, now: MonotonicInstant) {
        if concludeWithStale(query, now: now) { return }
        if let moment = lastHopeless(of: query, now: now) { return giveUp(query, askedUntil: moment, now: now) }
        if let answer = pending[query].answer {
            buffer.load(answer, from: held)
            remember(answer.encoded, for: query, now: now)
            conclude(query, now: now)
        } else {
            let encoded = encodeFailure(
                of: query, lifetime: hasSleptThroughDeadline(query, now: now) ? 0 : Resolver.failureLifetime)
            complete(query, encoded, now: now)
        }
    }

    /// Who joined a query has a budget of their own. Who asked until the resulting moment has none left, or what is left
    /// ends before anybody can be asked; nil where that are all, or nobody can be asked at all.
    private func lastHopeless(of query: UInt32, now: MonotonicInstant) -> MonotonicInstant? {
        let state = pending[query]
        var moment = max(state.receivedAt, now.receding(byNanoseconds: PendingQuery.budget))
        if state.firstAttempt == Slab<Attempt>.none {
            switch choose(for: query, tried: state.refused, now: now) {
            case .use: break
            case .wait(let end): moment = max(moment, end.receding(byNanoseconds: PendingQuery.budget))
            case .none: return nil
            }
        }
        return pending.hasWaiter(of: query, askedAfter: moment) ? moment : nil
    }

    /// Tells those who asked until then what there is to tell, and goes on for the others.
    private mutating func giveUp(_ query: UInt32, askedUntil moment: MonotonicInstant, now: MonotonicInstant) {
        let encoded: EncodedAnswer
        if let answer = pending[query].answer {
            buffer.load(answer, from: held)
            encoded = answer.encoded
        } else {
            encoded = encodeFailure(of: query, lifetime: 0)
        }
        counters.missLatency.record(nanoseconds: now.nanoseconds(since: pending[query].receivedAt))
        let answered = pending.detachWaiters(of: query, askedUntil: moment)
        hold(encoded, for: answered)
        effects.append(.deliver(answered))
        if !pending[query].isParked, !hasAttemptInTime(query) { advance(query, now: now) }
    }

    /// SERVFAIL, and why.
    private mutating func encodeFailure(of query: UInt32, lifetime: UInt32) -> EncodedAnswer {
        let reasons = upstreamPool.explanation(tried: pending[query].tried, refused: pending[query].refused)
        return buffer.encodeError(
            .serverFailure, reasons.isEmpty ? .other : .networkError, reasons.isEmpty ? upstreamPool.absence : reasons,
            question: pending.question(query).span, lifetime: lifetime)
    }

    /// Deadlines are met to the millisecond while the machine is awake. What was slept through says nothing about the
    /// upstreams, and whoever asks next finds them.
    private func hasSleptThroughDeadline(_ query: UInt32, now: MonotonicInstant) -> Bool {
        pending[query].deadline.advanced(bySeconds: 1) < now
    }

    /// Answers SERVFAIL, or what is better.
    mutating func fail(
        _ query: UInt32, _ error: ExtendedErrorCode, _ reason: String, remember: Bool, now: MonotonicInstant
    ) {
        if concludeWithStale(query, now: now) { return }
        let question = pending.question(query)
        let encoded = buffer.encodeError(
            .serverFailure, error, reason, question: question.span, lifetime: remember ? Resolver.failureLifetime : 0)
        complete(query, encoded, now: now)
    }

    /// For how many seconds a failure of ours is remembered (RFC 9520): the least that is allowed, for whoever
    /// mends the network does not want to wait.
    static let failureLifetime: UInt32 = 1
}

extension MonotonicInstant {
    /// The beginning of time where there was less.
    fileprivate func receding(byNanoseconds amount: UInt64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: nanoseconds > amount ? nanoseconds - amount : 0)
    }
}

extension Resolver {
    /// The answer is in the buffer: keeps it, and lets the clients have it.
    mutating func complete(_ query: UInt32, _ encoded: EncodedAnswer, now: MonotonicInstant) {
        remember(encoded, for: query, now: now)
        hold(encoded, for: query)
        conclude(query, now: now)
    }

    /// Keeps what the buffer holds as the answer of the query, in place of an earlier one.
    mutating func hold(_ encoded: EncodedAnswer, for query: UInt32) {
        dropHeldAnswer(of: query)
        pending[query].answer = buffer.store(encoded, in: &held)
    }

    private mutating func dropHeldAnswer(of query: UInt32) {
        guard let answer = pending[query].answer else { return }
        held.release(answer.run, answer.encoded.length)
        pending[query].answer = nil
    }

    /// Caches what the buffer holds as the answer of the query, if it may be. A failure takes no better answer's place.
    mutating func remember(_ encoded: EncodedAnswer, for query: UInt32, now: MonotonicInstant) {
        guard !encoded.shape.isFailure || encoded.lifetime > 0 && !pending[query].isRenewal else { return }
        remember(encoded, pending[query].key, pending.question(query), at: now.cacheSeconds)
    }

    mutating func remember(_ encoded: EncodedAnswer, _ key: CacheKey, _ question: FoldedQuestion, at now: UInt32) {
        buffer.store(encoded, key, questionEnd: Header.length + question.count, in: &cache, at: now)
        if encoded.lifetime > 0 { counters.insertions += 1 }
    }

    /// The query is answered: ends its attempts and queues the delivery.
    mutating func conclude(_ query: UInt32, now: MonotonicInstant) {
        while pending[query].firstAttempt != Slab<Attempt>.none {
            let index = pending[query].firstAttempt
            let attempt = attempts[index]
            if attempt.isUnderWay { effects.append(.abandon(attempt.identifier, upstream: attempt.upstream)) }
            endAttempt(index)
        }
        if pending[query].isParked { parkedCount -= 1 }
        pending[query].isParked = false
        counters.missLatency.record(nanoseconds: now.nanoseconds(since: pending[query].receivedAt))
        pending.finish(query)
        effects.append(.deliver(query))
    }

    mutating func release(_ query: UInt32) {
        dropHeldAnswer(of: query)
        pending.release(query)
    }

    /// Nothing more is awaited of the attempt.
    mutating func endAttempt(_ index: UInt32) {
        let upstream = attempts[index].upstream
        upstreamPool[upstream].end()
        removeAttempt(index)
        forgetEndedHedges(of: upstream)
    }

    /// Forgets an attempt, whatever became of its upstream.
    mutating func removeAttempt(_ index: UInt32) {
        let attempt = attempts[index]
        if pending[attempt.query].firstAttempt == index {
            pending[attempt.query].firstAttempt = attempt.nextOfQuery
        } else {
            var previous = pending[attempt.query].firstAttempt
            while attempts[previous].nextOfQuery != index { previous = attempts[previous].nextOfQuery }
            attempts[previous].nextOfQuery = attempt.nextOfQuery
        }
        attempts.end(index)
    }
}
