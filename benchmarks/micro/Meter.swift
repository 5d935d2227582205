import CAllocationCounter
import LinuxIO
import NetworkTypes

/// Adds up the time and the allocations of the measured parts.
struct Meter {
    private(set) var nanoseconds: UInt64 = 0
    private(set) var allocations: UInt64 = 0
    private var startedAt: UInt64 = 0
    private var allocationsAtStart: UInt64 = 0
    /// What benchmarks computed; printed nowhere, and the optimiser cannot know that.
    var checksum: UInt64 = 0

    mutating func start() {
        allocationsAtStart = enigm_allocation_count()
        startedAt = MonotonicClock.now.nanoseconds
    }

    mutating func stop() {
        nanoseconds += MonotonicClock.now.nanoseconds - startedAt
        allocations += enigm_allocation_count() - allocationsAtStart
    }
}
