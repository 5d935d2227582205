/// One thing that is measured: a state that is made once, and turns of it.
protocol Benchmark: ~Copyable {
    /// What `--only` calls it.
    static var name: String { get }
    /// What one operation is, for people.
    static var summary: String { get }
    /// How many operations one turn does.
    static var operationsPerTurn: Int { get }

    init() throws

    /// Does one turn; only what lies between the meter's `start` and `stop` counts. Everything measured happens in
    /// functions whose names begin with `measured`, which are not inlined: callgrind finds them by that.
    mutating func turn(_ meter: inout Meter)
}

/// An exit that benchmarks take when their own set-up does not do what it has to.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
