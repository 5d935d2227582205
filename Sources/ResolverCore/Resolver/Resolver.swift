package import NetworkTypes
internal import DNSWire

/// The resolver behind the stub: one deterministic machine without clock, socket or log. Bytes, outcomes of
/// upstream attempts and time go in; answers, attempts and the next deadline come out.
///
/// After each call to a mutating member the caller takes effects until there are none.
package struct Resolver: ~Copyable {
    /// What a datagram's answer may have at most: 1232 bytes cross every path unfragmented (RFC 9715).
    package static let maximumDatagramSize = 1232
    /// The longest question, with a header and an OPT record, fits; so does a query padded to the biggest block.
    package static let minimumBufferSize = 1024
    /// What an answer over a stream, or an upstream's message, may have at most (RFC 1035 section 4.2.2).
    package static let maximumMessageSize = 65_535
    /// How long the runtime keeps a stream on which nothing happens, as clients are told who ask (RFC 7828). RFC 7766
    /// section 6.2.3 asks for seconds, and a stub's clients are on the same machine.
    package static let streamIdleMilliseconds: UInt64 = 10_000
    /// Answers on their way to clients: 128 of the biggest, or all that are pending at once if they are usual.
    static let maximumHeldBytes = 8 << 20

    var configuration: ResolverConfiguration
    let hashKey: NameHashKey
    var cache: AnswerCache
    /// The cache before the last change of its size, while what it holds is carried over; and how far that has come.
    var predecessor: AnswerCache?
    var predecessorPosition = HandoverPosition()
    var buffer = AnswerBuffer()
    var pending = PendingQueryTable()
    var attempts = AttemptTable()
    var upstreamPool: UpstreamPool
    var views: ViewTable
    var hosts: HostTable
    /// Under which each view's answers were kept; also of views that are gone, and may come back.
    var scopes: [UInt16: ResolverConfiguration.Scope]
    var effects = EffectQueue()
    /// Answers that wait to be delivered, or for a better one.
    var held = ByteArena(byteCount: maximumHeldBytes)
    /// Queries that wait for the end of a pause, and when the first pause ends.
    var parkedCount = 0
    var parkedUntil = MonotonicInstant.distantFuture
    var hedgeBudget = HedgeBudget()
    var counters = ResolverStatistics()

    /// `seed` keys the hash tables: secret and random in production, fixed in tests.
    package init(configuration: ResolverConfiguration, seed: (UInt64, UInt64), now: MonotonicInstant) {
        self.configuration = configuration
        hashKey = NameHashKey(seed.0, seed.1)
        cache = AnswerCache(capacity: configuration.cache.entries)
        cache.maximumStaleness = configuration.cache.stale.maximumAge
        upstreamPool = UpstreamPool(configuration)
        views = ViewTable(configuration, hashKey)
        hosts = HostTable(configuration.hosts, hashKey)
        scopes = configuration.scopes
    }

    /// The next thing to do, oldest first; its bytes are written into `bytes`, which has room for
    /// ``maximumMessageSize``; one of at least ``minimumBufferSize`` only shortens answers (TC).
    package mutating func nextEffect(into bytes: inout MutableSpan<UInt8>) -> Effect? {
        precondition(bytes.count >= Resolver.minimumBufferSize, "there is no room for an effect")
        while let first = effects.first {
            switch first {
            case .deliver(let query):
                if let waiter = pending.nextWaiter(of: query) { return deliver(query, to: waiter, into: &bytes) }
                release(query)
            case .forward(let attempt):
                if let effect = forward(attempt, into: &bytes) {
                    effects.removeFirst()
                    return effect
                }
            case .abandon(let attempt, let upstream):
                effects.removeFirst()
                return .abandon(attempt, upstream: upstream)
            }
            effects.removeFirst()
        }
        return nil
    }

    /// When ``deadlineReached(now:)`` wants to be called; nil when nothing is pending.
    package var deadline: MonotonicInstant? {
        guard let oldest = pending.oldestQuery else { return nil }
        var deadline = pending[oldest].deadline
        if let renewal = pending.oldestRenewal { deadline = min(deadline, staleMoment(of: renewal)) }
        if let attempt = attempts.oldestAttempt { deadline = min(deadline, attempt.deadline) }
        if let moment = hedgeDeadline { deadline = min(deadline, moment) }
        return parkedCount > 0 ? min(deadline, parkedUntil) : deadline
    }

    /// In profile order.
    package var upstreams: [UpstreamSnapshot] { upstreamPool.all.map(\.snapshot) }

    /// How many queries wait for an upstream: 0 when a drain is complete.
    package var pendingQueryCount: Int { pending.count }
}
