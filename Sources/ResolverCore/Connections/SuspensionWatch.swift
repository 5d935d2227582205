package import NetworkTypes

/// Notices that the machine was suspended: CLOCK_BOOTTIME has gone on and CLOCK_MONOTONIC has not.
package struct SuspensionWatch {
    /// Nanoseconds. Servers and what lies between keep a connection for longer than that.
    package static let shortestSleep: UInt64 = 2_000_000_000

    private var seenAt: MonotonicInstant
    private var awake: UInt64

    /// `now` is CLOCK_BOOTTIME, `awake` the nanoseconds of CLOCK_MONOTONIC.
    package init(now: MonotonicInstant, awake: UInt64) {
        seenAt = now
        self.awake = awake
    }

    /// Whether it has slept since it was asked last. `awake` is read only after a pause.
    package mutating func hasSlept(until now: MonotonicInstant, awake: @autoclosure () -> UInt64) -> Bool {
        let passed = now.nanoseconds(since: seenAt)
        guard passed >= SuspensionWatch.shortestSleep else { return false }
        let awake = awake()
        let wasAwake = awake - self.awake
        (seenAt, self.awake) = (now, awake)
        return passed >= wasAwake + SuspensionWatch.shortestSleep
    }
}
