internal import LinuxIO
internal import ProxyEngine
internal import ResolverCore
internal import SecureTransport
internal import TLSEngine

// What the kernel and the session say, as the resolver counts and tells it.

extension UpstreamFailure {
    /// A connection that was not made, to the upstream or to a proxy on the way.
    init(connecting error: SystemError, by egress: UpstreamEgress) {
        if error.isNoDevice {
            self = .deviceMissing
        } else if egress.proxy != nil {
            self = error.isConnectionRefused ? .proxyRefused : .proxyUnreachable
        } else if error.isConnectionRefused {
            self = .connectRefused
        } else if error.isTimedOut {
            self = .connectTimedOut
        } else if error.isConnectionReset {
            self = .reset
        } else {
            self = .unreachable
        }
    }

    /// A proxy that opened no way.
    init(_ failure: ProxyFailure) {
        switch failure {
        case .malformed: self = .proxyMalformed
        case .authenticationRequired: self = .proxyAuthentication
        case .authenticationRefused: self = .proxyCredentials
        case .generalFailure: self = .proxyFailed
        case .notAllowed: self = .proxyForbids
        case .networkUnreachable: self = .proxyNetworkUnreachable
        case .hostUnreachable: self = .proxyHostUnreachable
        case .connectionRefused: self = .proxyUpstreamRefused
        case .timedOut: self = .proxyUpstreamTimedOut
        case .commandNotSupported: self = .proxyCommand
        case .addressNotSupported: self = .proxyAddress
        case .rejected: self = .proxyRejected
        }
    }

    /// A connection that ended in order. `isReused`: it had answered before.
    init(_ closure: SessionClosure, isReused: Bool) {
        self = isReused ? .closedOnReuse : .closed
    }

    init(_ failure: SessionFailure, isReused: Bool) {
        switch failure {
        case .handshakeTimedOut: self = .handshakeTimedOut
        case .closedInHandshake: self = .closed
        case .answersStalled: self = .answerTimedOut
        case .reset: self = isReused ? .closedOnReuse : .reset
        case .tls(.unexpectedEOF): self = isReused ? .closedOnReuse : .closed
        // Whatever ends a connection that has worked, a fresh one may do.
        case .tls(let failure): self = isReused ? .closedOnReuse : UpstreamFailure(failure)
        case .noHTTP2: self = .httpMissing
        case .http2: self = isReused ? .closedOnReuse : .httpFailed
        }
    }

    /// The same, where the clock by which certificates are judged is behind.
    var underWrongClock: UpstreamFailure {
        self == .certificateNotYetValid || self == .certificateExpired ? .clockBehind : self
    }

    /// An attempt on a connection that goes on. `isReused`: it had answered before.
    init(_ failure: AttemptFailure, isReused: Bool) {
        switch failure {
        case .unprocessed: self = isReused ? .closedOnReuse : .closed
        case .reset: self = isReused ? .closedOnReuse : .reset
        case .redirected: self = .httpRedirected
        case .rejected: self = .httpRejected
        case .unavailable: self = .httpUnavailable
        case .wrongMediaType: self = .httpMediaType
        case .malformed: self = .malformed
        case .otherQuestion: self = .mismatched
        }
    }

    private init(_ failure: TLSFailure) {
        switch failure {
        case .certificateExpired: self = .certificateExpired
        case .certificateNotYetValid: self = .certificateNotYetValid
        case .certificateNameMismatch: self = .certificateNameMismatch
        case .certificateSelfSigned, .certificateUntrusted, .certificateInvalid: self = .certificateUntrusted
        case .pinMismatch: self = .pinMismatch
        case .protocolVersion: self = .protocolTooOld
        case .alert: self = .tlsAlert
        case .notTLS, .protocolViolation, .unexpectedEOF, .internal: self = .tlsFailed
        }
    }
}
