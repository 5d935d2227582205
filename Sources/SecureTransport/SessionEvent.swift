package import TLSEngine

/// What a session has to say; ``failed(_:)`` and ``closed(_:)`` are the last, and after them
/// ``DoTSession/nextUnanswered()`` tells which attempts are left.
package enum SessionEvent: Equatable, Sendable {
    /// The server is who it should be. What was accepted before leaves now.
    case established(TLSDetails)
    /// The answer to that attempt is in ``DoTSession/message`` until the next event is taken.
    case answer(attempt: UInt64, byteCount: Int)
    case closed(SessionClosure)
    case failed(SessionFailure)
}

/// How a session ended without anything being wrong.
package enum SessionClosure: Equatable, Sendable {
    /// The server closed, with or without saying so in TLS: every message carries its length, so that a cut stream
    /// cannot pass for a whole answer.
    case byPeer
    /// Nobody asked anything for ``SessionTimeouts/idle``.
    case idle
}

/// Why a session failed: one case per cause that an operator can see and act on.
package enum SessionFailure: Error, Equatable, Sendable {
    /// Connecting and the handshake took more than ``SessionTimeouts/handshake``.
    case handshakeTimedOut
    /// The stream ended before the handshake did.
    case closedInHandshake
    /// No answer came for ``SessionTimeouts/answerProgress`` while one was due.
    case answersStalled
    /// The peer, or something between, tore the connection down.
    case reset
    case tls(TLSFailure)
}

extension SessionFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .handshakeTimedOut: "the TLS handshake did not end in time"
        case .closedInHandshake: "the server closed the connection during the TLS handshake"
        case .answersStalled: "the connection stopped answering"
        case .reset: "the connection was reset"
        case .tls(let failure): failure.description
        }
    }
}
