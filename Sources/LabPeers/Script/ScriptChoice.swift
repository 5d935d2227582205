internal import ByteCodec

/// Which of the connections, or of a connection's answers, a line is about. They count from 1.
enum ScriptChoice: Sendable, Equatable {
    case all
    case numbers(ClosedRange<Int>)
    case every(Int)
    /// So many of a million, by chance.
    case share(UInt32)

    static let wholeShare: UInt32 = 1_000_000

    func contains(_ number: Int, chance: UInt64) -> Bool {
        switch self {
        case .all: true
        case .numbers(let range): range.contains(number)
        case .every(let step): number % step == 0
        case .share(let share): UInt32(chance % UInt64(ScriptChoice.wholeShare)) < share
        }
    }
}

/// Chance from a seed: equal words give equal draws, whatever was drawn before.
struct ScriptChance {
    private var generator: SplitMix64

    init(seed: UInt64, _ words: Int...) {
        generator = SplitMix64(
            seed: words.reduce(seed) { SplitMix64.mix($0 ^ UInt64(truncatingIfNeeded: $1)) })
    }

    mutating func next() -> UInt64 { generator.next() }

    mutating func draw(from range: ClosedRange<UInt64>) -> UInt64 {
        let (width, isWhole) = (range.upperBound - range.lowerBound).addingReportingOverflow(1)
        return isWhole ? next() : range.lowerBound + next() % width
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
