import CanonicalJSON
import KernelTestSupport
import TestSupport
import Testing

/// How long an apply takes, by the daemon's own clock.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"), .serialized)
struct ApplyTimeTests {
    private static let ruleCount = 300
    private static let applies = 20
    /// Several times what it takes alone: the other tests share processors and the kernel's locks. `benchmarks/apply` holds
    /// the figure itself; here what has become slower by a multiple is found.
    private static let maximumMilliseconds = 100.0
    private static let stages = ["read", "prepare", "commit", "compare", "record"]

    /// The best of several: other programs may have the processor meanwhile. They may have the disk for longer, so that
    /// what waits for it is told and not judged.
    @Test(.enabled(if: Repository.hasProgram("enigm-policyd"), "no release programs to time: run `make build`"))
    func aChangeOfThreeHundredRulesTakesMilliseconds() throws {
        try KernelNamespace.run {
            let rules = ApplyTimeTests.ruleCount
            let daemon = try TestEnforcer(
                try TestPolicy.longBundle(version: 1, ruleCount: rules), programs: Repository.programs)
            var replies: [JSONObject] = []
            for version in 2..<(2 + ApplyTimeTests.applies) {
                let bundle = daemon.put(try TestPolicy.longBundle(version: version, ruleCount: rules), named: "next")
                let result = daemon.policy("apply", bundle)
                try #require(result.status == .exited(0), "\(result.output)\(result.errors)")
                let reply = try JSONReader.read(Array(result.output.utf8).span, maximumBytes: 1 << 20)
                replies.append(try #require(reply.object))
            }
            let best = try #require(replies.min { computing($0) < computing($1) })
            let total = milliseconds(best["milliseconds"])
            let words = ApplyTimeTests.stages.map { "\($0) \(milliseconds(best["stages"]?.object?[$0]))" }
            print("apply of \(rules) rules: \(total) ms: \(words.joined(separator: ", "))")
            let sum = computing(best) + milliseconds(best["stages"]?.object?["record"])
            #expect(abs(sum - total) < 0.01, "the stages are not all of it: \(best)")
            #expect(computing(best) < ApplyTimeTests.maximumMilliseconds, "\(words)")
        }
    }

    /// In milliseconds, without the disk.
    private func computing(_ reply: JSONObject) -> Double {
        ApplyTimeTests.stages.filter { $0 != "record" }.reduce(0) { sum, stage in
            sum + milliseconds(reply["stages"]?.object?[stage])
        }
    }

    private func milliseconds(_ value: JSONValue?) -> Double { value?.double ?? .infinity }
}
