package import NetworkTypes

/// A connection to an upstream, whichever of the two protocols it speaks: what both can do, by the same words.
///
/// One of the two is there. Optionals, because the payload of an enum would be moved out and in again for each call.
package struct SecureSession: ~Copyable {
    private var tls: DoTSession?
    private var https: DoHSession?

    package init(_ session: consuming DoTSession) {
        tls = consume session
        https = nil
    }

    package init(_ session: consuming DoHSession) {
        tls = nil
        https = consume session
    }

    package var isOver: Bool { look({ $0.isOver }, { $0.isOver }) }

    /// Whether queries are taken; one that takes none may still answer.
    package var isAccepting: Bool { look({ $0.isAccepting }, { $0.isAccepting }) }

    package var isReused: Bool { look({ $0.isReused }, { $0.isReused }) }

    package var deadline: MonotonicInstant? { look({ $0.deadline }, { $0.deadline }) }

    /// Gives the message of the answer taken last to `body`.
    package borrowing func withMessage<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        look({ body($0.message) }, { body($0.message) })
    }

    private borrowing func look<Result>(
        _ atTLS: (borrowing DoTSession) -> Result, _ atHTTPS: (borrowing DoHSession) -> Result
    ) -> Result {
        switch tls {
        case .some(let session): return atTLS(session)
        case nil: break
        }
        switch https {
        case .some(let session): return atHTTPS(session)
        case nil: preconditionFailure("one of the two is there")
        }
    }

    package mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        if let outcome = tls?.send(message, attempt: attempt, now: now) { return outcome }
        return https?.send(message, attempt: attempt, now: now) ?? .closed
    }

    /// As for ``DoTSession/serverKeeps(milliseconds:)``; over HTTPS it means nothing.
    package mutating func serverKeeps(milliseconds: UInt64) { tls?.serverKeeps(milliseconds: milliseconds) }

    /// False when the attempt was not under way here.
    package mutating func abandon(attempt: UInt64) -> Bool {
        if let isFound = tls?.abandon(attempt: attempt) { return isFound }
        return https?.abandon(attempt: attempt) ?? false
    }

    package mutating func nextEvent() -> SessionEvent? {
        if let event = tls?.nextEvent() { return event }
        return https?.nextEvent()
    }

    package mutating func nextUnanswered() -> UInt64? {
        if let attempt = tls?.nextUnanswered() { return attempt }
        return https?.nextUnanswered()
    }

    package mutating func close() {
        tls?.close()
        https?.close()
    }

    package mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant) {
        tls?.receive(bytes, now: now)
        https?.receive(bytes, now: now)
    }

    package mutating func receiveEnd(isReset: Bool = false, now: MonotonicInstant) {
        tls?.receiveEnd(isReset: isReset, now: now)
        https?.receiveEnd(isReset: isReset, now: now)
    }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        if let count = tls?.drainOutput(into: &bytes) { return count }
        return https?.drainOutput(into: &bytes) ?? 0
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        tls?.deadlineReached(now: now)
        https?.deadlineReached(now: now)
    }
}
