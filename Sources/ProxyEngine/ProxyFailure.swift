/// Why a proxy opened no way: one case per cause that an operator can see and act upon.
package enum ProxyFailure: Error, Equatable, Sendable, CaseIterable {
    /// What answers does not speak the protocol.
    case malformed
    /// It takes nobody without credentials that it knows.
    case authenticationRequired
    case authenticationRefused
    case generalFailure
    /// Its own rules forbid it.
    case notAllowed
    case networkUnreachable
    case hostUnreachable
    /// By the other end, not by the proxy.
    case connectionRefused
    /// The other end did not answer it in time.
    case timedOut
    case commandNotSupported
    case addressNotSupported
    /// For a reason that the protocol has no word for.
    case rejected
}
