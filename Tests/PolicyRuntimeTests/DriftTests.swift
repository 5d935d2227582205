import CanonicalJSON
import NetfilterBackend
import ServiceHost
import KernelTestSupport
import TestSupport
import Testing

/// Other programs meddle with the table. One test at a time: some of them look at the clock.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"), .serialized)
struct DriftTests {
    @Test(arguments: [
        ["insert", "rule", "inet", "enigm", "judge", "accept"], ["flush", "chain", "inet", "enigm", "judge"],
        ["delete", "table", "inet", "enigm"],
    ])
    func anOwnedTableIsKeptFromOthers(command: [String]) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let before = TestEnforcer.ruleset()
            #expect(CommandResult.run("nft", command).status == .exited(1))
            #expect(CommandResult.run("nft", ["flush", "ruleset"]).status == .exited(0))
            #expect(TestEnforcer.ruleset() == before)
            let status = try daemon.status()
            #expect(status["state"]?.string == "enforced" && status["driftCount"]?.integer == 0, "\(status)")
        }
    }

    @Test(arguments: [
        ["insert", "rule", "inet", "enigm", "judge", "accept"], ["flush", "chain", "inet", "enigm", "judge"],
        ["delete", "table", "inet", "enigm"], ["flush", "ruleset"],
        ["delete", "element", "inet", "enigm", "u_4", "{ 65534 }"], ["add", "counter", "inet", "enigm", "extra"],
        ["add", "map", "inet", "enigm", "extra", "{ type mark : verdict; }"],
    ])
    func aTableThatIsOpenToOthersIsRepaired(command: [String]) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(), isOwner: false)
            let before = TestEnforcer.ruleset()
            let result = CommandResult.run("nft", command)
            try #require(result.status == .exited(0), "\(result.errors)")
            #expect(daemon.waitForAudit(.repaired))
            #expect(TestEnforcer.ruleset() == before)

            let status = try daemon.status()
            #expect(status["state"]?.string == "enforced", "\(status)")
            let drift = try #require(status["lastDrift"]?.object)
            let committer = try #require(drift["by"]?.array?.last?.object)
            #expect(committer["command"]?.string == "nft")
            #expect((committer["process"]?.integer ?? 0) > 1)
            #expect(daemon.audit.isWhole)
            let events = daemon.audit.lines.map(\.event)
            #expect(events.suffix(2) == ["drift", "repaired"])
        }
    }

    /// The best of several: other programs may have the processor meanwhile.
    @Test(.enabled(if: Repository.hasProgram("enigm-policyd"), "no release programs to time: run `make build`"))
    func aRepairTakesLessThanFiftyMilliseconds() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(), isOwner: false, programs: Repository.programs)
            for round in 1...10 {
                #expect(CommandResult.run("nft", ["flush", "chain", "inet", "enigm", "judge"]).status == .exited(0))
                #expect(daemon.waitForAudit(.repaired, count: round))
            }
            let times = daemon.audit.lines.compactMap {
                $0.record["detail"]?.object?["repairMicroseconds"]?.integer
            }
            #expect(times.count == 10)
            #expect((times.min() ?? .max) < 50_000, "\(times)")
        }
    }

    @Test func deletingOneRuleIsSeenByItsText() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(), isOwner: false)
            let listing = CommandResult.run("nft", ["-a", "list", "chain", "inet", "enigm", "judge"]).outputLines
            let handle = try #require(listing.last { $0.contains("# handle") && !$0.contains("chain") })
            let number = try #require(handle.split(separator: " ").last.map(String.init))
            let command = ["delete", "rule", "inet", "enigm", "judge", "handle", number]
            #expect(CommandResult.run("nft", command).status == .exited(0))
            #expect(daemon.waitForAudit(.repaired))
            let changes = try #require(try daemon.status()["lastDrift"]?.object?["changes"]?.array)
            #expect(changes.count == 1 && changes[0].string?.hasPrefix("- chain judge: ") == true, "\(changes)")
        }
    }

    @Test func whatOthersDoElsewhereIsTheirs() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(), isOwner: false)
            #expect(CommandResult.run("nft", ["add", "table", "inet", "foreign"]).status == .exited(0))
            let status = try daemon.status()
            #expect(status["driftCount"]?.integer == 0, "\(status)")
            #expect(TestEnforcer.ruleset().contains("table inet foreign"))
        }
    }
}
