internal import Glibc

/// How long the processor worked on something: unlike elapsed time it is the same on a busy machine.
package enum ProcessorTime {
    /// Of this thread alone; `work` starts no others.
    package static func measure(_ work: () throws -> Void) rethrows -> Duration {
        let start = now()
        try work()
        return now() - start
    }

    private static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
