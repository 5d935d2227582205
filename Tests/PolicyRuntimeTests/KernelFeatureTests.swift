import CanonicalJSON
import KernelTestSupport
import NetfilterBackend
import Ruleset
import TestSupport
import Testing

@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct KernelFeatureTests {
    /// The kernel itself refuses the trial of what is hidden, and takes those of the others.
    @Test(arguments: KernelFeature.allCases)
    func aHiddenFeatureIsRefusedByTheKernel(feature: KernelFeature) throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            let all = try connection.features()
            #expect(try connection.features(hiding: [feature]) == all.subtracting([feature]))
            // A trial leaves nothing behind.
            #expect(try connection.readRuleset().tables.isEmpty)
        }
    }

    @Test(arguments: [
        ("owner", "keep other programs"), ("egress", "egress hook"), ("route", "who finds out the stamp"),
        ("cgroup", "cgroup of a socket"),
    ])
    func whatIsMissingDegradesAndIsNamed(feature: String, words: String) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(
                try TestPolicy.bundle(), environment: ["ENIGM_WITHOUT_KERNEL_FEATURES": feature])
            let status = try daemon.status()
            #expect(status["state"]?.string == "degraded", "\(status)")
            #expect(status["kernel"]?.object?[feature]?.bool == false)
            #expect("\(status["reasons"] ?? .null)".contains(words), "\(status)")
            #expect(TestEnforcer.ruleset().contains("chain judge"))
        }
    }

    @Test func planIsOpenToWhoeverKnowsTheBundle() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let rule = "mail: { from: any, to: { addresses: [198.51.100.25], ports: [993/tcp] }, via: direct }"
            let next = daemon.put(try TestPolicy.bundle(version: 2, rules: [rule]), named: "next")
            for path in [daemon.scratch.path, daemon.scratch.path("run")] {
                #expect(CommandResult.run("chmod", ["755", path]).status == .exited(0))
            }
            let program = daemon.scratch.path("enigmctl")
            #expect(CommandResult.run("cp", ["\(TestEnforcer.programs)/enigmctl", program]).status == .exited(0))
            let plan = daemon.asNobody(program, ["policy", "plan", next])
            #expect(plan.status == .exited(0) && plan.output.contains("198.51.100.25"), "\(plan.output)\(plan.errors)")
            let apply = daemon.asNobody(program, ["policy", "apply", next])
            #expect(apply.status == .exited(3) && apply.errorLines.count == 1, "\(apply.output)\(apply.errors)")
            #expect(try daemon.status()["profileVersion"]?.integer == 1)
        }
    }
}

extension TestEnforcer {
    /// `enigmctl` against this daemon, as a user without rights.
    fileprivate func asNobody(_ program: String, _ arguments: [String]) -> CommandResult {
        CommandResult.run(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", program, "--runtime-dir", scratch.path("run")]
                + arguments)
    }
}
