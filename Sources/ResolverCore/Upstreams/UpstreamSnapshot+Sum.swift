internal import Telemetry

// One upstream as several resolvers see it.

extension UpstreamSnapshot {
    /// Adds what another resolver knows of the same upstream: of two states the later one.
    package mutating func add(_ other: UpstreamSnapshot) {
        if let since = other.since, self.since.map({ $0 < since }) ?? true {
            (state, self.since) = (other.state, since)
        }
        if let theirs = other.smoothedRoundTripTime {
            smoothedRoundTripTime = smoothedRoundTripTime.map { ($0 + theirs) / 2 } ?? theirs
        }
        if let failedAt = other.lastFailureAt, lastFailureAt.map({ $0 < failedAt }) ?? true {
            (lastFailure, lastFailureAt) = (other.lastFailure, failedAt)
        }
        consecutiveFailures = max(consecutiveFailures, other.consecutiveFailures)
        avoidedUntil = [avoidedUntil, other.avoidedUntil].compactMap(\.self).max()
        queriesUnderWay += other.queriesUnderWay
        forwarded &+= other.forwarded
        answered &+= other.answered
        answerLatency.merge(other.answerLatency)
        for (cause, count) in other.failures {
            if let index = failures.firstIndex(where: { $0.cause == cause }) {
                failures[index].count &+= count
            } else {
                failures.append((cause, count))
            }
        }
    }
}
