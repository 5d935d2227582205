package import NetworkTypes
package import Telemetry

/// One upstream as an operator sees it.
package struct UpstreamSnapshot: Sendable {
    package enum State: String, Equatable, Sendable {
        /// Not asked yet.
        case idle
        /// Its last attempt was answered.
        case healthy
        /// Its last attempt failed; it is asked again when the others fail or the back-off ends.
        case failing
    }

    package var name: String
    package var state: State
    /// Since when it is in that state; nil before the first attempt.
    package var since: MonotonicInstant?
    /// Nanoseconds, smoothed as in RFC 6298; nil before the first answer.
    package var smoothedRoundTripTime: UInt64?
    package var lastFailure: UpstreamFailure?
    package var lastFailureAt: MonotonicInstant?
    package var consecutiveFailures: Int
    /// Until when it is asked only if no other upstream is left; nil when it is not avoided.
    package var avoidedUntil: MonotonicInstant?
    package var queriesUnderWay: Int
    package var forwarded: UInt64
    package var answered: UInt64
    /// From the sending of a query to its usable answer.
    package var answerLatency: LatencyHistogram
    /// Failed attempts by cause; causes that never occurred are left out.
    package var failures: [(cause: UpstreamFailure, count: UInt64)]
}
