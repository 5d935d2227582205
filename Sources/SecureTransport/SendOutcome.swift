/// What became of a message given to a session.
package enum SendOutcome: Equatable, Sendable {
    /// It leaves with the next flush, or with the handshake's end.
    case accepted
    /// A limit of this connection is reached; it may be accepted later, or by another connection.
    case full
    /// The session has ended.
    case closed
}
