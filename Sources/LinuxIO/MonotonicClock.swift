internal import Glibc
package import NetworkTypes

/// CLOCK_BOOTTIME, read once per turn of a loop and handed down as data. It goes on while the machine is suspended, as the
/// times to live of answers do, and whoever waited meanwhile has waited. All processes of one boot read the same.
package enum MonotonicClock {
    package static var now: MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds(of: CLOCK_BOOTTIME)) }

    /// CLOCK_MONOTONIC, which stands still while the machine is suspended: for those who ask for it by name.
    package static var awakeNanoseconds: UInt64 { nanoseconds(of: CLOCK_MONOTONIC) }

    private static func nanoseconds(of clock: clockid_t) -> UInt64 {
        var time = timespec()
        // One struct on the stack; these clocks always exist.
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Waits that long without doing anything: for programs, never in a loop that serves.
    package static func sleep(milliseconds: Int) {
        var request = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var rest = timespec()
        // Two structs on the stack; the kernel writes what is left when a signal interrupts.
        while unsafe nanosleep(&request, &rest) != 0, errno == EINTR { request = rest }
    }
}

/// The time of day, which certificates need; it may jump.
package enum WallClock {
    /// Seconds since 1970-01-01T00:00:00Z.
    package static var unixSeconds: Int64 {
        var time = timespec()
        // One struct on the stack.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    package static var now: UTCInstant {
        var time = timespec()
        // As above.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UTCInstant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// CLOCK_THREAD_CPUTIME_ID: what the calling thread has used of a processor, the kernel's work for it included.
package enum ThreadClock {
    /// Nanoseconds.
    package static var now: UInt64 {
        var time = timespec()
        // One struct on the stack; the call cannot fail for this clock.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
