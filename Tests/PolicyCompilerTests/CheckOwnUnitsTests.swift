import Bundle
import PolicyCompiler
import ProfileModel
import Ruleset
import Testing

/// Whoever may start units may call them as he likes: they are allowed nothing that their user is not.
@Suite struct CheckOwnUnitsTests {
    private static let paths = """

        paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"] } }
        subjects:
          app: { units: [{ user: alice, unit: app.service }] }
          tools: { slices: [{ user: alice, slice: tools.slice }], exclusive: true }
          alice: { users: [alice] }
        rules:
        """

    /// The portal is held to the user as a rule is, while it is open.
    @Test func thePortalOfAUsersUnits() throws {
        let portal = "\nportal: { subject: app, ports: [80/tcp], minutes: 5 }"
        let text = Sample.minimal(setting: "user: somebody") + CheckOwnUnitsTests.paths
        let wider = compile(text + "\n  alice: { from: alice, via: vpn }\n  app: { from: app, via: vpn }" + portal)
        #expect(wider.bundle == nil)
        let diagnostic = try #require(wider.diagnostics.first)
        #expect(diagnostic.code == .ownUnitsMayMore)
        #expect(
            diagnostic.message
                == "`app` sends tcp 198.51.100.1:80 via `direct`, and user `alice` sends it via `vpn`")
        #expect(diagnostic.help?.hasSuffix("make the user himself the portal's subject") == true)
        let same = "\n  alice: { from: alice, to: { ports: [80/tcp] }, via: direct }"
        #expect(compile(text + same + portal).mistakes == [])
    }

    @Test(arguments: [
        (
            "app: { from: app, to: { addresses: [192.0.2.1], ports: [443/tcp] }, via: vpn }",
            "tcp 192.0.2.1:443 via `vpn`, and user `alice` sends it nowhere"
        ),
        ("tools: { from: tools, via: vpn }", "tcp 198.51.100.1:443 via `vpn`, and user `alice` sends it nowhere"),
        (
            "app: { from: app, via: direct }\n  alice: { from: alice, via: vpn }",
            "tcp 198.51.100.1:443 via `direct`, and user `alice` sends it via `vpn`"
        ),
        (
            "all: { from: any, via: vpn }\n  alice: { from: alice, to: { ports: [22/tcp] }, block: true }",
            "tcp 198.51.100.1:22 via `vpn`, and user `alice` sends it nowhere"
        ),
        // Once what is common to both has ended.
        (
            "app: { from: app, via: vpn }\n  alice: { from: alice, via: vpn, until: \"2027-03-01T00:00:00Z\" }",
            "tcp 198.51.100.1:443 via `vpn`, and user `alice` sends it nowhere"
        ),
        (
            "app: { from: app, via: vpn }\n  tools: { from: app, block: true, until: \"2027-03-01T00:00:00Z\" }",
            "tcp 198.51.100.1:443 via `vpn`, and user `alice` sends it nowhere"
        ),
    ])
    func whatTheUserMayNot(rules: String, message: String) throws {
        let result = compile(Sample.minimal(setting: "user: somebody") + CheckOwnUnitsTests.paths + "\n  " + rules)
        #expect(result.bundle == nil)
        let diagnostic = try #require(result.mistakes.first)
        #expect(result.mistakes.count == 1)
        #expect(diagnostic.code == .ownUnitsMayMore)
        #expect(diagnostic.message.hasSuffix("sends \(message)"), "\(diagnostic.message)")
        #expect(diagnostic.notes.count == 2)
    }

    @Test(arguments: [
        "alice: { from: alice, to: { ports: [443/tcp] }, via: direct }\n  app: { from: app, to: { addresses: [192.0.2.1], ports: [443/tcp] }, via: vpn }",
        "all: { from: any, via: direct }\n  app: { from: app, via: vpn }\n  tools: { from: tools, to: { ports: [80/tcp] }, via: vpn }",
        "app: { from: app, block: true }",
        "app: { from: app, via: vpn, until: \"2027-03-01T00:00:00Z\" }\n  alice: { from: alice, via: vpn }",
        "app: { from: app, to: { ports: [53/udp] }, via: direct }\n  no: { from: app, block: true }",
    ])
    func whatTheUserMayToo(rules: String) {
        let result = compile(Sample.minimal(setting: "user: somebody") + CheckOwnUnitsTests.paths + "\n  " + rules)
        #expect(result.diagnostics.filter { $0.severity == .error } == [])
    }

    @Test func unitsReachTheBundle() throws {
        let keys =
            "\nsubjects: { one: { units: [one.service, { user: u, unit: u.service }], slices: [a-b.slice], users: [v] } }"
        let bundle = try #require(compile(Sample.minimal(setting: "user: somebody") + keys).bundle)
        let settings = try #require(try Bundle.read(bundle.encoded()).manifest.enforcement)
        #expect(
            settings.subjects[0].selectors == [
                .user("v"), .unit("one.service", ofUser: nil), .unit("u.service", ofUser: "u"),
                .slice("a-b.slice", ofUser: nil),
            ])
    }
}
