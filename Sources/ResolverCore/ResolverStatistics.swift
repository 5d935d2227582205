package import Telemetry

/// Counts since the start. Each query is counted in `queries` and in exactly one of `hits`, `negativeHits`,
/// `failureHits`, `local`, `misses`, `coalesced` and `rejected`.
package struct ResolverStatistics: Equatable, Sendable {
    package var queries: UInt64 = 0
    /// Answered from the cache, with data.
    package var hits: UInt64 = 0
    /// Answered from the cache: no such name, or no such data.
    package var negativeHits: UInt64 = 0
    /// Answered from the cache: a failure remembered for seconds (RFC 9520).
    package var failureHits: UInt64 = 0
    /// Special-use names and other answers of our own that are no errors.
    package var local: UInt64 = 0
    /// Names that a view does not answer, because they are not those of its subject's rules; counted in `local`, too.
    package var outOfScope: UInt64 = 0
    /// Names that a rule blocks; counted in `local`, too.
    package var blocked: UInt64 = 0
    /// Began a pending query.
    package var misses: UInt64 = 0
    /// Joined a pending query for the same question.
    package var coalesced: UInt64 = 0
    /// Answered with FORMERR, NOTIMP, REFUSED or BADVERS.
    package var rejected: UInt64 = 0
    /// Bytes that were not a query and got no answer; not counted in `queries`.
    package var ignored: UInt64 = 0

    /// Attempts sent to upstreams, retries included.
    package var forwarded: UInt64 = 0
    /// Attempts repeated on a fresh connection after a reused one had been closed.
    package var retried: UInt64 = 0
    /// Attempts repeated at another upstream, or after a time-out.
    package var failedOver: UInt64 = 0
    /// Attempts at another upstream because the first took longer than it nearly always does, and those among them that
    /// were answered first.
    package var hedged: UInt64 = 0
    package var hedgesWon: UInt64 = 0
    /// Usable answers that came after their attempt had been given up.
    package var lateAnswers: UInt64 = 0
    /// Answers to clients that had expired, because no upstream answered in time (RFC 8767).
    package var staleAnswers: UInt64 = 0
    /// Popular answers asked for again before their end.
    package var prefetches: UInt64 = 0
    /// Answers that no pending query waited for.
    package var unexpectedAnswers: UInt64 = 0
    /// Answers withheld because they gave a private address for a public name.
    package var rebindingBlocked: UInt64 = 0
    /// Records of answers left out because they did not belong to the question.
    package var recordsOutOfBailiwick: UInt64 = 0

    /// Answers to clients with response code SERVFAIL.
    package var serverFailures: UInt64 = 0
    /// Answers to clients that did not fit and left with TC.
    package var truncated: UInt64 = 0
    /// Pending queries that ran out of time.
    package var timedOut: UInt64 = 0
    /// Pending queries given up for newer ones because a limit was reached.
    package var shed: UInt64 = 0
    /// From the arrival of a question that was not cached to its answer.
    package var missLatency = LatencyHistogram()
    /// Waiting clients whose stream closed before the answer.
    package var abandonedByClient: UInt64 = 0

    package var insertions: UInt64 = 0
    package var evictions: UInt64 = 0
    /// Now, not since the start.
    package var cacheEntries: UInt64 = 0
    /// Now: bytes of memory that the cache holds, indexes included.
    package var cacheBytes: UInt64 = 0
    /// Now: bytes of answers that are kept for clients, or until a better one comes.
    package var heldBytes: UInt64 = 0
    /// Now: queries waiting for an upstream.
    package var pendingQueries: UInt64 = 0

    package init() {}
}
