import CanonicalJSON
import Glibc
import KernelTestSupport
import ServiceHost
import TestSupport
import Testing

/// What the daemon does with a bundle that moves a view.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct ViewMoveTests {
    private static let words = "the view `browser` has the port 5302, and had 5301 before"

    @Test func itIsRefusedAndWhatWasInForceStays() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(views: ["browser": 5301]))
            let before = TestEnforcer.ruleset()
            let moved = daemon.put(try TestPolicy.bundle(version: 2, views: ["browser": 5302]), named: "moved")
            for verb in ["plan", "apply"] {
                let result = daemon.policy(verb, moved)
                #expect(result.status == .exited(3), "\(result.output)\(result.errors)")
                #expect(
                    (result.output + result.errors).contains(ViewMoveTests.words), "\(result.output)\(result.errors)")
            }
            #expect(TestEnforcer.ruleset() == before)
            #expect(daemon.waitForAudit(.refused))
            // Another name there is another view.
            let taken = daemon.put(
                try TestPolicy.bundle(version: 3, subjects: ["other: { users: [daemon] }"], views: ["other": 5301]),
                named: "taken")
            #expect(daemon.policy("apply", taken).status == .exited(3))
            let gone = daemon.put(try TestPolicy.bundle(version: 4), named: "gone")
            #expect(daemon.policy("apply", gone).status == .exited(0))
            #expect(daemon.policy("apply", taken).status == .exited(3))
        }
    }

    /// At boot nothing else keeps anybody from leaving: the last policy is better than none.
    @Test func atTheStartTheLastBundleIsInForceInItsPlace() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let first = try TestEnforcer(try TestPolicy.bundle(views: ["browser": 5301]), scratch: scratch)
            first.process.signal(SIGTERM)
            #expect(first.process.wait() == .exited(0))
            let second = try TestEnforcer(
                try TestPolicy.bundle(version: 2, views: ["browser": 5302]), scratch: scratch)
            #expect(second.process.standardError.contains(ViewMoveTests.words))
            #expect(try second.status()["profileVersion"]?.integer == 1)
        }
    }
}
