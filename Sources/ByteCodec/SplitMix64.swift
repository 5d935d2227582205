/// A small generator (Steele, Lea, Flood 2014): equal seeds give equal numbers, and close seeds numbers far apart. None of it
/// is secret to whoever has seen one.
package struct SplitMix64 {
    @usableFromInline var state: UInt64

    @inlinable
    package init(seed: UInt64) { state = seed }

    @inlinable
    package mutating func next() -> UInt64 {
        state &+= SplitMix64.step
        return SplitMix64.finalized(state)
    }

    /// What the generator with that seed gives first: mixes all bits of a word with all.
    @inlinable
    package static func mix(_ word: UInt64) -> UInt64 { finalized(word &+ step) }

    @usableFromInline static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inlinable
    static func finalized(_ word: UInt64) -> UInt64 {
        var mixed = word
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
