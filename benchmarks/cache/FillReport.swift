import LinuxIO
import NetworkTypes
import ResolverCore

/// A cache that is filled from empty to full, and then again with as many others.
struct FillReport {
    private let count: Int

    init(count: Int) { self.count = count }

    func text() -> String {
        let cache = CachedResolver(capacity: count)
        // What is made once is made now: buffers, tables of what is under way.
        _ = cache.ask(0)
        let before = ProcessMemory.peakKiB
        let filling = longest(1..<UInt64(count), cache)
        let grown = ProcessMemory.peakKiB - before
        let entries = Int(cache.statistics.cacheEntries)
        let accounted = Int(cache.statistics.cacheBytes)
        let replacing = longest(UInt64(count)..<UInt64(2 * count), cache)
        let start = MonotonicClock.now
        cache.flush()
        let flushing = MonotonicClock.now.nanoseconds(since: start)
        return """
            answers                    \(entries)
            resident bytes an answer   \(grown * 1024 / entries)
            by its own account         \(accounted / entries)
            longest while it grew      \(microseconds(filling)) us
            longest while it was full  \(microseconds(replacing)) us
            flushing all               \(microseconds(flushing)) us

            """
    }

    /// The longest that one of the numbers took to be asked for and answered by the upstream, in processor time: what
    /// else runs on the machine does not count.
    private func longest(_ numbers: Range<UInt64>, _ cache: CachedResolver) -> UInt64 {
        var longest: UInt64 = 0
        for number in numbers {
            let start = ThreadClock.now
            _ = cache.ask(number)
            longest = max(longest, ThreadClock.now - start)
        }
        return longest
    }

    private func microseconds(_ nanoseconds: UInt64) -> String {
        "\(nanoseconds / 1000).\(nanoseconds / 100 % 10)"
    }
}
