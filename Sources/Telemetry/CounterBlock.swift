/// One counter for each case of `Counter`, as one worker holds them. A worker counts in a block of its own without
/// any lock; a reader takes copies of all blocks and merges them. Counting allocates nothing.
package struct CounterBlock<Counter: CaseIterable & RawRepresentable & Sendable>: Equatable, Sendable
where Counter.RawValue == Int {
    private var values: [UInt64]

    /// All counters at zero. The raw values of `Counter` are 0, 1, 2 and so on.
    package init() { values = Array(repeating: 0, count: Counter.allCases.count) }

    package subscript(counter: Counter) -> UInt64 {
        get { values[counter.rawValue] }
        set { values[counter.rawValue] = newValue }
    }

    /// Counts one more, or `amount` more. A counter that would pass its end begins again at zero.
    package mutating func increment(_ counter: Counter, by amount: UInt64 = 1) {
        values[counter.rawValue] &+= amount
    }

    /// Adds what another worker counted.
    package mutating func merge(_ other: CounterBlock) {
        for index in values.indices { values[index] &+= other.values[index] }
    }
}
