import ResolverCore
import Telemetry
import Testing

@Suite struct StatisticsSumTests {
    /// Every counter there is, also one that is added tomorrow.
    @Test func addsEveryCounter() {
        var sum = filled(with: 3)
        sum.add(filled(with: 4))
        var counterCount = 0
        for child in Mirror(reflecting: sum).children {
            guard let value = child.value as? UInt64 else { continue }
            counterCount += 1
            #expect(value == 7, "\(child.label ?? "")")
        }
        #expect(counterCount == ResolverStatistics.counters.count)
        #expect(sum.missLatency.count == 7)
    }

    private func filled(with value: UInt64) -> ResolverStatistics {
        var statistics = ResolverStatistics()
        for counter in ResolverStatistics.counters { statistics[keyPath: counter] = value }
        for _ in 0..<value { statistics.missLatency.record(nanoseconds: 1_000) }
        return statistics
    }
}
