import Testing

@testable import Telemetry

@Suite struct CounterBlockTests {
    enum Fruit: Int, CaseIterable, Sendable {
        case apples
        case pears
    }

    @Test func countersBeginAtZeroAndCountApart() {
        var block = CounterBlock<Fruit>()
        #expect(block[.apples] == 0)
        block.increment(.apples)
        block.increment(.pears, by: 5)
        #expect(block[.apples] == 1)
        #expect(block[.pears] == 5)
    }

    @Test func mergingAdds() {
        var sum = CounterBlock<Fruit>()
        var worker = CounterBlock<Fruit>()
        worker.increment(.apples, by: 3)
        sum.merge(worker)
        sum.merge(worker)
        #expect(sum[.apples] == 6)
        #expect(sum[.pears] == 0)
    }
}
