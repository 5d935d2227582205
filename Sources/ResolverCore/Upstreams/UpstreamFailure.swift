/// Why an attempt brought no usable answer: one case per cause that an operator can see and act upon.
package enum UpstreamFailure: UInt8, Error, CaseIterable, Hashable {
    // Connections.

    /// The upstream closed or reset a connection that had answered before, as it may at any time when idle:
    /// retried once, silently, on a fresh connection.
    case closedOnReuse
    case closed
    case reset
    case connectRefused
    case connectTimedOut
    case unreachable
    /// The session has no room for another query.
    case sessionFull

    // TLS.

    case handshakeTimedOut
    case certificateExpired
    case certificateNotYetValid
    /// By this machine's clock the certificate is not valid; but the clock is behind.
    case clockBehind
    case certificateNameMismatch
    case certificateUntrusted
    case pinMismatch
    case protocolTooOld
    case tlsAlert
    case tlsFailed

    // HTTP.

    /// The server does not speak HTTP/2.
    case httpMissing
    /// The server broke HTTP/2, or ended the connection for a reason that is not ours to mend.
    case httpFailed
    /// The server says that the service is elsewhere: no redirect is followed.
    case httpRedirected
    /// Status 4xx, or one that makes no sense.
    case httpRejected
    /// Status 5xx.
    case httpUnavailable
    /// What came is no DNS message by its media type.
    case httpMediaType

    // Answers.

    case answerTimedOut
    case malformed
    /// The answer belongs to another question, or is not an answer.
    case mismatched
    case serverFailure
    case refused
    case formatError
    case notImplemented

    // Ours.

    /// A reload took the upstream out of the profile.
    case removed
    /// The way to the upstream is another one now.
    case networkChanged
    /// The connection made room for another one.
    case evicted

    /// Whether neither the upstream nor the way to it had any part in it.
    package var isOurs: Bool { self == .removed || self == .networkChanged || self == .evicted }
}

extension UpstreamFailure: CustomStringConvertible {
    /// For operators and for the text of extended errors: lower case, no full stop.
    package var description: String {
        switch self {
        case .closedOnReuse, .closed: "connection closed"
        case .reset: "connection reset"
        case .connectRefused: "connection refused"
        case .connectTimedOut: "connecting timed out"
        case .unreachable: "unreachable"
        case .sessionFull: "too many queries under way"
        case .handshakeTimedOut: "TLS handshake timed out"
        case .certificateExpired: "certificate has expired"
        case .certificateNotYetValid: "certificate is not yet valid"
        case .clockBehind: "certificate is not valid by this machine's clock, which is behind; set the clock"
        case .certificateNameMismatch: "certificate is for another name"
        case .certificateUntrusted: "certificate was not issued by a trusted authority"
        case .pinMismatch: "certificate does not match the pins"
        case .protocolTooOld: "TLS version is too old"
        case .tlsAlert: "TLS alert received"
        case .tlsFailed: "TLS failed"
        case .httpMissing: "does not speak HTTP/2"
        case .httpFailed: "HTTP/2 failed"
        case .httpRedirected: "answered with an HTTP redirect; correct the URL"
        case .httpRejected: "answered with an HTTP client error"
        case .httpUnavailable: "answered with an HTTP server error"
        case .httpMediaType: "answered with something other than DNS"
        case .answerTimedOut: "no answer in time"
        case .malformed: "answer is malformed"
        case .mismatched: "answer is for another question"
        case .serverFailure: "answered SERVFAIL"
        case .refused: "answered REFUSED"
        case .formatError: "answered FORMERR"
        case .notImplemented: "answered NOTIMP"
        case .removed: "removed from the profile"
        case .networkChanged: "network changed"
        case .evicted: "connection made room for another"
        }
    }

    /// A short stable name for counters and JSON, such as `certificate-expired`.
    package var identifier: String {
        switch self {
        case .closedOnReuse: "closed-on-reuse"
        case .closed: "closed"
        case .reset: "reset"
        case .connectRefused: "connect-refused"
        case .connectTimedOut: "connect-timed-out"
        case .unreachable: "unreachable"
        case .sessionFull: "session-full"
        case .handshakeTimedOut: "handshake-timed-out"
        case .certificateExpired: "certificate-expired"
        case .certificateNotYetValid: "certificate-not-yet-valid"
        case .clockBehind: "clock-behind"
        case .certificateNameMismatch: "certificate-name-mismatch"
        case .certificateUntrusted: "certificate-untrusted"
        case .pinMismatch: "pin-mismatch"
        case .protocolTooOld: "protocol-too-old"
        case .tlsAlert: "tls-alert"
        case .tlsFailed: "tls-failed"
        case .httpMissing: "http-missing"
        case .httpFailed: "http-failed"
        case .httpRedirected: "http-redirected"
        case .httpRejected: "http-rejected"
        case .httpUnavailable: "http-unavailable"
        case .httpMediaType: "http-media-type"
        case .answerTimedOut: "answer-timed-out"
        case .malformed: "malformed"
        case .mismatched: "mismatched"
        case .serverFailure: "servfail"
        case .refused: "refused"
        case .formatError: "formerr"
        case .notImplemented: "notimp"
        case .removed: "removed"
        case .networkChanged: "network-changed"
        case .evicted: "evicted"
        }
    }
}

/// What a failure means for the query and for the upstream.
extension UpstreamFailure {
    enum Consequence {
        /// The connection went, as connections do: the upstream is not to blame.
        case reconnect
        /// The upstream, or the way to it, does not work now; it may soon.
        case backOff
        /// Trying again brings nothing until somebody mends something.
        case lasting
        /// The upstream works and does not take, or cannot answer, this question.
        case declined
    }

    var consequence: Consequence {
        switch self {
        case .closedOnReuse, .removed, .networkChanged, .evicted: .reconnect
        case .closed, .reset, .connectRefused, .connectTimedOut, .unreachable: .backOff
        case .handshakeTimedOut, .tlsAlert, .tlsFailed, .answerTimedOut, .malformed, .mismatched: .backOff
        case .certificateExpired, .certificateNotYetValid, .certificateNameMismatch, .certificateUntrusted: .lasting
        case .clockBehind, .pinMismatch, .protocolTooOld, .httpMissing, .httpRedirected: .lasting
        case .httpFailed, .httpRejected, .httpUnavailable, .httpMediaType: .backOff
        case .serverFailure, .refused, .formatError, .notImplemented, .sessionFull: .declined
        }
    }
}
