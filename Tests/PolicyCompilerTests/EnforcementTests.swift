import Bundle
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
        (
            "subjects: { a: { units: [ntp.service] } }\nlocal: { time: { from: ntp.service, servers: [192.0.2.1], via: direct } }",
            "unit `ntp.service` belongs to two subjects of equal rank", .subjectOverlap
        ),
        (
            "subjects: { a: { users: [u], exclusive: true } }\nlocal: { time: { from: { user: u }, servers: [192.0.2.1], via: direct } }",
            "user `u` belongs to two subjects of equal rank", .subjectOverlap
        ),
    ])
    func everySenderHasOneSubject(keys: String, message: String, code: DiagnosticCode) throws {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.bundle == nil)
        #expect(result.mistakes.map(\.message) == [message])
        #expect(result.mistakes.map(\.code) == [code])
        #expect(result.mistakes.first?.notes.count == 1)
    }

    /// Exclusive subjects are a rank of their own.
    @Test func anExclusiveSubjectMayTakeASenderFromAnother() {
        let keys = "\nsubjects: { a: { users: [u] }, b: { users: [u], exclusive: true } }"
        #expect(compile(Sample.minimal(setting: "user: somebody") + keys).mistakes == [])
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

/// Paths that redirect, and what does not fit together in them.
@Suite struct PathPlanningTests {
    @Test(arguments: [
        (
            "paths: { p: { redirect: [\"127.0.0.2:80\"], owner: { user: u } } }",
            "the kernel redirects to `127.0.0.1`, never to `127.0.0.2`", DiagnosticCode.notLoopback
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\", \"127.0.0.1:81\"], owner: { user: u } } }",
            "a path has one port for each of IPv4 and IPv6", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:5300\"], owner: { user: u } } }",
            "port 5300 belongs to the hidden listener of the view `default` already", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } }, q: { redirect: [\"[::1]:80\"], owner: { user: v } } }",
            "port 80 belongs to the path `p` already", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], socks: \"127.0.0.1:80\", owner: { user: u } } }",
            "the port of `socks` is that of `redirect`", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], connect: \"[::1]:80\", owner: { user: u } } }",
            "the port of `connect` is that of `redirect`", .conflictingKeys
        ),
        (
            "paths: { p: { connect: \"127.0.0.1:80\", owner: { user: u } } }\nrules: { r: { from: any, to: { ports: [443/tcp] }, via: p } }",
            "nothing is redirected to the path `p`, and its proxy is not for a rule with `to`", .conflictingKeys
        ),
        (
            "paths: { p: { socks: \"127.0.0.1:80\", owner: { user: u } }, "
                + "q: { redirect: [\"127.0.0.1:81\"], owner: { user: v }, next: p } }",
            "nothing is redirected to the path `p`, so that nobody leaves by it", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nlocal: { inbound: [22/tcp, 79-81/tcp] }",
            "port 80 is published, and it belongs to the path `p`", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: somebody } } }",
            "user `somebody` is the resolver",
            .subjectOverlap
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nsubjects: { s: { users: [u] } }",
            "user `u` belongs to two subjects of equal rank", .subjectOverlap
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u }, next: q }, q: { redirect: [\"127.0.0.1:81\"], owner: { user: u } } }",
            "user `u` owns the path `p` too, with another `next`", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nrules: { r: { from: any, to: { ports: [443/tcp, 443/udp] }, via: p } }",
            "the path `p` carries TCP only: 443/udp cannot leave by it", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nrules: { r: { from: any, to: { icmp: [echo-request] }, via: p } }",
            "the path `p` carries TCP only: ICMP cannot leave by it", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nlocal: { time: { from: a.service, servers: [192.0.2.1], via: p } }",
            "the path `p` carries TCP only: a question for the time cannot leave by it", .conflictingKeys
        ),
        (
            "paths: { p: { redirect: [\"127.0.0.1:9000\"], owner: { user: o } }, "
                + "v: { interface: wg0, listen-port: 1, endpoints: [\"203.0.113.7:1/udp\"], next: p } }",
            "the path `p` carries TCP only, and this tunnel's outer packets are UDP", .conflictingKeys
        ),
    ])
    func mistakes(keys: String, message: String, code: DiagnosticCode) {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == [message])
        #expect(result.diagnostics.map(\.code) == [code])
    }

    /// Whose names are all that he may reach.
    @Test func exclusiveSubjectsAskNoProxy() {
        let keys =
            "\npaths: { p: { socks: \"127.0.0.1:80\", owner: { user: u } } }\n"
            + "subjects: { s: { users: [s], exclusive: true } }\nrules: { r: { from: s, via: p } }"
        let messages = compile(Sample.minimal(setting: "user: somebody") + keys).diagnostics.map(\.message)
        #expect(
            messages.contains(
                "nothing is redirected to the path `p`, and its proxy is not for the exclusive subject `s`"))
    }

    /// An owner may have several paths with one `next`, and two exclusive things may want the same sender.
    @Test(arguments: [
        "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } }, q: { redirect: [\"[::1]:81\"], owner: { user: u } } }",
        "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nsubjects: { s: { users: [u], exclusive: true } }",
        "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u } } }\nrules: { r: { from: any, via: p } }",
        "paths: { p: { socks: \"127.0.0.1:80\", connect: \"[::1]:80\", owner: { user: u } } }\nrules: { r: { from: any, via: p } }",
    ])
    func noMistakes(keys: String) {
        #expect(compile(Sample.minimal(setting: "user: somebody") + "\n" + keys).mistakes == [])
    }

    @Test func portsToReserveAreNamed() throws {
        let keys =
            "\npaths: { p: { redirect: [\"127.0.0.1:40000\", \"[::1]:40001\"], socks: \"127.0.0.1:40002\", owner: { user: u } } }"
        let bundle = try #require(compile(Sample.minimal(setting: "user: somebody") + keys).bundle)
        #expect(try Bundle.read(bundle.encoded()).manifest.enforcement?.guardedPorts == [5300, 40_000, 40_001, 40_002])
    }
}
