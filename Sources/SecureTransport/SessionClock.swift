internal import NetworkTypes

/// When something of a connection is due: the end of its handshake, an answer, a query.
struct SessionClock {
    private let timeouts: SessionTimeouts
    private let startedAt: MonotonicInstant
    private(set) var receivedAt: MonotonicInstant
    private var usedAt: MonotonicInstant
    /// Since when an answer is due and none has come.
    private var waitingSince: MonotonicInstant?
    /// Milliseconds without a query, after which it is closed.
    private var idle: UInt64

    init(_ timeouts: SessionTimeouts, now: MonotonicInstant) {
        self.timeouts = timeouts
        idle = timeouts.idle
        startedAt = now
        receivedAt = now
        usedAt = now
    }

    /// The server keeps an idle connection for so many milliseconds; what it says later counts (RFC 7828 section 3.2.2).
    mutating func keeps(milliseconds: UInt64) {
        idle = min(timeouts.idle, milliseconds - milliseconds / SessionTimeouts.serverIdleMargin)
    }

    /// `isFirst`: no answer was due before, nor is one any more.
    mutating func sent(now: MonotonicInstant, isFirst: Bool = false) {
        usedAt = now
        if isFirst || waitingSince == nil { waitingSince = now }
    }

    mutating func received(now: MonotonicInstant, isEstablished: Bool) {
        receivedAt = now
        // What was queued during the handshake could not be answered yet.
        if !isEstablished, waitingSince != nil { waitingSince = now }
    }

    /// An answer has come, and more are due or not.
    mutating func answered(isWaiting: Bool) {
        usedAt = receivedAt
        waitingSince = isWaiting ? receivedAt : nil
    }

    /// `isWaiting`: false when what was due has been given up.
    func deadline(isEstablished: Bool, isWaiting: Bool = true) -> MonotonicInstant {
        guard isEstablished else { return startedAt.advanced(byMilliseconds: timeouts.handshake) }
        if isWaiting, let waitingSince { return waitingSince.advanced(byMilliseconds: timeouts.answerProgress) }
        return usedAt.advanced(byMilliseconds: idle)
    }

    /// What it means that the deadline has passed.
    func end(isEstablished: Bool, isWaiting: Bool = true) -> SessionEvent {
        if !isEstablished { return .failed(.handshakeTimedOut) }
        return isWaiting && waitingSince != nil ? .failed(.answersStalled) : .closed(.idle)
    }
}
