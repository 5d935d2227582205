import Glibc
import TestSupport
import Testing

/// The lab's own profile, enforced: what a person sees who tries what the lab proposes, and what is left afterwards.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: OrdinaryUser.canBeMade, OrdinaryUser.obstacle),
    .enabled(if: Repository.hasTool("dig") && Repository.hasTool("nft"), "no `dig` or no `nft`: run `make deps`"))
struct LabGroundTests {
    /// Who brings the lab up.
    enum Starter: CaseIterable {
        case root
        case userWithTwoIdentities
        case userWithOneIdentity

        var user: OrdinaryUser? {
            self == .root ? nil : OrdinaryUser(hasSubordinates: self == .userWithTwoIdentities)
        }
    }

    @Test(arguments: Starter.allCases)
    func whatItProposesWorks(starter: Starter) throws {
        let lab = try GroundLab(starter.user)
        let hasStub = starter != .userWithOneIdentity

        let allowed = try lab.attempt("/80'")
        #expect(allowed.output.hasPrefix("greetings, 198.51.100.2:"), "\(allowed.errors)")
        let start = Moment.now
        #expect(try lab.attempt("/23'").errors.contains("Connection refused"))
        #expect(start.elapsed < .seconds(2), "an error, not a silence")
        let outside = lab.enter(["--outside", "--", "bash", "-c", "cat </dev/tcp/198.51.100.80/23"])
        #expect(outside.output.hasPrefix("greetings, "), "somebody is there: the refusal was the policy's")

        #expect(try lab.attempt("@127.0.0.1").output.contains("198.51.100.10"))
        #expect(try lab.attempt("@8.8.8.8").output.contains("198.51.100.10") == hasStub)
        #expect(try lab.attempt("nft flush").errors.contains("Operation not permitted"))
        #expect(try lab.attempt("audit show").output.contains(" applied "))
        let posture = try lab.attempt("posture show")
        #expect(posture.status == .exited(hasStub ? 0 : 1), "\(posture.output)")
    }

    @Test(arguments: ["@8.8.8.8", "@2001:4860:4860::8888"], ["+notcp", "+tcp"])
    func aQueryToAnyServerIsCaptured(server: String, transport: String) throws {
        let lab = try GroundLab()
        let answer = lab.enter(["dig", server, transport, "+tries=1", "+short", "www.lab.example", "A"])
        #expect(answer.outputLines.sorted() == ["198.51.100.10", "198.51.100.11"], "\(answer.output)\(answer.errors)")
    }

    @Test func withOneIdentityItSaysSo() throws {
        let lab = try GroundLab(OrdinaryUser(hasSubordinates: false))
        let lines = lab.process.standardError.split(separator: "\n").filter { $0.contains("one identity only") }
        #expect(lines.count == 1 && lines[0].contains("/etc/subuid has no line for `enigm-tester`"), "\(lines)")
        let output = lab.process.standardOutput
        #expect(output.contains("`enigm-resolverd` runs as root"), "posture tells too: \(output)")
    }

    @Test(arguments: [Starter.root, .userWithTwoIdentities])
    func itShowsThePosture(starter: Starter) throws {
        let output = try GroundLab(starter.user).process.standardOutput
        for signal in ["secure-name-resolution", "policy-compliance", "security-service"] {
            let line = output.split(separator: "\n").first { $0.contains(" \(signal) ") }
            #expect(line?.contains(" enforced ") == true, "\(output)")
        }
    }

    @Test func inAnOpenTableARuleIsPutBack() throws {
        let lab = try GroundLab(options: ["--open-table"])
        let before = lab.enter(["nft", "list", "ruleset"]).output
        let flush = try lab.attempt("nft flush")
        #expect(flush.status == .exited(0), "\(flush.errors)")
        #expect(Moment.wait(.seconds(5)) { (try? lab.attempt("audit show").output.contains(" repaired ")) == true })
        #expect(lab.enter(["nft", "list", "ruleset"]).output == before)
        #expect(try lab.attempt("audit show").output.contains("drift         by nft (process "))
        #expect(try lab.attempt("/23'").errors.contains("Connection refused"))
    }

    @Test(arguments: Starter.allCases, [SIGINT, SIGTERM, SIGHUP, SIGKILL])
    func nothingIsLeft(starter: Starter, signal: Int32) throws {
        let lab = try GroundLab(starter.user)
        let remains = lab.remains
        #expect(remains.processes.count >= 4, "the lab, two daemons and the caretaker")
        #expect(remains.paths.count == (starter == .root ? 3 : 1), "the directory, and root's two names")
        #expect(remains.paths.allSatisfy(TextFile.exists))
        lab.process.signal(signal)
        #expect(lab.process.wait(.seconds(10)) == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(0)))
        #expect(Moment.wait(.seconds(5)) { remains.isGone }, "\(remains)")
    }

    @Test(arguments: [Starter.root, .userWithTwoIdentities])
    func theNextStartSweepsWhatAKilledOneLeft(starter: Starter) throws {
        let user = starter.user
        let lab = try GroundLab(user)
        let remains = lab.remains
        // In this order the caretaker has no say.
        for process in remains.processes.filter({ $0 != "\(lab.process.identifier)" }) {
            kill(Int32(process) ?? 0, SIGKILL)
        }
        lab.process.signal(SIGKILL)
        _ = lab.process.wait()
        #expect(!remains.isGone)
        let next = try GroundLab(user)
        #expect(remains.isGone, "\(remains)")
        #expect(next.enter(["true"]).status == .exited(0))
    }

    @Test func withoutNamespacesTheResolverIsAlone() throws {
        // Limits of a user namespace of the test's own: nobody else's.
        let limits = ["user", "net"].map { "echo 0 >/proc/sys/user/max_\($0)_namespaces" }.joined(separator: " && ")
        let words = ["unshare", "--user", "--map-root-user", "sh", "-c", "\(limits) && exec \"$@\"", "sh"]
        let lab = try Lab(command: words + [Repository.program("enigm-lab"), "up"])
        #expect(lab.dig("www.lab.example", "A").count == 2)
        let lines = lab.namespace.process.standardError.split(separator: "\n").filter {
            $0.contains("nothing is enforced")
        }
        #expect(lines.count == 1 && lines[0].contains("make a user namespace: no space left on device"), "\(lines)")
        #expect(lab.namespace.process.standardOutput.contains("not enforced"))
    }

    @Test func twoLabsAreUpBesideEachOther() throws {
        let first = try GroundLab()
        let options = ["up", "--resolver-port", "5400"]
        let second = ChildProcess(
            "nsenter", ["--target", "\(first.process.identifier)", "--net", first.program] + options)
        #expect(
            Moment.wait(.seconds(20)) { second.standardOutput.contains("www.lab.example") }, "\(second.standardError)")
        for port in ["5300", "5400"] {
            let greeting = first.enter(
                ["--resolver-port", port, "--", "bash", "-c", "cat </dev/tcp/198.51.100.80/80"])
            #expect(greeting.output.hasPrefix("greetings, "), "\(port): \(greeting.errors)")
        }
        let third = first.act([first.program, "up"])
        #expect(third.status == .exited(3))
        #expect(third.errors.contains("`127.0.0.1:5300` is taken"))
        second.signal(SIGTERM)
        #expect(second.wait() == .exited(0))
    }

    @Test func withoutALabThereIsNothingToEnter() throws {
        let result = CommandResult.run(
            Repository.program("enigm-lab"), ["enter", "--resolver-port", "1", "--", "true"])
        #expect(result.status == .exited(3))
        #expect(result.errorLines.count == 1)
    }
}
