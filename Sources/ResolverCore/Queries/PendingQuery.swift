internal import NetworkTypes

/// A question that waits for an upstream, and who waits for it.
struct PendingQuery {
    /// The client's budget: libc and dig give up after five seconds, and want to hear from us before.
    static let budget: UInt64 = 4_000_000_000
    /// Attempts of one query for each upstream that it may ask: with the pauses of `UpstreamHealth`, about as many as fit
    /// into the budget. Whoever gives up before has a budget left in which an upstream may come back.
    static let maximumAttemptsEach = 6
    /// At all of them.
    static let maximumAttempts = 24
    /// Attempts again because an upstream closed a connection that it had used: each such connection has answered
    /// somebody, so that this ends by itself; the limit holds where it does not.
    static let maximumReconnects = 32
    /// Clients that wait for the same answer; more are told to come back.
    static let maximumWaiters = 256

    let key: CacheKey
    /// When the first of those who wait asked.
    var receivedAt: MonotonicInstant
    var nextInBucket: UInt32
    /// The neighbours in order of arrival.
    var earlier: UInt32
    var later: UInt32
    /// Oldest first.
    var firstWaiter = Slab<Waiter>.none
    var lastWaiter = Slab<Waiter>.none
    var waiterCount = 0
    /// Attempts whose outcome may still come.
    var firstAttempt = Slab<Attempt>.none
    var attemptCount = 0
    var reconnectCount = 0
    /// One bit an upstream: asked without success, and not to be asked, or not again, for this question.
    var tried: UInt64 = 0
    var refused: UInt64 = 0
    /// Which share of the names it is in, where names are dealt out.
    var shard: UInt64 = 0
    /// How many upstreams said that they do not answer this question.
    var declineCount = 0
    /// Waits for the end of a pause, with no attempt of its own.
    var isParked = false
    /// The cache has an answer that is better than a failure: this one only renews it.
    var isRenewal = false
    /// A second upstream was asked before the first had failed.
    var isHedged = false
    /// Its answer is being delivered.
    var isAnswered = false
    /// What the clients get; before the end, what they get if nothing better comes.
    var answer: HeldAnswer?

    /// That upstream was asked without success. When it had been before another round begins, in which it comes last:
    /// whoever is preferred for his speed is not asked again and again while others have not been.
    mutating func noteVain(_ upstream: Int) {
        let bit: UInt64 = 1 << UInt64(upstream)
        tried = tried & bit == 0 ? tried | bit : refused | bit
    }

    /// Looks for an answer anew, for those who asked at that moment or later; who has declined the question is not asked
    /// again.
    mutating func beginAgain(at moment: MonotonicInstant) {
        receivedAt = moment
        attemptCount = 0
        reconnectCount = 0
        tried = refused
        isHedged = false
        isRenewal = false
    }

    /// From now on those may be asked.
    mutating func take(_ route: ResolverView.Route) {
        tried = 0
        refused = ~route.upstreams
        shard = route.shard
    }

    var deadline: MonotonicInstant { receivedAt.advanced(byNanoseconds: PendingQuery.budget) }
}

/// A stored answer in the arena of answers under way.
struct HeldAnswer {
    let run: ByteArena.Run
    let encoded: EncodedAnswer
}

/// One client's query among those that wait for the same answer.
struct Waiter {
    let client: Client
    /// The client's budget began then, also where others had asked before.
    let askedAt: MonotonicInstant
    let terms: AnswerTerms
    let spelling: NameSpelling
    var next = Slab<Waiter>.none

    /// The same, behind whom nobody waits.
    var alone: Waiter {
        var alone = self
        alone.next = Slab<Waiter>.none
        return alone
    }
}
