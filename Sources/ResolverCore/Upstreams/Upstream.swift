internal import NetworkTypes
internal import Telemetry

/// One upstream: what the profile says, how it does, what was counted.
struct Upstream {
    let configuration: UpstreamConfiguration
    var health = UpstreamHealth()
    var queriesUnderWay = 0
    var forwarded: UInt64 = 0
    var answered: UInt64 = 0
    private(set) var tail = AnswerTail()
    /// Attempts under way at it.
    var hedges = HedgeQueue()
    private var answerLatency = LatencyHistogram()
    private var failures = [UInt64](repeating: 0, count: UpstreamFailure.allCases.count)

    init(_ configuration: UpstreamConfiguration) { self.configuration = configuration }

    mutating func begin() {
        forwarded += 1
        queriesUnderWay += 1
    }

    /// An attempt's outcome is known, or nobody waits for it any more.
    mutating func end() { queriesUnderWay -= 1 }

    mutating func succeeded(sentAt: MonotonicInstant, now: MonotonicInstant) {
        answered += 1
        answerLatency.record(nanoseconds: now.nanoseconds(since: sentAt))
        tail.record(nanoseconds: now.nanoseconds(since: sentAt))
        health.succeeded(sentAt: sentAt, now: now)
    }

    /// Another upstream's answer came first.
    mutating func wasNotWaitedFor(sentAt: MonotonicInstant, now: MonotonicInstant) {
        tail.record(nanoseconds: now.nanoseconds(since: sentAt))
    }

    /// The network is another one: what was measured on the old one says nothing.
    mutating func forget() {
        health.forget()
        tail.removeAll()
    }

    mutating func failed(_ failure: UpstreamFailure, sentAt: MonotonicInstant, now: MonotonicInstant) {
        failures[Int(failure.rawValue)] += 1
        health.failed(failure, sentAt: sentAt, now: now)
    }

    /// It answered that it does not answer this question: it works.
    mutating func declined(_ failure: UpstreamFailure, sentAt: MonotonicInstant, now: MonotonicInstant) {
        failed(failure, sentAt: sentAt, now: now)
        health.succeeded(sentAt: sentAt, now: now)
    }

    var snapshot: UpstreamSnapshot {
        UpstreamSnapshot(
            name: configuration.name, state: health.state, since: health.since,
            smoothedRoundTripTime: health.smoothedRoundTripTime, lastFailure: health.lastFailure,
            lastFailureAt: health.lastFailureAt, consecutiveFailures: health.consecutiveFailures,
            avoidedUntil: health.avoidedUntil == .zero ? nil : health.avoidedUntil,
            queriesUnderWay: queriesUnderWay, forwarded: forwarded, answered: answered,
            answerLatency: answerLatency,
            failures: UpstreamFailure.allCases.compactMap { cause in
                let count = failures[Int(cause.rawValue)]
                return count == 0 ? nil : (cause, count)
            })
    }
}
