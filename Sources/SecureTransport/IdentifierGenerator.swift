internal import ByteCodec

/// Message ids from a seed. Inside TLS an id is no secret, it only has to be unpredictable to a program that reuses answers
/// by mistake: a small generator with no state to share is enough.
struct IdentifierGenerator {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func next() -> UInt16 { UInt16(truncatingIfNeeded: generator.next() >> 48) }
}
