import CanonicalJSON
@testable import PolicyRuntime
import Testing

@Suite struct EpochCounterTests {
    /// What a run that died at any moment leaves on the disk.
    private func successor(of counter: EpochCounter) throws -> EpochCounter {
        try #require(EpochCounter(json: counter.json))
    }

    @Test func noNumberIsUsedTwiceWhateverMomentADaemonDies() throws {
        var used: Set<UInt16> = []
        var counter = EpochCounter()
        for run in 0..<400 {
            // Each run takes some numbers, and confirms none, some or all of them.
            for step in 0..<(run % 7 + 1) {
                if counter.isExhausted { counter.reserve() }
                let number = counter.take()
                #expect(number != 0 && used.insert(number).inserted)
                if (run + step) % 3 == 0 {
                    counter.confirm(number)
                    counter.reserve()
                }
            }
            counter = try successor(of: counter)
        }
    }

    @Test func zeroIsSkippedWhenTheNumbersBeginAnew() throws {
        var counter = try #require(EpochCounter(json: ["epoch": 65_530, "reserved-epoch": 65_533]))
        counter.reserve()
        #expect((0..<6).map { _ in counter.take() } == [65_534, 65_535, 1, 2, 3, 4])
    }

    @Test func damageIsSeen() {
        #expect(EpochCounter(json: ["epoch": 1]) == nil)
        #expect(EpochCounter(json: ["epoch": 65_536, "reserved-epoch": 1]) == nil)
        #expect(EpochCounter(json: ["epoch": -1, "reserved-epoch": 1]) == nil)
    }
}
