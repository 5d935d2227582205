/// A log-linear histogram of durations in nanoseconds: every power of two is cut into 32 equal buckets, so that a
/// percentile is at most 1/32 above the truth. Its storage is made once; recording allocates nothing. A worker owns
/// its histogram; whoever reads sums the copies of all workers.
package struct LatencyHistogram: Equatable, Sendable {
    /// Longer durations count as this: 18 minutes, far beyond every deadline.
    package static let maximumNanoseconds: UInt64 = 1 << 40 - 1

    private static let bucketsPerPower = 32
    private static let bucketCount = 64 + 34 * bucketsPerPower

    /// How many durations were recorded.
    package private(set) var count: UInt64 = 0
    /// The sum of all durations, in nanoseconds; it saturates.
    package private(set) var sum: UInt64 = 0
    /// The longest one, exact; 0 when there is none.
    package private(set) var maximum: UInt64 = 0
    private var buckets = [UInt64](repeating: 0, count: bucketCount)

    package init() {}

    /// `times`: so many took that long, and no clock was read between them.
    package mutating func record(nanoseconds: UInt64, times: UInt64 = 1) {
        guard times > 0 else { return }
        let value = min(nanoseconds, LatencyHistogram.maximumNanoseconds)
        buckets[LatencyHistogram.bucket(of: value)] &+= times
        count &+= times
        let (total, overflow) = value.multipliedReportingOverflow(by: times)
        add(toSum: overflow ? .max : total)
        maximum = max(maximum, value)
    }

    /// Forgets everything; the storage stays.
    package mutating func removeAll() {
        for index in buckets.indices { buckets[index] = 0 }
        (count, sum, maximum) = (0, 0, 0)
    }

    /// Adds what another worker recorded.
    package mutating func merge(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
        count &+= other.count
        add(toSum: other.sum)
        maximum = max(maximum, other.maximum)
    }

    /// The mean in nanoseconds; nil when nothing was recorded.
    package var mean: UInt64? { count == 0 ? nil : sum / count }

    /// The duration, in nanoseconds, that `share` (0...1) of all recorded ones do not pass; nil when nothing was
    /// recorded. 0.5 is the median.
    package func percentile(_ share: Double) -> UInt64? {
        precondition(share >= 0 && share <= 1, "a percentile is a share of the whole")
        guard count > 0 else { return nil }
        let rank = rank(of: share)
        var seen: UInt64 = 0
        for (index, amount) in buckets.enumerated() {
            seen += amount
            if seen >= rank { return min(LatencyHistogram.upperBound(of: index), maximum) }
        }
        return maximum
    }

    /// The buckets that hold something, shortest first: how many durations were at most `upTo` nanoseconds, and longer
    /// than what the bucket before allows.
    package var occupiedBuckets: [(upTo: UInt64, count: UInt64)] {
        buckets.enumerated().filter { $0.element > 0 }.map { (LatencyHistogram.upperBound(of: $0.offset), $0.element) }
    }

    /// Which duration, counted from the shortest as 1, is the percentile: `share * count` rounded up, without libm.
    private func rank(of share: Double) -> UInt64 {
        let exact = share * Double(count)
        let whole = UInt64(exact)
        return min(count, max(1, Double(whole) < exact ? whole + 1 : whole))
    }

    private mutating func add(toSum value: UInt64) {
        let (total, overflow) = sum.addingReportingOverflow(value)
        sum = overflow ? .max : total
    }

    /// Values below 64 have a bucket each; above, the five bits behind the leading one choose among 32.
    private static func bucket(of value: UInt64) -> Int {
        guard value >= 64 else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return 64 + (power - 6) * bucketsPerPower + Int(value >> UInt64(power - 5)) - bucketsPerPower
    }

    /// The greatest value that falls into a bucket.
    private static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= 64 else { return UInt64(bucket) }
        let power = 6 + (bucket - 64) / bucketsPerPower
        let step = UInt64((bucket - 64) % bucketsPerPower + bucketsPerPower)
        return (step + 1) << UInt64(power - 5) - 1
    }
}
