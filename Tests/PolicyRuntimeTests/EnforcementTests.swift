import CanonicalJSON
import Glibc
import NetfilterBackend
import Ruleset
import ServiceHost
import KernelTestSupport
import TestSupport
import Testing

@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct EnforcementTests {
    @Test func aBundleIsPutInForceAndStaysWhenTheDaemonEnds() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let status = try daemon.status()
            #expect(status["state"]?.string == "enforced", "\(status)")
            #expect(status["epoch"]?.integer == 1)
            let before = TestEnforcer.ruleset()
            #expect(before.contains("table inet enigm"))
            daemon.process.signal(SIGTERM)
            #expect(daemon.process.wait() == .exited(0))
            #expect(TestEnforcer.ruleset().split(separator: "\n").count >= before.split(separator: "\n").count - 1)
            #expect(daemon.audit.isWhole)
            #expect(daemon.audit.lines.map(\.event) == ["started", "apply-started", "applied", "stopped"])
        }
    }

    @Test func onlyOneCapabilityIsKept() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let lines = TextFile.text(of: "/proc/\(daemon.process.identifier)/status").split(separator: "\n")
            for set in ["CapPrm", "CapEff", "CapBnd"] {
                #expect(lines.contains("\(set):\t0000000000001000"))
            }
            #expect(lines.contains("NoNewPrivs:\t1"))
        }
    }

    @Test func aKilledDaemonLeavesItsTableToTheNext() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let bundle = try TestPolicy.bundle()
            let first = try TestEnforcer(bundle, scratch: scratch)
            first.process.signal(SIGKILL)
            #expect(first.process.wait() == .signalled(9))
            let connection = try NetfilterConnection()
            #expect(try connection.readTable(.inet, "enigm") != nil)
            let generation = try connection.generation().identifier
            let second = try TestEnforcer(bundle, scratch: scratch)
            #expect(second.process.standardError.contains("adopted"), "\(second.process.standardError)")
            // Nothing but the owner may have changed.
            #expect(try connection.generation().identifier <= generation + 1)
            #expect(CommandResult.run("nft", ["delete", "table", "inet", "enigm"]).status == .exited(1))
            #expect(second.audit.isWhole)
        }
    }

    @Test func aBundleIsPlannedAndAppliedByCall() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let rule = "mail: { from: any, to: { addresses: [198.51.100.25], ports: [993/tcp] }, via: direct }"
            let next = daemon.put(try TestPolicy.bundle(version: 2, rules: [rule]), named: "next")
            let before = TestEnforcer.ruleset()
            let plan = daemon.policy("plan", next)
            #expect(plan.status == .exited(0), "\(plan.errors)")
            #expect(plan.output.contains("198.51.100.25"), "\(plan.output)")
            #expect(TestEnforcer.ruleset() == before)
            let applied = daemon.policy("apply", next)
            #expect(applied.status == .exited(0), "\(applied.output)\(applied.errors)")
            #expect(TestEnforcer.ruleset().contains("198.51.100.25"))
            #expect(try daemon.status()["profileVersion"]?.integer == 2)

            let old = daemon.put(try TestPolicy.bundle(version: 1), named: "old")
            let refused = daemon.policy("apply", old)
            #expect(refused.status == .exited(3))
            #expect(refused.output.contains("--allow-rollback"), "\(refused.output)")
            #expect(TestEnforcer.ruleset().contains("198.51.100.25"))
            #expect(daemon.audit.lines.contains { $0.event == "refused" })
        }
    }

    @Test func aDamagedBundleLeavesWhatWasInForce() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let before = TestEnforcer.ruleset()
            _ = daemon.put(Array(try TestPolicy.bundle(version: 2).dropLast(100)))
            daemon.process.signal(SIGHUP)
            #expect(daemon.waitForAudit(.refused))
            #expect(TestEnforcer.ruleset() == before)
        }
    }

    @Test func anUnknownUserIsAReasonAndNoFailure() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(user: "no-such-user"))
            let status = try daemon.status()
            #expect(status["state"]?.string == "degraded")
            #expect("\(status["reasons"] ?? .null)".contains("no-such-user"))
        }
    }

    @Test func bootPutsTheTableInForceAndEnds() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(), arguments: ["--boot"])
            #expect(daemon.process.wait() == .exited(0))
            #expect(try NetfilterConnection().readTable(.inet, "enigm") != nil)
        }
    }

    @Test func devicesThatComeAreFollowed() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            #expect(CommandResult.run("ip", ["link", "add", "veth-test", "type", "veth"]).status == .exited(0))
            // A container's end is none of them.
            #expect(try daemon.status()["devices"]?.array?.isEmpty == true)
            let added = CommandResult.run(
                "ip", ["link", "add", "link", "veth-test", "name", "wire0", "type", "macvlan"])
            try #require(added.status == .exited(0), "\(added.errors)")
            #expect(Moment.wait(.seconds(5)) { TestEnforcer.ruleset().contains("\"wire0\"") })
            #expect(CommandResult.run("ip", ["link", "del", "wire0"]).status == .exited(0))
            #expect(Moment.wait(.seconds(5)) { !TestEnforcer.ruleset().contains("wire0") })
            #expect(try daemon.status()["state"]?.string == "enforced")
        }
    }
}
