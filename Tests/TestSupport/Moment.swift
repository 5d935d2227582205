internal import Glibc

/// Elapsed real time, and waiting with a limit.
package struct Moment: Sendable {
    private let nanoseconds: Int64

    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package var elapsed: Duration { .nanoseconds(Moment.now.nanoseconds - nanoseconds) }

    /// Negative when this moment came first.
    package func time(since other: Moment) -> Duration { .nanoseconds(nanoseconds - other.nanoseconds) }

    package static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// Asks every few milliseconds until `condition` holds; false when it never did.
    package static func wait(_ limit: Duration, until condition: () -> Bool) -> Bool {
        let start = Moment.now
        repeat {
            if condition() { return true }
            sleep(.milliseconds(3))
        } while start.elapsed < limit
        return condition()
    }
}
