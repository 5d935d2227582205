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
    private var state: UInt64

    init(seed: UInt64, _ words: Int...) {
        state = seed
        for word in words {
            state ^= UInt64(truncatingIfNeeded: word)
            state = next()
        }
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func draw(from range: ClosedRange<UInt64>) -> UInt64 {
        let (width, isWhole) = (range.upperBound - range.lowerBound).addingReportingOverflow(1)
        return isWhole ? next() : range.lowerBound + next() % width
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
