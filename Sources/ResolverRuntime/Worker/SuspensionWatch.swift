internal import LinuxIO
internal import NetworkTypes

/// Notices that the machine was suspended: CLOCK_BOOTTIME has gone on and CLOCK_MONOTONIC has not.
struct SuspensionWatch {
    /// Nanoseconds. Servers and what lies between keep a connection for longer than that.
    static let shortestSleep: UInt64 = 2_000_000_000

    private var seenAt: MonotonicInstant
    private var awake: UInt64

    init(now: MonotonicInstant, awake: UInt64 = MonotonicClock.awakeNanoseconds) {
        seenAt = now
        self.awake = awake
    }

    /// Whether it has slept since it was asked last. `awake`, CLOCK_MONOTONIC, is read only after a pause.
    mutating func hasSlept(
        until now: MonotonicInstant, awake: @autoclosure () -> UInt64 = MonotonicClock.awakeNanoseconds
    ) -> Bool {
        let passed = now.nanoseconds(since: seenAt)
        guard passed >= SuspensionWatch.shortestSleep else { return false }
        let awake = awake()
        let wasAwake = awake - self.awake
        (seenAt, self.awake) = (now, awake)
        return passed >= wasAwake + SuspensionWatch.shortestSleep
    }
}
