internal import DNSWire
package import NetworkTypes

extension Resolver {
    /// Takes a new configuration. The cache and the pending queries stay, and where the cache's size changes its answers
    /// follow by ``carry(through:now:)``; attempts at upstreams that are gone go
    /// to others. Effects taken after this call name upstreams by their index in the new configuration.
    package mutating func reconfigure(_ configuration: ResolverConfiguration, now: MonotonicInstant) {
        if configuration.cache.entries != self.configuration.cache.entries {
            resizeCache(to: configuration.cache.entries)
        }
        cache.maximumStaleness = configuration.cache.stale.maximumAge
        if configuration.scopes.contains(where: { scopes[$0] ?? $1 != $1 }) { beginGeneration() }
        scopes.merge(configuration.scopes) { $1 }
        self.configuration = configuration
        views = ViewTable(configuration, hashKey)
        hosts = HostTable(configuration.hosts, hashKey)
        let indices = upstreamPool.reconfigure(configuration)
        effects.moveUpstreams(indices)
        var next = pending.oldestQuery
        while let query = next {
            next = pending.query(after: query)
            moveAttempts(of: query, indices, now: now)
        }
        unpark(now: now)
    }

    /// Whether the configuration has that view.
    package func hasView(_ identifier: UInt16) -> Bool { views[identifier] != nil }

    /// Something about the network has changed, and it is still the same one: upstreams that were avoided may be reached
    /// again, and queries that wait for one find out.
    package mutating func networkMayWork(now: MonotonicInstant) {
        // A query that was slept through ends first: whoever asks now would join it, and fail with it.
        deadlineReached(now: now)
        upstreamPool.forgiveAll()
        unpark(now: now)
    }

    /// The network is another one: forgets back-off, round-trip times and what was answered there.
    package mutating func networkChanged(now: MonotonicInstant) {
        deadlineReached(now: now)
        beginGeneration()
        upstreamPool.forgetHealth()
        unpark(now: now)
    }

    private mutating func beginGeneration() {
        cache.beginGeneration()
        predecessor = nil
    }

    /// Empties the cache and answers how many entries it had.
    @discardableResult
    package mutating func flush() -> Int {
        let carried = predecessor?.removeAll() ?? 0
        predecessor = nil
        return cache.removeAll() + carried
    }

    /// Forgets everything cached for `name`, in uncompressed wire form and any case, and for the names below it
    /// when `subtree`; answers how many entries went.
    @discardableResult
    package mutating func flush(name: Span<UInt8>, subtree: Bool) -> Int {
        guard let name = try? NameView(in: name, at: 0) else { return 0 }
        return cache.remove(name, subtree: subtree) + (predecessor?.remove(name, subtree: subtree) ?? 0)
    }

    /// How many queries the cache has answered.
    package var cacheAnswerCount: UInt64 { counters.hits &+ counters.negativeHits &+ counters.failureHits }

    package var statistics: ResolverStatistics {
        var statistics = counters
        statistics.evictions = cache.evictions
        statistics.cacheEntries = UInt64(cache.count)
        statistics.cacheBytes = UInt64(cache.byteCount)
        statistics.heldBytes = UInt64(held.usedUnits * ByteArena.unitSize)
        statistics.pendingQueries = UInt64(pending.count)
        return statistics
    }

    /// Gives the query's attempts the new indices of their upstreams; those at upstreams that are gone, or are no longer
    /// the view's, end, and the query goes on.
    private mutating func moveAttempts(of query: UInt32, _ indices: [Int?], now: MonotonicInstant) {
        let route = views[pending[query].key.view]?.route(of: pending.question(query).name) ?? .none
        pending[query].take(route)
        var lost = false
        var index = pending[query].firstAttempt
        while index != Slab<Attempt>.none {
            let attempt = attempts[index]
            if let upstream = indices[attempt.upstream], route.upstreams & 1 << UInt64(upstream) != 0 {
                attempts[index].upstream = upstream
            } else {
                lost = true
                removeAttempt(index)
            }
            index = attempt.nextOfQuery
        }
        if lost, pending[query].firstAttempt == Slab<Attempt>.none { advance(query, now: now) }
    }
}
