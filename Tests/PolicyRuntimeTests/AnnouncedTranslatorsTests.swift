import NetfilterBackend
import NetworkTypes
import Testing

@testable import PolicyRuntime

/// What networks announce of translating IPv4, and for how long it counts.
@Suite struct AnnouncedTranslatorsTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    private func announced(_ number: UInt64, device: UInt32 = 2, seconds: UInt16 = 600) -> AnnouncedTranslator {
        let prefix = IPPrefix(containing: .v6(IPv6Address(high: 0x2001_0DB8 << 32 | number, low: 0)), length: 96)
        return AnnouncedTranslator(prefix: prefix, device: device, seconds: seconds)
    }

    @Test func eachHoldsForItsTime() {
        var translators = AnnouncedTranslators()
        #expect(translators.deadline == nil)
        translators.take(announced(1), now: start)
        translators.take(announced(2, seconds: 60), now: start)
        #expect(translators.deadline == start.advanced(bySeconds: 60))
        translators.forget(but: [2], now: start.advanced(bySeconds: 59))
        #expect(translators.prefixes(on: [2]).count == 2)
        translators.forget(but: [2], now: start.advanced(bySeconds: 60))
        #expect(translators.prefixes(on: [2]) == [announced(1).prefix])
        translators.forget(but: [2], now: start.advanced(bySeconds: 600))
        #expect(translators.prefixes(on: [2]) == [] && translators.deadline == nil)
    }

    /// Anybody on the link could take back what its router has said.
    @Test(arguments: [UInt16(0), 8])
    func nobodyMakesItShorter(seconds: UInt16) {
        var translators = AnnouncedTranslators()
        translators.take(announced(1), now: start)
        translators.take(announced(1, seconds: seconds), now: start)
        #expect(translators.deadline == start.advanced(bySeconds: 600))
        translators.take(announced(1), now: start.advanced(bySeconds: 300))
        #expect(translators.deadline == start.advanced(bySeconds: 900))
        translators.take(announced(9, seconds: 0), now: start)
        #expect(translators.prefixes(on: [2]).count == 1)
    }

    @Test func theyEndWithTheirLink() {
        var translators = AnnouncedTranslators()
        translators.take(announced(1, device: 2), now: start)
        translators.take(announced(1, device: 3), now: start)
        #expect(translators.prefixes(on: [2, 3]).count == 1 && translators.prefixes(on: [4]) == [])
        translators.forget(but: [3], now: start)
        #expect(translators.prefixes(on: [2]) == [] && translators.prefixes(on: [3]).count == 1)
    }

    @Test func anEarlierRunsHoldOnEveryLinkForATime() {
        var translators = AnnouncedTranslators()
        translators.take(left: [announced(1).prefix], now: start)
        translators.forget(but: [], now: start)
        #expect(translators.prefixes(on: []) == [announced(1).prefix])
        #expect(translators.deadline == start.advanced(bySeconds: AnnouncedTranslators.repetitionSeconds))
    }

    @Test func thereIsRoomForSoManyAndNoMore() {
        var translators = AnnouncedTranslators()
        for number in 0..<UInt64(AnnouncedTranslators.maximumCount) { translators.take(announced(number), now: start) }
        #expect(!translators.isFull)
        translators.take(announced(0), now: start)
        #expect(!translators.isFull, "one that is known needs no room")
        translators.take(announced(99), now: start)
        #expect(translators.isFull && translators.prefixes(on: [2]).count == AnnouncedTranslators.maximumCount)
        translators.forget(but: [], now: start)
        #expect(!translators.isFull)
    }
}
