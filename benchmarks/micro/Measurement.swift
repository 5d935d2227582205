/// What was measured of one benchmark.
struct Measurement: Sendable {
    /// A sample lasts this long: far more than the clock's own cost and grain.
    static let sampleNanoseconds: UInt64 = 20_000_000
    static let sampleCount = 11

    let name: String
    let summary: String
    /// How many operations the figures stand for.
    let operations: Int
    /// The median of the samples.
    let nanosecondsPerOperation: Double
    /// The fastest sample: what the machine can do when nothing disturbs it.
    let leastNanosecondsPerOperation: Double
    let allocationsPerOperation: Double
    /// From callgrind, when its figures were given.
    var instructionsPerOperation: Double?

    /// Warms up, then takes samples.
    static func sampled<Subject: Benchmark & ~Copyable>(_: Subject.Type) throws -> Measurement {
        var subject = try Subject()
        var warmUp = Meter()
        while warmUp.nanoseconds < sampleNanoseconds { subject.turn(&warmUp) }
        var samples: [Double] = []
        var operations = 0
        var allocations: UInt64 = 0
        for _ in 0..<sampleCount {
            var meter = Meter()
            var turns = 0
            while meter.nanoseconds < sampleNanoseconds {
                subject.turn(&meter)
                turns += 1
            }
            samples.append(Double(meter.nanoseconds) / Double(turns * Subject.operationsPerTurn))
            operations += turns * Subject.operationsPerTurn
            allocations += meter.allocations
        }
        return Measurement(Subject.self, operations, samples.sorted(), allocations)
    }

    /// Does exactly as many turns as hold `iterations` operations, without warming up: for callgrind.
    static func counted<Subject: Benchmark & ~Copyable>(_: Subject.Type, iterations: Int) throws -> Measurement {
        var subject = try Subject()
        let turns = (iterations + Subject.operationsPerTurn - 1) / Subject.operationsPerTurn
        var meter = Meter()
        for _ in 0..<turns { subject.turn(&meter) }
        let operations = turns * Subject.operationsPerTurn
        return Measurement(
            Subject.self, operations, [Double(meter.nanoseconds) / Double(operations)], meter.allocations)
    }

    private init<Subject: Benchmark & ~Copyable>(
        _: Subject.Type, _ operations: Int, _ sortedSamples: [Double], _ allocations: UInt64
    ) {
        name = Subject.name
        summary = Subject.summary
        self.operations = operations
        nanosecondsPerOperation = sortedSamples[sortedSamples.count / 2]
        leastNanosecondsPerOperation = sortedSamples[0]
        allocationsPerOperation = Double(allocations) / Double(operations)
    }
}
