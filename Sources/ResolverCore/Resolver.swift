package import NetworkTypes

/// The resolver behind the stub: one deterministic machine without clock, socket or log. Bytes, outcomes of
/// upstream attempts and time go in; answers, attempts and the next deadline come out.
///
/// After each call to a mutating member the caller takes effects until there are none.
package struct Resolver: ~Copyable {
    /// What a datagram's answer may have at most: 1232 bytes cross every path unfragmented (RFC 9715).
    package static let maximumDatagramSize = 1232
    /// What an answer over a stream, or an upstream's message, may have at most (RFC 1035 section 4.2.2).
    package static let maximumMessageSize = 65_535

    private var configuration: ResolverConfiguration

    /// `seed` keys the hash tables and feeds every random choice: secret in production, fixed in tests.
    package init(configuration: ResolverConfiguration, seed: (UInt64, UInt64), now: MonotonicInstant) {
        self.configuration = configuration
    }

    /// Takes a client's query. `response` holds at least ``maximumDatagramSize`` bytes for a datagram and
    /// ``maximumMessageSize`` otherwise; a shorter one shortens the answer (TC).
    package mutating func receive(
        _ query: Span<UInt8>, from client: Client, now: MonotonicInstant, response: inout MutableSpan<UInt8>
    ) -> Reception {
        .ignored
    }

    /// The next thing to do, oldest first; its bytes are written into `bytes`, which has room for
    /// ``maximumMessageSize``.
    package mutating func nextEffect(into bytes: inout MutableSpan<UInt8>) -> Effect? { nil }

    /// An upstream's answer to an attempt; the message's id is not looked at.
    package mutating func upstreamAnswered(
        _ attempt: AttemptIdentifier, message: Span<UInt8>, now: MonotonicInstant
    ) {}

    package mutating func upstreamFailed(
        _ attempt: AttemptIdentifier, _ failure: UpstreamFailure, now: MonotonicInstant
    ) {}

    /// Nothing more can be sent on that stream: its waiting queries get no answer.
    package mutating func clientClosed(stream: UInt64) {}

    /// When ``deadlineReached(now:)`` wants to be called; nil when nothing is pending.
    package var deadline: MonotonicInstant? { nil }

    package mutating func deadlineReached(now: MonotonicInstant) {}

    /// Takes a new configuration. The cache and the pending queries stay; attempts at upstreams that are gone go
    /// to others. Effects taken after this call name upstreams by their index in the new configuration.
    package mutating func reconfigure(_ configuration: ResolverConfiguration, now: MonotonicInstant) {
        self.configuration = configuration
    }

    /// The network has changed (link, route, resume): forgets back-off and round-trip times.
    package mutating func networkChanged(now: MonotonicInstant) {}

    /// Empties the cache and answers how many entries it had.
    @discardableResult
    package mutating func flush() -> Int { 0 }

    /// Forgets everything cached for `name`, in uncompressed wire form and any case, and for the names below it
    /// when `subtree`; answers how many entries went.
    @discardableResult
    package mutating func flush(name: Span<UInt8>, subtree: Bool) -> Int { 0 }

    package var statistics: ResolverStatistics { ResolverStatistics() }

    /// In profile order.
    package var upstreams: [UpstreamSnapshot] { [] }

    /// How many queries wait for an upstream: 0 when a drain is complete.
    package var pendingQueryCount: Int { 0 }
}
