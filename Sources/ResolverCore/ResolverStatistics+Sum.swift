internal import Telemetry

// What several resolvers have counted, and hold now, together.

extension ResolverStatistics {
    package typealias Counter = WritableKeyPath<ResolverStatistics, UInt64> & Sendable

    /// Everything that is a number.
    package static let counters: [any Counter] = [
        \.queries, \.hits, \.negativeHits, \.failureHits,
        \.local, \.outOfScope, \.blocked, \.misses, \.coalesced, \.rejected,
        \.ignored, \.forwarded, \.retried, \.failedOver, \.hedged, \.hedgesWon,
        \.lateAnswers, \.staleAnswers, \.prefetches, \.unexpectedAnswers,
        \.rebindingBlocked, \.recordsOutOfBailiwick, \.serverFailures, \.truncated,
        \.timedOut, \.shed, \.abandonedByClient, \.insertions,
        \.evictions, \.cacheEntries, \.cacheBytes, \.heldBytes,
        \.pendingQueries,
    ]

    package mutating func add(_ other: ResolverStatistics) {
        for counter in ResolverStatistics.counters { self[keyPath: counter] &+= other[keyPath: counter] }
        missLatency.merge(other.missLatency)
    }
}
