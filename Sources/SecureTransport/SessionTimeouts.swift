/// How long a connection may make its users wait; none of it is the deadline of a query, which belongs to the query.
package struct SessionTimeouts: Equatable, Sendable {
    /// Milliseconds from the start of connecting to the end of the handshake. A client's five seconds have to have
    /// room for another upstream.
    package var handshake: UInt64 = 3_000
    /// Milliseconds without any answer while one is due, after which the connection counts as half-open: longer
    /// than a slow recursion takes, shorter than a client that asks again gives up.
    package var answerProgress: UInt64 = 5_000
    /// Milliseconds without a query after which the connection is closed. Servers close after 2 to 30 seconds; one that
    /// says a shorter time (RFC 7828) is believed, and one that promises a longer one is not.
    package var idle: UInt64 = 30_000
    /// Of the time that a server says, one part in so many is for the way: its end of the connection has been idle for
    /// longer than ours, and ours is to close first (RFC 7828 section 3.4).
    static let serverIdleMargin: UInt64 = 8

    package init() {}
}
