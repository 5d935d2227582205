import DNSWire
import TestSupport
import Testing

@Suite struct IdleTimeScanTests {
    /// An answer with a question, a compressed record and an OPT record whose options are given.
    private static func answer(_ options: [UInt8]) -> [UInt8] {
        [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0x61, 2, 0x62, 0x63, 0, 0, 1, 0, 1]
            + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1]
            + [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, UInt8(options.count)] + options
    }

    @Test(
        arguments: [
            ([0, 11, 0, 2, 0, 100], 10_000), ([0, 12, 0, 3, 0, 0, 0, 0, 11, 0, 2, 0, 0], 0),
            ([0, 11, 0, 2, 0xFF, 0xFF, 0, 10, 0, 0], 6_553_500), ([0, 11, 0, 0], nil), ([0, 11, 0, 3, 0, 0, 1], nil),
            ([0, 12, 0, 0], nil), ([], nil), ([0, 11, 0, 9, 0, 1], nil),
        ] as [([UInt8], UInt64?)])
    func timesInOptions(options: [UInt8], milliseconds: UInt64?) {
        #expect(IdleTimeScan.milliseconds(in: Self.answer(options).span) == milliseconds)
    }

    @Test func aMessageThatIsCutSaysNothing() {
        let whole = Self.answer([0, 11, 0, 2, 0, 100])
        for count in 0..<whole.count {
            #expect(IdleTimeScan.milliseconds(in: Array(whole[..<count]).span) == nil, "\(count)")
        }
    }

    /// Whatever comes, it ends, and inside of the message.
    @Test func anyBytesAreLookedAt() {
        var random = SplitMix(state: 4)
        for _ in 0..<20_000 {
            var message = Self.answer([0, 11, 0, 2, 0, 100])
            for _ in 0..<4 {
                let index = Int.random(in: message.indices, using: &random)
                message[index] = UInt8.random(in: .min ... .max, using: &random)
            }
            message.removeLast(Int.random(in: 0...3, using: &random))
            _ = IdleTimeScan.milliseconds(in: message.span)
        }
    }
}
