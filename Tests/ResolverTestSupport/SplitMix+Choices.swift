package import TestSupport

extension SplitMix {
    package init(seed: UInt64) { self.init(state: seed) }

    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True once in `bound` times.
    package mutating func oneIn(_ bound: Int) -> Bool { below(bound) == 0 }
}
