import ArgumentParser
import LinuxIO

/// Measures the hot paths: time, allocations and, with the help of callgrind, instructions.
struct EnigmBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enigm-bench",
        abstract: "Measure the hot paths: nanoseconds, allocations and instructions per operation.",
        discussion: "Instructions are counted by benchmarks/instructions, which needs valgrind.")

    @Option(help: ArgumentHelp("Measure only this one; may be repeated.", valueName: "benchmark"))
    var only: [String] = []

    @Option(help: "Do about this many operations once, without warming up.")
    var iterations: Int?

    @Flag(help: "Print one JSON document.")
    var json = false

    @Option(help: ArgumentHelp("Take over the counts of benchmarks/instructions.", valueName: "file"))
    var instructions: String?

    @Option(help: ArgumentHelp("Exit with 1 when counts exceed these thresholds; may be repeated.", valueName: "file"))
    var check: [String] = []

    func validate() throws {
        for name in only where !Self.names.contains(name) {
            throw ValidationError("`\(name)` is none of \(Self.names.joined(separator: ", "))")
        }
        if let iterations, iterations < 1 { throw ValidationError("at least one operation has to be done") }
    }

    func run() throws {
        let thresholds = try check.map { try Thresholds(path: $0) }
        let counts = try instructions.map { try InstructionCounts(path: $0) }
        let measurements = try measure().map { measurement in
            var measurement = measurement
            measurement.instructionsPerOperation = counts?[measurement.name]
            return measurement
        }
        StandardStreams.writeOutput(json ? Report.json(measurements) : Report.table(measurements))
        let findings = thresholds.flatMap { $0.findings(in: measurements) }
        for finding in findings { StandardStreams.writeError("\(finding)\n") }
        if !findings.isEmpty { throw ArgumentParser.ExitCode(1) }
    }

    private static let names = [
        QuestionParse.name, AnswerValidation.name, CacheHit.name, DoTFrame.name, DoHFrame.name,
        SuffixLookup.name,
    ]

    private func measure() throws -> [Measurement] {
        try [
            measure(QuestionParse.self), measure(AnswerValidation.self), measure(CacheHit.self),
            measure(DoTFrame.self), measure(DoHFrame.self), measure(SuffixLookup.self),
        ].compactMap { $0 }
    }

    private func measure<Subject: Benchmark & ~Copyable>(_: Subject.Type) throws -> Measurement? {
        guard only.isEmpty || only.contains(Subject.name) else { return nil }
        if let iterations { return try Measurement.counted(Subject.self, iterations: iterations) }
        return try Measurement.sampled(Subject.self)
    }
}
