import CanonicalJSON
import Glibc
import KernelTestSupport
import TestSupport
import Testing

/// Both daemons together, as `enigmctl` tells of them.
@Suite(.enabled(if: EnforcedHost.obstacle == nil, "\(EnforcedHost.obstacle ?? "")"), .serialized)
struct EnforcedHostTests {
    private static let signals = ["secure-name-resolution", "policy-compliance", "security-service"]

    @Test func aHealthyHostIsEnforcedThroughout() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost()
            let posture = try host.posture()
            for signal in EnforcedHostTests.signals {
                #expect(posture.value(signal) == "enforced", "\(signal): \(posture.reason(signal))")
            }
            #expect(posture.exit == .exited(0))
            let table = host.enigmctl("posture", "show")
            #expect(table.status == .exited(0))
            for signal in EnforcedHostTests.signals {
                let line = table.outputLines.first { $0.hasPrefix(signal) } ?? ""
                #expect(line.contains("enforced"), "\(table.output)")
            }
        }
    }

    @Test func aResolverThatIsDownIsNamed() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost()
            host.resolver.signal(SIGTERM)
            #expect(host.resolver.wait() == .exited(0))
            let posture = try host.posture()
            #expect(posture.exit == .exited(1))
            #expect(posture.value("secure-name-resolution") == "unknown")
            #expect(posture.reason("secure-name-resolution").contains("`enigm-resolverd` does not answer"))
            #expect(posture.value("security-service") == "degraded")
            #expect(posture.value("policy-compliance") == "enforced", "\(posture.reason("policy-compliance"))")
        }
    }

    @Test(arguments: [["flush", "chain", "inet", "enigm", "judge"], ["flush", "ruleset"]])
    func whatIsChangedByHandIsUndoneAndTold(command: [String]) throws {
        try KernelNamespace.run {
            let host = try EnforcedHost(policyArguments: ["--open-table"])
            let before = EnforcedHost.ruleset()
            var repairs: [Int64] = []
            for round in 1...5 {
                #expect(CommandResult.run("nft", command).status == .exited(0))
                try #require(
                    Moment.wait(.seconds(5)) {
                        (try? host.status())?["driftCount"]?.integer ?? 0 >= Int64(round)
                    })
                repairs.append(try #require(try host.status()["lastDrift"]?.object?["repairMicroseconds"]?.integer))
            }
            #expect(EnforcedHost.ruleset() == before)
            #expect((repairs.min() ?? .max) < 50_000, "\(repairs)")

            let posture = try host.posture()
            #expect(posture.value("policy-compliance") == "enforced")
            #expect(posture.reason("policy-compliance").contains("a change by `nft` was undone"))
            let drift = posture.evidence["policy-compliance"]?.object?["policy"]?.object?["lastDrift"]?.object
            let committer = try #require(drift?["by"]?.array?.last?.object)
            #expect(committer["command"]?.string == "nft" && committer["process"]?.integer ?? 0 > 1)
            let audit = host.audit("show").output
            #expect(audit.contains("drift") && audit.contains("by nft (process ") && audit.contains("repaired"))
            #expect(host.audit("verify").status == .exited(0))
        }
    }

    /// Another program has put an owned table in the place of ours: until it ends, nothing can be put back.
    @Test func aTableThatIsNotWholeIsViolated() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost(policyArguments: ["--open-table"])
            let command = "delete table inet enigm; add table inet enigm { flags owner; }"
            let rival = ChildProcess("sh", ["-c", "(echo '\(command)'; exec sleep 60) | nft -i"])
            let isViolated = Moment.wait(.seconds(10)) {
                (try? host.posture())?.value("policy-compliance") == "violated"
            }
            #expect(isViolated, "\(rival.standardError)")
            #expect(try host.posture().exit == .exited(1))
            kill(-rival.identifier, SIGKILL)
            let isBack = Moment.wait(.seconds(10)) {
                (try? host.posture())?.value("policy-compliance") == "enforced"
            }
            #expect(isBack, "\(host.policy.standardError)")
            #expect(host.audit("show").output.contains("repair-failed"))
        }
    }

    @Test func rulesOutliveTheEnforcerAndThatIsTold() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost()
            host.policy.signal(SIGKILL)
            #expect(host.policy.wait() == .signalled(9))
            #expect(EnforcedHost.ruleset().contains("table inet enigm"))
            let posture = try host.posture()
            #expect(posture.value("policy-compliance") == "unknown")
            #expect(posture.reason("policy-compliance").contains("nobody watches"))
            #expect(posture.value("security-service") == "degraded")
            host.restartPolicy()
            let isBack = Moment.wait(.seconds(10)) {
                (try? host.posture())?.value("policy-compliance") == "enforced"
            }
            #expect(isBack, "\(host.policy.standardError)")
        }
    }

    @Test func anApplyReachesBothDaemons() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost(policyArguments: ["--allow-rollback"])
            let first = try host.posture().digest
            let applied = host.enigmctl("policy", "apply", try host.bundle(version: 2))
            #expect(applied.status == .exited(0), "\(applied.errors)")
            #expect(applied.output.contains("the resolver runs the same bundle"), "\(applied.output)")
            let posture = try host.posture()
            #expect(posture.digest != nil && posture.digest != first)
            #expect(posture.exit == .exited(0))

            // The resolver does not go back; the enforcer was told to.
            let back = host.enigmctl("policy", "apply", try host.bundle(version: 1))
            #expect(back.status == .exited(1))
            #expect(back.output.contains("older than 2"), "\(back.output)")
            let split = try host.posture()
            #expect(split.digest == nil)
            #expect(split.value("policy-compliance") == "degraded")
            #expect(split.reason("policy-compliance").contains("different bundles"))
        }
    }

    /// Both begin with what was applied, though the command line still names the old bundle.
    @Test func whatWasAppliedSurvivesRestarts() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost()
            #expect(host.enigmctl("policy", "apply", try host.bundle(version: 2)).status == .exited(0))
            let digest = try host.posture().digest
            for process in [host.resolver, host.policy] {
                process.signal(SIGKILL)
                #expect(process.wait() == .signalled(9))
            }
            host.restartResolver()
            host.restartPolicy()
            #expect(Moment.wait(.seconds(10)) { (try? host.posture())?.digest == digest })
            #expect(try host.posture().value("policy-compliance") != "violated")
        }
    }

    @Test func withoutRightsThereIsReadingAndNothingElse() throws {
        try KernelNamespace.run {
            let host = try EnforcedHost()
            #expect(host.asNobody("policy", "status").status == .exited(0))
            let apply = host.asNobody("policy", "apply", try host.bundle(version: 2))
            #expect(apply.status == .exited(3))
            #expect(apply.errorLines.count == 1 && apply.errors.contains("not permitted"), "\(apply.errors)")
            host.policy.signal(SIGTERM)
            #expect(host.policy.wait() == .exited(0))
            let status = host.asNobody("policy", "status")
            #expect(status.status == .exited(3) && status.errorLines.count == 1, "\(status.errors)")
        }
    }

    /// While the resolver is down, another program takes its port: it gets captured questions unless the enforcer knows
    /// the resolver's cgroup.
    @Test(
        .enabled(if: TestCgroup.obstacle == nil, "\(TestCgroup.obstacle ?? "")"), arguments: [true, false])
    func aSquatterGetsNoCapturedQuestion(isTold: Bool) throws {
        try KernelNamespace.run {
            let cgroup = TestCgroup()
            let host = try EnforcedHost(
                policyArguments: isTold ? ["--resolver-cgroup", cgroup.path] : [], cgroup: cgroup)
            #expect(try host.status()["checksStubListener"]?.bool == isTold)
            // Whoever is asked, at port 53: the question is captured.
            let question = Question("localhost")
            #expect(DNSClient(port: 53).ask(question) != nil)

            host.resolver.signal(SIGTERM)
            #expect(host.resolver.wait() == .exited(0))
            let squatter = try #require(LoopbackSocket(.datagram, boundTo: 5300, timeout: .milliseconds(500)))
            #expect(DNSClient(port: 53, timeout: .milliseconds(100)).ask(question) == nil)
            #expect((squatter.receive() == nil) == isTold)
        }
    }
}
