import NetworkTypes
import PolicyCompiler
import ProfileModel
import Ruleset
import TestSupport
import Testing

@Suite struct EnforcementTests {
    @Test func nftAcceptsTheTable() throws {
        let template = RulesetLowering(try EnforcementExample.plan()).template
        let text = Ruleset(tables: [EnforcementExample.table(template)]).text
        let scratch = ScratchDirectory()
        let file = scratch.write(text, to: "ruleset.nft")
        let result = CommandResult.run("unshare", ["--map-root-user", "--net", "nft", "-c", "-f", file])
        #expect(result.status == .exited(0), "\(result.errors)\n\(text)")
    }
}

@Suite struct EnforcementPlannerTests {
    @Test(arguments: [
        (
            "subjects: { a: { users: [u] }, b: { users: [u] } }", "user `u` belongs to two subjects of equal rank",
            DiagnosticCode.subjectOverlap
        ),
        (
            "subjects: { a: { groups: [g], exclusive: true }, b: { groups: [g], exclusive: true } }",
            "group `g` belongs to two subjects of equal rank", .subjectOverlap
        ),
        ("subjects: { a: { users: [somebody] } }", "user `somebody` is the resolver", .subjectOverlap),
    ])
    func everySenderHasOneSubject(keys: String, message: String, code: DiagnosticCode) throws {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == [message])
        #expect(result.diagnostics.map(\.code) == [code])
        #expect(result.diagnostics.first?.notes.count == 1)
    }

    /// Exclusive subjects are a rank of their own.
    @Test func anExclusiveSubjectMayTakeASenderFromAnother() {
        let keys = "\nsubjects: { a: { users: [u] }, b: { users: [u], exclusive: true } }"
        #expect(compile(Sample.minimal(setting: "user: somebody") + keys).diagnostics == [])
    }

    @Test func oneEndpointHasOnePath() {
        let text = Sample.minimal(
            resolver: """
                  upstreams:
                    a: { tls: a.example, addresses: [192.0.2.1], path: direct }
                    b: { tls: b.example, addresses: [192.0.2.2, 192.0.2.1], path: vpn }
                    c: { tls: c.example, addresses: [192.0.2.1], path: vpn, port: 8853 }
                """)
        let path =
            "\npaths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: [\"203.0.113.7:1/udp\"] } }"
        let result = compile(text + path)
        #expect(result.diagnostics.map(\.message) == ["`b` is reached at 192.0.2.1:853 by another path"])
        #expect(result.bundle == nil)
    }
}
