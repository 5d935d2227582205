package import HTTP2Engine
package import TLSEngine

/// What a session has to say; ``failed(_:)`` and ``closed(_:)`` are the last, and after them
/// ``DoTSession/nextUnanswered()`` tells which attempts are left.
package enum SessionEvent: Equatable, Sendable {
    /// The server is who it should be. What was accepted before leaves now.
    case established(TLSDetails)
    /// The answer to that attempt is in ``DoTSession/message`` until the next event is taken. `age`: seconds that it
    /// has spent in caches on its way, by which its records live less long (RFC 8484 section 5.1).
    case answer(attempt: UInt64, byteCount: Int, age: UInt32)
    /// That attempt gets no answer here; the others are not concerned.
    case attemptFailed(attempt: UInt64, AttemptFailure)
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

/// Why one attempt brought no answer on a connection that goes on.
package enum AttemptFailure: Error, Equatable, Sendable {
    /// The server took no notice of it, for it is about to end the connection: it does no harm elsewhere.
    case unprocessed
    /// The server ended this exchange.
    case reset
    /// The server has the service elsewhere, where nobody looks.
    case redirected
    /// The server does not take the request: HTTP status 4xx, or one that makes no sense.
    case rejected
    /// HTTP status 5xx.
    case unavailable
    /// The answer is no DNS message by what the server says of it.
    case wrongMediaType
    /// The answer is longer than a message can be, or not an answer at all.
    case malformed
    /// The answer is that of another question.
    case otherQuestion
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
    /// The server did not choose HTTP/2 (RFC 7301), over which alone it is asked.
    case noHTTP2
    case http2(HTTP2Failure)
}

extension SessionFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .handshakeTimedOut: "the TLS handshake did not end in time"
        case .closedInHandshake: "the server closed the connection during the TLS handshake"
        case .answersStalled: "the connection stopped answering"
        case .reset: "the connection was reset"
        case .tls(let failure): failure.description
        case .noHTTP2: "the server does not speak HTTP/2"
        case .http2(let failure): failure.description
        }
    }
}

extension SessionEvent {
    /// How a session ends whose TLS does.
    init(endedBy failure: TLSFailure, isEstablished: Bool) {
        switch failure {
        case .unexpectedEOF where isEstablished: self = .closed(.byPeer)
        case .unexpectedEOF: self = .failed(.closedInHandshake)
        default: self = .failed(.tls(failure))
        }
    }
}
