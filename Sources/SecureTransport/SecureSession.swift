package import NetworkTypes

/// A connection to an upstream, whichever of the two protocols it speaks: what both can do, by the same words.
package enum SecureSession: ~Copyable {
    case tls(DoTSession)
    case https(DoHSession)

    package var isOver: Bool {
        switch self {
        case .tls(let session): session.isOver
        case .https(let session): session.isOver
        }
    }

    /// Whether queries are taken; one that takes none may still answer.
    package var isAccepting: Bool {
        switch self {
        case .tls(let session): !session.isOver
        case .https(let session): session.isAccepting
        }
    }

    package var isReused: Bool {
        switch self {
        case .tls(let session): session.isReused
        case .https(let session): session.isReused
        }
    }

    package var deadline: MonotonicInstant? {
        switch self {
        case .tls(let session): session.deadline
        case .https(let session): session.deadline
        }
    }

    /// Gives the message of the answer taken last to `body`.
    package borrowing func withMessage(_ body: (Span<UInt8>) -> Void) {
        switch self {
        case .tls(let session): session.withMessage(body)
        case .https(let session): session.withMessage(body)
        }
    }

    package mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        switch consume self {
        case .tls(var session):
            let outcome = session.send(message, attempt: attempt, now: now)
            self = .tls(session)
            return outcome
        case .https(var session):
            let outcome = session.send(message, attempt: attempt, now: now)
            self = .https(session)
            return outcome
        }
    }

    /// False when the attempt was not under way here.
    package mutating func abandon(attempt: UInt64) -> Bool {
        switch consume self {
        case .tls(var session):
            let isFound = session.abandon(attempt: attempt)
            self = .tls(session)
            return isFound
        case .https(var session):
            let isFound = session.abandon(attempt: attempt)
            self = .https(session)
            return isFound
        }
    }

    package mutating func nextEvent() -> SessionEvent? {
        switch consume self {
        case .tls(var session):
            let event = session.nextEvent()
            self = .tls(session)
            return event
        case .https(var session):
            let event = session.nextEvent()
            self = .https(session)
            return event
        }
    }

    package mutating func nextUnanswered() -> UInt64? {
        switch consume self {
        case .tls(var session):
            let attempt = session.nextUnanswered()
            self = .tls(session)
            return attempt
        case .https(var session):
            let attempt = session.nextUnanswered()
            self = .https(session)
            return attempt
        }
    }

    package mutating func close() {
        switch consume self {
        case .tls(var session):
            session.close()
            self = .tls(session)
        case .https(var session):
            session.close()
            self = .https(session)
        }
    }

    package mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant) {
        switch consume self {
        case .tls(var session):
            session.receive(bytes, now: now)
            self = .tls(session)
        case .https(var session):
            session.receive(bytes, now: now)
            self = .https(session)
        }
    }

    package mutating func receiveEnd(isReset: Bool = false, now: MonotonicInstant) {
        switch consume self {
        case .tls(var session):
            session.receiveEnd(isReset: isReset, now: now)
            self = .tls(session)
        case .https(var session):
            session.receiveEnd(isReset: isReset, now: now)
            self = .https(session)
        }
    }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        switch consume self {
        case .tls(var session):
            let count = session.drainOutput(into: &bytes)
            self = .tls(session)
            return count
        case .https(var session):
            let count = session.drainOutput(into: &bytes)
            self = .https(session)
            return count
        }
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        switch consume self {
        case .tls(var session):
            session.deadlineReached(now: now)
            self = .tls(session)
        case .https(var session):
            session.deadlineReached(now: now)
            self = .https(session)
        }
    }
}

// The compiler cannot take a view out of the payload of an enum: the payload gives it away itself.

extension DoTSession {
    fileprivate borrowing func withMessage(_ body: (Span<UInt8>) -> Void) { body(message) }
}

extension DoHSession {
    fileprivate borrowing func withMessage(_ body: (Span<UInt8>) -> Void) { body(message) }
}
