package import Glibc

/// How long the processor worked on something: unlike elapsed time it is the same on a busy machine.
package enum ProcessorTime {
    /// Of this thread alone; `work` starts no others.
    package static func measure(_ work: () throws -> Void) rethrows -> Duration {
        let start = now()
        try work()
        return now() - start
    }

    /// How long the first thread of a process, or this thread, was ready to run and waited for a processor: that is
    /// the machine's business. Zero where the kernel does not say.
    package static func waited(by process: pid_t? = nil) -> Duration {
        let path = process.map { "/proc/\($0)/schedstat" } ?? "/proc/thread-self/schedstat"
        let numbers = TextFile.text(of: path).split(separator: " ").map { Int64($0) ?? 0 }
        return .nanoseconds(numbers.count > 1 ? numbers[1] : 0)
    }

    private static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
