internal import NetworkTypes

/// What is known about how well an upstream works: a smoothed round-trip time and a back-off, both of which fade.
struct UpstreamHealth {
    /// The first pause after a failure; it doubles with each further one.
    static let firstPause: UInt64 = 250_000_000
    /// While another upstream works, a failing one is left alone for this long at most.
    static let maximumAvoidance: UInt64 = 8_000_000_000
    /// While none works, each is asked this often at least: whoever mends the network does not want to wait.
    static let maximumPause: UInt64 = 1_000_000_000
    /// What only an operator can mend is looked at again after this long.
    static let lastingPause: UInt64 = 5_000_000_000
    /// A round-trip time that was not measured again for so long counts half: the slow get another chance.
    static let halfLife: UInt64 = 30_000_000_000

    private(set) var smoothedRoundTripTime: UInt64?
    private(set) var consecutiveFailures = 0
    private(set) var state = UpstreamSnapshot.State.idle
    private(set) var since: MonotonicInstant?
    private(set) var lastAnswerAt: MonotonicInstant?
    private(set) var lastFailure: UpstreamFailure?
    private(set) var lastFailureAt: MonotonicInstant?
    /// Until then other upstreams are preferred.
    private(set) var avoidedUntil = MonotonicInstant.zero
    /// Until then it is not asked at all.
    private(set) var pausedUntil = MonotonicInstant.zero

    /// Its last failure needs an operator, and it is not yet time to look again.
    func isLastingFailure(at now: MonotonicInstant) -> Bool {
        state == .failing && lastFailure?.consequence == .lasting && now < pausedUntil
    }

    /// The round-trip time to compare by: nobody's is 0, so that everyone is measured once.
    func effectiveRoundTripTime(at now: MonotonicInstant) -> UInt64 {
        guard let smoothedRoundTripTime, let lastAnswerAt else { return 0 }
        return smoothedRoundTripTime >> min(63, now.nanoseconds(since: lastAnswerAt) / UpstreamHealth.halfLife)
    }

    mutating func succeeded(sentAt: MonotonicInstant, now: MonotonicInstant) {
        let sample = now.nanoseconds(since: sentAt)
        if let smoothed = smoothedRoundTripTime, !isStale(at: now) {
            // RFC 6298 section 2.3: one eighth of the new.
            smoothedRoundTripTime = smoothed - smoothed / 8 + sample / 8
        } else {
            smoothedRoundTripTime = sample
        }
        lastAnswerAt = now
        consecutiveFailures = 0
        avoidedUntil = .zero
        pausedUntil = .zero
        enter(.healthy, now)
    }

    /// A failure of an attempt sent at `sentAt`. Answers that came since show that the upstream works.
    mutating func failed(_ failure: UpstreamFailure, sentAt: MonotonicInstant, now: MonotonicInstant) {
        lastFailure = failure
        lastFailureAt = now
        guard failure.consequence == .backOff || failure.consequence == .lasting else { return }
        if failure == .answerTimedOut, !isSilent(since: sentAt) { return }
        // Attempts that fail together failed once.
        guard state != .failing || sentAt >= pausedUntil else { return }
        consecutiveFailures += 1
        let pause = UpstreamHealth.firstPause << UInt64(min(consecutiveFailures - 1, 16))
        avoidedUntil = now.advanced(byNanoseconds: min(pause, UpstreamHealth.maximumAvoidance))
        pausedUntil = now.advanced(byNanoseconds: min(pause, UpstreamHealth.maximumPause))
        if failure.consequence == .lasting {
            pausedUntil = now.advanced(byNanoseconds: UpstreamHealth.lastingPause)
            avoidedUntil = max(avoidedUntil, pausedUntil)
        }
        enter(.failing, now)
    }

    /// It has answered nothing after that moment.
    func isSilent(since moment: MonotonicInstant) -> Bool { lastAnswerAt.map { $0 <= moment } ?? true }

    /// The network is another one: what was measured on the old one says nothing.
    mutating func forget() {
        smoothedRoundTripTime = nil
        forgive()
    }

    /// Forgets only what is held against it.
    mutating func forgive() {
        consecutiveFailures = 0
        avoidedUntil = .zero
        pausedUntil = .zero
    }

    private func isStale(at now: MonotonicInstant) -> Bool {
        lastAnswerAt.map { now.nanoseconds(since: $0) > UpstreamHealth.halfLife } ?? true
    }

    private mutating func enter(_ state: UpstreamSnapshot.State, _ now: MonotonicInstant) {
        guard state != self.state else { return }
        self.state = state
        since = now
    }
}
