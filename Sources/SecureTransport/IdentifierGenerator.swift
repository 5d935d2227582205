/// Message ids from a seed (SplitMix64). Inside TLS an id is no secret, it only has to be unpredictable to a program
/// that reuses answers by mistake: a small generator with no state to share is enough.
struct IdentifierGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt16 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return UInt16(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 48)
    }
}
