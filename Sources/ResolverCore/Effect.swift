/// What became of a client's query at once.
package enum Reception: Equatable, Sendable {
    /// The answer is in the response buffer.
    case answered(byteCount: Int)
    /// The answer comes later, as an ``Effect/answer(_:byteCount:)``.
    case pending
    /// The bytes deserve no answer: not a query, or no header.
    case ignored
}

/// What the resolver wants done. The bytes, when there are some, are in the buffer given to
/// ``Resolver/nextEffect(into:)``.
package enum Effect: Equatable, Sendable {
    /// Send the answer to that client.
    case answer(Client, byteCount: Int)
    /// Send the query to that upstream; its id is 0 and is the session's to choose. The outcome is told by
    /// ``Resolver/upstreamAnswered(_:message:now:)`` or ``Resolver/upstreamFailed(_:_:now:)``.
    case forward(AttemptIdentifier, upstream: Int, byteCount: Int, onFreshConnection: Bool)
    /// Nobody waits for that attempt any more; its outcome may still be told and is ignored.
    case abandon(AttemptIdentifier, upstream: Int)
}

/// One sending of one query to one upstream. Never used twice in the life of a resolver.
package struct AttemptIdentifier: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}
