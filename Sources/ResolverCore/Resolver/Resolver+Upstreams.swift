internal import DNSWire
package import NetworkTypes

extension Resolver {
    /// Where a query of everybody's view that comes now is sent first; nil when nobody may be asked.
    package func nextUpstream(now: MonotonicInstant) -> Int? {
        guard let view = views[ViewConfiguration.everybody] else { return nil }
        let others = ~view.ordinaryRoute.upstreams
        guard case .use(let upstream) = upstreamPool.choose(view.order, tried: 0, refused: others, now: now) else {
            return nil
        }
        return upstream
    }

    /// An upstream's answer to an attempt; the message's id is not looked at. `age`: seconds that it has spent in
    /// caches on its way (RFC 8484 section 5.1). Answers for how many milliseconds the upstream keeps an idle connection,
    /// where the message says it (RFC 7828).
    @discardableResult
    package mutating func upstreamAnswered(
        _ attempt: AttemptIdentifier, message: Span<UInt8>, age: UInt32 = 0, now: MonotonicInstant
    ) -> UInt64? {
        guard let index = attempts.find(attempt) else {
            counters.unexpectedAnswers += 1
            return nil
        }
        let state = attempts[index]
        let key = pending[state.query].key
        let question = pending.question(state.query)
        let verdict = buffer.judge(
            message, question: question.span, wantsDNSSEC: key.traits.contains(.dnssec),
            limits: LifetimeLimits(configuration.cache, age: age), rebinding: configuration.rebinding,
            ownZone: views[key.view]?.zone(of: question.name),
            upstream: upstreamPool[state.upstream].configuration.name)
        switch verdict {
        case .answer(let answer), .rebinding(let answer):
            if case .rebinding = verdict { counters.rebindingBlocked += 1 }
            if state.isLate { counters.lateAnswers += 1 }
            noteWinner(state, now: now)
            counters.recordsOutOfBailiwick += UInt64(answer.strayRecords)
            upstreamPool[state.upstream].succeeded(sentAt: state.sentAt, now: now)
            endAttempt(index)
            complete(state.query, answer, now: now)
            unpark(now: now)
        case .refusal(let failure, let answer):
            hold(answer, for: state.query)
            upstreamPool[state.upstream].declined(failure, sentAt: state.sentAt, now: now)
            goOn(index, after: failure, now: now)
            unpark(now: now)
        case .failure(let failure):
            attemptFailed(index, failure, now: now)
        }
        return buffer.idleMilliseconds
    }

    package mutating func upstreamFailed(
        _ attempt: AttemptIdentifier, _ failure: UpstreamFailure, now: MonotonicInstant
    ) {
        guard let index = attempts.find(attempt) else { return }
        attemptFailed(index, failure, now: now)
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        if let moment = hedgeDeadline, moment <= now { hedge(now: now) }
        while let attempt = attempts.oldestAttempt, attempt.deadline <= now { attemptBecameLate(attempt, now: now) }
        while let query = pending.oldestRenewal, staleMoment(of: query) <= now {
            pending.takeRenewal()
            tellStale(query, now: now)
        }
        while let query = pending.oldestQuery, pending[query].deadline <= now {
            counters.timedOut += 1
            giveUp(query, now: now)
        }
        if parkedUntil <= now { unpark(now: now) }
    }
}

extension Resolver {
    /// Where the next attempt of a query goes.
    func choose(for query: UInt32, now: MonotonicInstant) -> UpstreamPool.Choice {
        choose(for: query, tried: pending[query].tried, now: now)
    }

    func choose(for query: UInt32, tried: UInt64, now: MonotonicInstant) -> UpstreamPool.Choice {
        let state = pending[query]
        let order = views[state.key.view]?.order ?? []
        return upstreamPool.choose(order, tried: tried, refused: state.refused, shard: state.shard, now: now)
    }

    /// Of two attempts the second one was faster: the first would have taken longer than this.
    private mutating func noteWinner(_ winner: Attempt, now: MonotonicInstant) {
        guard pending[winner.query].isHedged else { return }
        var index = pending[winner.query].firstAttempt
        while index != Slab<Attempt>.none {
            let attempt = attempts[index]
            if attempt.identifier != winner.identifier, !attempt.isLate {
                upstreamPool[attempt.upstream].wasNotWaitedFor(sentAt: attempt.sentAt, now: now)
                if attempt.sentAt < winner.sentAt { counters.hedgesWon += 1 }
            }
            index = attempt.nextOfQuery
        }
    }

    private mutating func attemptFailed(_ index: UInt32, _ failure: UpstreamFailure, now: MonotonicInstant) {
        let attempt = attempts[index]
        upstreamPool[attempt.upstream].failed(failure, sentAt: attempt.sentAt, now: now)
        goOn(index, after: failure, now: now)
    }

    /// Ends the attempt, and makes the next one.
    private mutating func goOn(_ index: UInt32, after failure: UpstreamFailure, now: MonotonicInstant) {
        let attempt = attempts[index]
        endAttempt(index)
        let bit: UInt64 = 1 << UInt64(attempt.upstream)
        switch failure.consequence {
        case .reconnect: reconnect(attempt, now: now)
        case .declined:
            pending[attempt.query].refused |= bit
            pending[attempt.query].tried |= bit
            pending[attempt.query].declineCount += 1
            // What two do not answer need not be told to all.
            if upstreamPool.isSharded, pending[attempt.query].declineCount >= Sharding.maximumDeclines {
                pending[attempt.query].refused = ~0
            }
            advance(attempt.query, now: now)
        case .backOff, .lasting:
            pending[attempt.query].noteVain(attempt.upstream)
            advance(attempt.query, now: now)
        }
    }

    /// The connection went while idle: once more at the same upstream, silently. If that happens again the other
    /// upstreams come first, later where they are not to hear of the name while its own one works; and it ends.
    private mutating func reconnect(_ attempt: Attempt, now: MonotonicInstant) {
        let query = attempt.query
        guard pending[query].reconnectCount < PendingQuery.maximumReconnects else { return advance(query, now: now) }
        pending[query].reconnectCount += 1
        counters.retried += 1
        var upstream = attempt.upstream
        if pending[query].reconnectCount > (upstreamPool.isSharded ? Sharding.maximumReconnects : 1) {
            pending[query].noteVain(upstream)
            if case .use(let other) = choose(for: query, now: now) { upstream = other }
        }
        beginAttempt(query, at: upstream, onFreshConnection: true, now: now)
    }

    private mutating func attemptBecameLate(_ attempt: Attempt, now: MonotonicInstant) {
        attempts.becomeLate(attempt.identifier.slot)
        upstreamPool[attempt.upstream].failed(.answerTimedOut, sentAt: attempt.sentAt, now: now)
        pending[attempt.query].noteVain(attempt.upstream)
        if !pending[attempt.query].isParked { advance(attempt.query, now: now) }
    }
}
