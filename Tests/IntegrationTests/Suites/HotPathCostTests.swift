import TestSupport
import Testing

/// What the hot paths cost, counted and not timed: a change that makes one dearer fails here.
@Suite(.enabled(if: Repository.hasProgram("enigm-bench"), Programs.missing)) struct HotPathCostTests {
    private static let thresholds = "\(Repository.root)/benchmarks/thresholds/linux-x86_64.json"
    private static let hasCounter = Repository.hasTool("valgrind") && Repository.hasTool("objcopy")
    #if arch(x86_64)
        private static let isMeasuredHere = true
    #else
        private static let isMeasuredHere = false
    #endif

    @Test func `no more allocations than the thresholds allow`() {
        let result = bench(["--iterations", "20000", "--check", HotPathCostTests.thresholds])
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.output.contains("cache-hit"), "\(result.output)")
    }

    @Test(
        .enabled(if: hasCounter, "no valgrind: run `.ci/deps test`"),
        .enabled(if: isMeasuredHere, "the thresholds are those of x86_64"))
    func `no more instructions than the thresholds allow`() throws {
        let counted = CommandResult.run(
            "\(Repository.root)/benchmarks/instructions", [Repository.program("enigm-bench")], limit: .seconds(300))
        try #require(counted.status == .exited(0), "\(counted.errors)")
        let scratch = ScratchDirectory()
        let counts = scratch.write(counted.output, to: "counts.json")
        let result = bench(["--iterations", "20000", "--instructions", counts, "--check", HotPathCostTests.thresholds])
        #expect(result.status == .exited(0), "\(result.errors)")
    }

    private func bench(_ arguments: [String]) -> CommandResult {
        CommandResult.run(Repository.program("enigm-bench"), arguments, limit: .seconds(120))
    }
}
