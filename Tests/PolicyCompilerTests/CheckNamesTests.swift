import PolicyCompiler
import ProfileModel
import Testing

/// Rules with names.
@Suite struct CheckNamesTests {
    private static let head = """

        paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"] } }
        subjects: { web: { users: [alice] }, mail: { users: [bob] } }
        rules:

        """

    private func diagnostics(_ rules: [String], views: String = "") -> [Diagnostic] {
        let lines = rules.enumerated().map { "  r\($0.offset): { \($0.element) }" }.joined(separator: "\n")
        return compile(
            Sample.minimal(setting: views.isEmpty ? "user: somebody" : "views: \(views)") + CheckNamesTests.head + lines
        )
        .diagnostics.filter { $0.code != .notSupported }
    }

    /// Two rules of one rank that speak of a name by different paths, and that name.
    @Test(arguments: [
        ("[a.example]", "[a.example]", "a.example"), ("[A.example, b.example]", "[c.example, b.EXAMPLE]", "b.example"),
        ("[\"*.example\"]", "[x.a.example]", "x.a.example"), ("[x.a.example]", "[\"*.example\"]", "x.a.example"),
        ("[\"*.a.example\"]", "[\"*.example\"]", "a.example"), ("[\"*.example\"]", "[\"*.a.example\"]", "a.example"),
        ("[\"*.a.example\"]", "[\"*.a.example\"]", "a.example"),
    ])
    func aNameHasOneWay(first: String, second: String, name: String) throws {
        let found = diagnostics([
            "from: web, to: { names: \(first) }, via: direct", "from: web, to: { names: \(second) }, via: vpn",
        ])
        #expect(
            found.map(\.message) == [
                "the rules `r0` and `r1` both speak of `\(name)` from `web`, and send it via `direct` and via `vpn`"
            ])
        #expect(found.first?.code == .rulesContradict)
        #expect(found.first?.notes.count == 1)
    }

    @Test(arguments: [
        ["from: web, to: { names: [a.example] }, via: direct", "from: web, to: { names: [a.example] }, via: direct"],
        ["from: web, to: { names: [a.example] }, via: direct", "from: mail, to: { names: [a.example] }, via: vpn"],
        ["from: web, to: { names: [a.example] }, via: direct", "from: any, to: { names: [a.example] }, via: vpn"],
        // `*.x` does not include `x`.
        [
            "from: web, to: { names: [a.example] }, via: direct",
            "from: web, to: { names: [\"*.a.example\"] }, via: vpn",
        ],
        [
            "from: web, to: { names: [ba.example] }, via: direct",
            "from: web, to: { names: [\"*.a.example\"] }, via: vpn",
        ],
        [
            "from: web, to: { names: [a.example], ports: [80/tcp] }, via: direct",
            "from: web, to: { names: [a.example], ports: [443/tcp] }, via: vpn",
        ],
        // Which addresses names have is known at run time: of two ways the path that is listed first counts.
        [
            "from: web, to: { names: [a.example] }, via: direct",
            "from: web, to: { addresses: [203.0.113.0/24] }, via: vpn",
        ],
    ])
    func theseAgree(rules: [String]) { #expect(diagnostics(rules) == []) }

    @Test func addressesBesideNamesContradictAsEver() {
        let found = diagnostics([
            "from: web, to: { names: [a.example], addresses: [203.0.113.1] }, via: direct",
            "from: web, to: { addresses: [203.0.113.0/24] }, via: vpn",
        ])
        #expect(found.map(\.code) == [.rulesContradict])
    }

    @Test func limitsContradictToo() {
        let found = diagnostics([
            "from: web, to: { names: [a.example] }, via: direct",
            "from: web, to: { names: [a.example] }, via: direct, limit: 5/second",
        ])
        #expect(found.map(\.code) == [.rulesContradict])
    }

    /// What the resolver cannot know when it is asked.
    @Test(arguments: [
        ("from: any, to: { names: [a.example], ports: [443/tcp] }", "whatever they are asked for"),
        ("from: any, to: { names: [a.example], icmp: [any] }", "whatever they are asked for"),
        ("from: any, to: { names: [a.example] }, until: \"2027-03-01T00:00:00Z\"", "does not know when"),
        ("from: any, to: { names: [a.example] }, log: true", "logs no questions"),
        ("from: web, to: { names: [a.example] }", "`web` has no view of its own"),
    ])
    func blocksOfNamesAreTheResolvers(rule: String, message: String) {
        let found = diagnostics([rule + ", block: true"])
        #expect(found.count == 1 && found[0].message.contains(message), "\(found)")
        #expect(found.map(\.code) == [.conflictingKeys])
    }

    @Test func blocksOfNamesOfASubjectWithAViewAreGood() {
        let views = "{ default: { upstreams: [lab] }, web: { upstreams: [lab], port: 5301 } }"
        #expect(diagnostics(["from: web, to: { names: [a.example] }, block: true"], views: views) == [])
    }

    @Test func anExclusiveSubjectWantsAView() {
        let subjects = "\nsubjects: { safe: { users: [carol], exclusive: true } }"
        let found = compile(Sample.minimal(setting: "user: somebody") + subjects).diagnostics
        #expect(found.map(\.code) == [.exclusiveWithoutView])
        #expect(found.first?.severity == .warning)
        let views = "views: { default: { upstreams: [lab] }, safe: { upstreams: [lab], port: 5301 } }"
        #expect(compile(Sample.minimal(setting: views) + subjects).diagnostics == [])
    }

    @Test func thatNothingFillsTheSetsYetIsSaidOnce() {
        let names = (0..<3).map { "  r\($0): { from: web, to: { names: [n\($0).example] }, via: direct }" }
        let result = compile(
            Sample.minimal(setting: "user: somebody") + CheckNamesTests.head + names.joined(separator: "\n"))
        #expect(result.diagnostics.map(\.code) == [.notSupported])
        #expect(result.diagnostics.map(\.severity) == [.warning])
        #expect(result.bundle != nil)
    }

    @Test func rulesWithNamesAreBounded() {
        let found = diagnostics((0...1024).map { "from: web, to: { names: [n\($0).example] }, via: direct" })
        #expect(found.map(\.code) == [.exceedsLimit])
    }

    /// What names come to have may be anything for a unit, and nothing for its user.
    @Test(arguments: [
        ("app: { from: app, to: { names: [a.example] }, via: vpn }", true),
        (
            "app: { from: app, to: { names: [a.example] }, via: vpn }\n  web: { from: web, to: { names: [a.example] }, via: vpn }",
            true
        ),
        ("app: { from: app, to: { names: [a.example] }, via: vpn }\n  web: { from: web, via: vpn }", false),
        ("all: { from: any, to: { names: [a.example] }, via: vpn }", false),
    ])
    func ownUnitsMayNoMore(rules: String, isError: Bool) {
        let subjects = "web: { users: [alice] }, app: { units: [{ user: alice, unit: app.service }] }"
        let text =
            Sample.minimal(setting: "user: somebody")
            + CheckNamesTests.head.replacing("web: { users: [alice] }", with: subjects) + "  " + rules
        #expect(compile(text).diagnostics.contains { $0.code == .ownUnitsMayMore } == isError)
    }
}
