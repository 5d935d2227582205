import Glibc
import NetfilterBackend
import Ruleset
import ServiceHost
import KernelTestSupport
import TestSupport
import Testing

@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct KilledApplyTests {
    private static let kills = 50
    private static let ruleCount = 100

    /// kill -9 at random moments of an apply: the old policy is whole in the kernel, or the new one is, and the audit
    /// chain can be continued.
    @Test func aKillInAnApplyLeavesOnePolicyWhole() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            var random = SplitMix(state: 0xE416)
            let connection = try NetfilterConnection()
            var outcomes = (old: 0, new: 0)
            // Follows the length of an apply on this machine, so that kills fall before and after the commit.
            var longestMicroseconds = 60_000.0
            for round in 0..<KilledApplyTests.kills {
                let old = try TestPolicy.longBundle(version: 2 * round + 1, ruleCount: KilledApplyTests.ruleCount)
                let daemon = try TestEnforcer(old, scratch: scratch)
                let before = try #require(try connection.readTable(.inet, "enigm"))
                scratch.write(
                    try TestPolicy.longBundle(version: 2 * round + 2, ruleCount: KilledApplyTests.ruleCount),
                    to: "bundle")
                daemon.process.signal(SIGHUP)
                Moment.sleep(.microseconds(Int(random.next() % UInt64(longestMicroseconds))))
                kill(daemon.process.identifier, SIGKILL)
                _ = daemon.process.wait()
                let after = try #require(try connection.readTable(.inet, "enigm"), "nothing is in force")
                if after.difference(from: before).isEmpty {
                    outcomes.old += 1
                    longestMicroseconds = min(2_000_000, longestMicroseconds * 1.5)
                } else {
                    outcomes.new += 1
                    longestMicroseconds = max(1_000, longestMicroseconds * 0.7)
                }
                #expect(after.chains.map(\.name).sorted() == before.chains.map(\.name).sorted())
                #expect(after.chains.map(\.rules.count).reduce(0, +) == before.chains.map(\.rules.count).reduce(0, +))
                #expect(daemon.audit.isWhole, "round \(round): \(daemon.audit.problems)")
            }
            #expect(outcomes.old + outcomes.new == KilledApplyTests.kills)
            #expect(outcomes.old > 0 && outcomes.new > 0, "the moments were not random enough: \(outcomes)")
        }
    }
}
