internal import NetworkTypes

// A second upstream is asked when the first takes longer than it nearly always does. The first good answer is taken, and
// the other attempt abandoned.

extension Resolver {
    /// The first moment at which an attempt is late enough for another.
    var hedgeDeadline: MonotonicInstant? {
        guard upstreamPool.all.count > 1 else { return nil }
        var deadline: MonotonicInstant?
        for upstream in upstreamPool.all {
            guard let moment = upstream.hedges.first?.at else { continue }
            deadline = min(deadline ?? moment, moment)
        }
        return deadline
    }

    /// An attempt has begun that may be helped, if the upstream is known well enough to say when.
    mutating func watchForHedging(_ index: UInt32) {
        let attempt = attempts[index]
        // A name that is meant for one upstream is told to no other only because that one is slow.
        guard !upstreamPool.isSharded else { return }
        guard upstreamPool.all.count > 1, let p95 = upstreamPool[attempt.upstream].tail.p95, p95 < Attempt.patience
        else {
            return
        }
        let moment = attempt.sentAt.advanced(byNanoseconds: max(p95, HedgeBudget.minimumDelay))
        upstreamPool[attempt.upstream].hedges.append(attempt.identifier, at: moment)
    }

    /// Takes the attempts that have ended from the front of an upstream's queue, so that nobody wakes up for them.
    mutating func forgetEndedHedges(of upstream: Int) {
        while let first = upstreamPool[upstream].hedges.first, attempts.find(first.attempt) == nil {
            upstreamPool[upstream].hedges.removeFirst()
        }
    }

    mutating func hedge(now: MonotonicInstant) {
        for upstream in upstreamPool.all.indices {
            while let first = upstreamPool[upstream].hedges.first, first.at <= now {
                upstreamPool[upstream].hedges.removeFirst()
                if let index = attempts.find(first.attempt) { hedge(index, now: now) }
            }
            forgetEndedHedges(of: upstream)
        }
    }

    private mutating func hedge(_ index: UInt32, now: MonotonicInstant) {
        let attempt = attempts[index]
        let query = pending[attempt.query]
        // Only the first attempt of a query that nothing has happened to: what has failed is helped otherwise.
        guard query.firstAttempt == index, attempt.nextOfQuery == Slab<Attempt>.none, !query.isHedged else { return }
        let used = query.tried | 1 << UInt64(attempt.upstream)
        let order = views[query.key.view]?.order ?? []
        guard let other = upstreamPool.secondChoice(order, except: used | query.refused, now: now) else { return }
        guard hedgeBudget.spend() else { return }
        pending[attempt.query].isHedged = true
        counters.hedged += 1
        beginAttempt(attempt.query, at: other, onFreshConnection: false, now: now)
    }
}
