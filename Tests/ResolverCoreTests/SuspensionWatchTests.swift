import NetworkTypes
import ResolverCore
import Testing

/// CLOCK_BOOTTIME against CLOCK_MONOTONIC.
@Suite struct SuspensionWatchTests {
    private static let second: UInt64 = 1_000_000_000
    private static let start = MonotonicInstant.zero.advanced(bySeconds: 1000)
    /// The clocks began apart: the machine has slept before.
    private var watch = SuspensionWatch(now: start, awake: 300 * second)

    private mutating func hasSlept(boot: Double, awake: Double) -> Bool {
        let now = SuspensionWatchTests.start.advanced(byNanoseconds: UInt64(boot * 1e9))
        return watch.hasSlept(until: now, awake: 300 * SuspensionWatchTests.second + UInt64(awake * 1e9))
    }

    @Test mutating func `a pause is no sleep, however long`() {
        #expect(!hasSlept(boot: 1, awake: 1))
        #expect(!hasSlept(boot: 3600, awake: 3600))
        #expect(!hasSlept(boot: 3600.001, awake: 3600.001))
    }

    @Test mutating func `what one clock has and the other has not was slept through, and is told once`() {
        #expect(hasSlept(boot: 3600, awake: 5))
        #expect(!hasSlept(boot: 3601, awake: 6))
        #expect(!hasSlept(boot: 3610, awake: 15))
        #expect(hasSlept(boot: 3620, awake: 20))
    }

    @Test mutating func `a sleep in the middle of work is seen`() {
        for tenth in 0..<20 { #expect(!hasSlept(boot: Double(tenth) / 10, awake: Double(tenth) / 10)) }
        #expect(hasSlept(boot: 4.5, awake: 2))
    }

    @Test mutating func `servers keep a connection through a short one`() {
        #expect(!hasSlept(boot: 1.9, awake: 0.1))
        #expect(!hasSlept(boot: 3.9, awake: 2.1))
        #expect(!hasSlept(boot: 7.8, awake: 4.1))
        #expect(hasSlept(boot: 12, awake: 6.1))
    }

    @Test mutating func `the second clock is read after a pause only`() {
        var reads = 0
        func awake() -> UInt64 {
            reads += 1
            return 300 * SuspensionWatchTests.second
        }
        for milliseconds: UInt64 in [1, 500, 1999] {
            _ = watch.hasSlept(until: SuspensionWatchTests.start.advanced(byMilliseconds: milliseconds), awake: awake())
        }
        #expect(reads == 0)
        _ = watch.hasSlept(until: SuspensionWatchTests.start.advanced(bySeconds: 2), awake: awake())
        #expect(reads == 1)
    }
}
