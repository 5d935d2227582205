/// How long a connection may make its users wait; none of it is the deadline of a query, which belongs to the query.
package struct SessionTimeouts: Equatable, Sendable {
    /// Milliseconds from the start of connecting to the end of the handshake. A client's five seconds have to have
    /// room for another upstream.
    package var handshake: UInt64 = 3_000
    /// Milliseconds without any answer while one is due, after which the connection counts as half-open: longer
    /// than a slow recursion takes, shorter than a client that asks again gives up.
    package var answerProgress: UInt64 = 5_000
    /// Milliseconds without a query after which the connection is closed. Servers close after 2 to 30 seconds; what
    /// they promise (RFC 7828) is not relied on.
    package var idle: UInt64 = 30_000

    package init() {}
}
