package import NetworkTypes

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
    /// There is no such interface as the path's.
    case deviceMissing

    // The proxy on the way.

    case proxyRefused
    case proxyUnreachable
    /// Neither a connection nor a reason why there is none.
    case proxyTimedOut
    case proxyClosed
    /// What answers there does not speak the protocol.
    case proxyMalformed
    /// It wants credentials, and there are none for it.
    case proxyAuthentication
    /// It does not take those by which it is to tell views apart.
    case proxyCredentials
    case proxyFailed
    case proxyForbids
    case proxyNetworkUnreachable
    case proxyHostUnreachable
    case proxyUpstreamRefused
    case proxyUpstreamTimedOut
    case proxyCommand
    case proxyAddress
    case proxyRejected

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
    package var description: String { text("the proxy") }

    /// The same, with the place of the proxy that it may be about.
    package func description(through proxy: Endpoint?) -> String {
        text(proxy.map { "the proxy at \($0)" } ?? "the proxy")
    }

    private func text(_ proxy: String) -> String {
        switch self {
        case .closedOnReuse, .closed: "connection closed"
        case .reset: "connection reset"
        case .connectRefused: "connection refused"
        case .connectTimedOut: "connecting timed out"
        case .unreachable: "unreachable"
        case .sessionFull: "too many queries under way"
        case .deviceMissing: "the path's interface is missing"
        case .proxyRefused: "\(proxy) refuses connections"
        case .proxyUnreachable: "\(proxy) cannot be reached"
        case .proxyTimedOut: "\(proxy) did not connect in time"
        case .proxyClosed: "\(proxy) closed the connection"
        case .proxyMalformed: "\(proxy) does not speak its protocol"
        case .proxyAuthentication: "\(proxy) wants credentials, and there are none for it"
        case .proxyCredentials: "\(proxy) refuses the credentials that tell views apart"
        case .proxyFailed: "\(proxy) failed"
        case .proxyForbids: "\(proxy) forbids it"
        case .proxyNetworkUnreachable: "\(proxy) cannot reach the network"
        case .proxyHostUnreachable: "\(proxy) cannot reach the upstream"
        case .proxyUpstreamRefused: "connection refused, says \(proxy)"
        case .proxyUpstreamTimedOut: "connecting timed out, says \(proxy)"
        case .proxyCommand: "\(proxy) makes no connections"
        case .proxyAddress: "\(proxy) does not know this kind of address"
        case .proxyRejected: "\(proxy) rejects the request"
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
        case .deviceMissing: "device-missing"
        case .proxyRefused: "proxy-refused"
        case .proxyUnreachable: "proxy-unreachable"
        case .proxyTimedOut: "proxy-timed-out"
        case .proxyClosed: "proxy-closed"
        case .proxyMalformed: "proxy-malformed"
        case .proxyAuthentication: "proxy-authentication"
        case .proxyCredentials: "proxy-credentials"
        case .proxyFailed: "proxy-failed"
        case .proxyForbids: "proxy-forbids"
        case .proxyNetworkUnreachable: "proxy-network-unreachable"
        case .proxyHostUnreachable: "proxy-host-unreachable"
        case .proxyUpstreamRefused: "proxy-upstream-refused"
        case .proxyUpstreamTimedOut: "proxy-upstream-timed-out"
        case .proxyCommand: "proxy-command"
        case .proxyAddress: "proxy-address"
        case .proxyRejected: "proxy-rejected"
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
        case .closed, .reset, .connectRefused, .connectTimedOut, .unreachable, .deviceMissing: .backOff
        case .proxyRefused, .proxyUnreachable, .proxyTimedOut, .proxyClosed, .proxyFailed: .backOff
        case .proxyNetworkUnreachable, .proxyHostUnreachable, .proxyUpstreamRefused, .proxyUpstreamTimedOut: .backOff
        case .proxyRejected: .backOff
        case .proxyMalformed, .proxyAuthentication, .proxyCredentials, .proxyForbids: .lasting
        case .proxyCommand, .proxyAddress: .lasting
        case .handshakeTimedOut, .tlsAlert, .tlsFailed, .answerTimedOut, .malformed, .mismatched: .backOff
        case .certificateExpired, .certificateNotYetValid, .certificateNameMismatch, .certificateUntrusted: .lasting
        case .clockBehind, .pinMismatch, .protocolTooOld, .httpMissing, .httpRedirected: .lasting
        case .httpFailed, .httpRejected, .httpUnavailable, .httpMediaType: .backOff
        case .serverFailure, .refused, .formatError, .notImplemented, .sessionFull: .declined
        }
    }
}
