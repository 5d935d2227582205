import Testing

@testable import Telemetry

@Suite struct LatencyHistogramTests {
    @Test func nothingRecordedHasNoFigures() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.maximum == 0)
    }

    @Test func smallValuesAreExact() {
        var histogram = LatencyHistogram()
        for value: UInt64 in 0..<64 { histogram.record(nanoseconds: value) }
        for rank: UInt64 in 1...64 { #expect(histogram.percentile(Double(rank) / 64) == rank - 1) }
    }

    @Test(arguments: [64, 65, 127, 128, 1_000, 65_535, 65_536, 999_999_999, (1 << 39) + 1, (1 << 40) - 1] as [UInt64])
    func oneValueIsFoundWithinItsBucket(_ value: UInt64) throws {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: value)
        histogram.record(nanoseconds: LatencyHistogram.maximumNanoseconds)
        let found = try #require(histogram.percentile(0.5))
        #expect(found >= value)
        #expect(Double(found) <= Double(value) * (1 + 1.0 / 32))
    }

    @Test func listsTheBucketsThatHoldSomething() {
        var histogram = LatencyHistogram()
        for value: UInt64 in [3, 3, 70, 1_000_000] { histogram.record(nanoseconds: value) }
        let buckets = histogram.occupiedBuckets
        #expect(buckets.map(\.count) == [2, 1, 1])
        #expect(buckets.first?.upTo == 3)
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.upTo < $1.upTo })
        #expect(buckets.last.map { $0.upTo >= 1_000_000 } == true)
    }

    @Test func percentilesOfALinearRun() throws {
        var histogram = LatencyHistogram()
        for value: UInt64 in 1...10_000 { histogram.record(nanoseconds: value * 1_000) }
        for (share, truth) in [(0.5, 5_000_000.0), (0.9, 9_000_000), (0.99, 9_900_000)] {
            let found = Double(try #require(histogram.percentile(share)))
            #expect(found >= truth && found <= truth * (1 + 1.0 / 32))
        }
        #expect(histogram.percentile(1) == 10_000_000)
        #expect(histogram.mean == 5_000_500)
    }

    @Test func longDurationsCountAsTheLongest() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: .max)
        #expect(histogram.maximum == LatencyHistogram.maximumNanoseconds)
        #expect(histogram.percentile(0) == LatencyHistogram.maximumNanoseconds)
    }

    @Test func recordingManyIsRecordingEach() {
        var together = LatencyHistogram()
        var each = LatencyHistogram()
        together.record(nanoseconds: 12_345, times: 64)
        together.record(nanoseconds: 1, times: 0)
        for _ in 0..<64 { each.record(nanoseconds: 12_345) }
        #expect(together == each)
    }

    @Test func mergingIsRecordingInOne() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        var both = LatencyHistogram()
        for value: UInt64 in 1...500 {
            left.record(nanoseconds: value * 37)
            right.record(nanoseconds: value * 101)
            both.record(nanoseconds: value * 37)
            both.record(nanoseconds: value * 101)
        }
        left.merge(right)
        #expect(left == both)
    }
}
