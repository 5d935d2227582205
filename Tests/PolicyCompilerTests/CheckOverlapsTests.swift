import PolicyCompiler
import ProfileModel
import Testing

@Suite struct CheckOverlapsTests {
    private static let head = """
        paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"] } }
        subjects: { web: { users: [alice] }, mail: { users: [bob] } }
        rules:

        """

    /// Two rules whose order would matter, and a packet that shows it.
    @Test(arguments: [
        ("from: web, via: direct", "from: web, via: vpn", "tcp 198.51.100.1:443"),
        ("from: any, via: direct", "from: any, to: { ports: [9/udp] }, via: vpn", "udp 198.51.100.1:9"),
        (
            "from: web, to: { addresses: [11.0.0.0/8] }, via: direct",
            "from: web, to: { addresses: [11.1.0.0/16, 192.0.2.1] }, via: vpn", "tcp 11.1.0.0:443"
        ),
        (
            "from: web, to: { addresses: [\"2001:db8::/32\", 192.0.2.1], ports: [1-9/tcp] }, via: direct",
            "from: web, to: { addresses: [\"2001:db8:1::/48\"], ports: [9-10/tcp] }, via: vpn",
            "tcp [2001:db8:1::]:9"
        ),
        (
            "from: web, to: { icmp: [any] }, via: direct", "from: web, to: { icmp: [echo-request] }, via: vpn",
            "icmp echo-request 198.51.100.1"
        ),
        (
            "from: web, to: { icmp: [ipv4 13/1] }, via: direct", "from: web, to: { icmp: [ipv4 13] }, via: vpn",
            "icmp ipv4 13/1 198.51.100.1"
        ),
        (
            "from: web, to: { addresses: [\"2001:db8::/32\"] }, via: direct",
            "from: web, to: { icmp: [echo-request, ipv4 13] }, via: vpn", "icmp echo-request 2001:db8::1"
        ),
        (
            "from: web, to: { protocols: [gre, 200] }, via: direct",
            "from: web, to: { protocols: [200], ports: [9/tcp] }, via: vpn", "protocol 200 198.51.100.1"
        ),
        // An IPv4 address, and the form of it under the prefix that is the same everywhere, or a known one.
        (
            "from: web, to: { addresses: [192.0.2.0/24] }, via: direct",
            "from: web, to: { addresses: [\"64:ff9b::192.0.2.9\"] }, via: vpn", "tcp [64:ff9b::c000:209]:443"
        ),
        (
            "from: web, to: { addresses: [192.0.2.9], ports: [9/tcp] }, via: direct",
            "from: web, to: { addresses: [\"::/0\"] }, via: vpn", "tcp [64:ff9b::c000:209]:9"
        ),
        (
            "from: web, to: { addresses: [192.0.2.9], icmp: [ipv6 128] }, via: direct",
            "from: web, to: { icmp: [ipv6 128] }, via: vpn", "icmp echo-request 64:ff9b::c000:209"
        ),
        // The guard comes first: 53 is not theirs.
        (
            "from: web, to: { ports: [53-54/udp] }, via: direct", "from: web, to: { ports: [53-54/udp] }, via: vpn",
            "udp 198.51.100.1:54"
        ),
    ])
    func contradictionsAreErrors(first: String, second: String, witness: String) throws {
        let result = compiled(rules: "  one: { \(first) }\n  two: { \(second) }")
        #expect(result.bundle == nil)
        let diagnostic = try #require(result.diagnostics.first { $0.severity == .error })
        #expect(diagnostic.code == .rulesContradict)
        #expect(diagnostic.message.hasPrefix("the rules `one` and `two` both match \(witness) from "))
        #expect(diagnostic.notes.map(\.message).first?.hasPrefix("`one` sends it ") == true)
    }

    @Test(arguments: [
        // The same result, another subject, another rank.
        ["from: web, via: direct", "from: web, to: { ports: [9/tcp] }, via: direct"],
        ["from: web, via: direct", "from: mail, via: vpn"], ["from: web, via: direct", "from: any, via: vpn"],
        ["from: web, via: direct", "from: web, to: { ports: [9/tcp] }, block: true"],
        // Next to each other.
        [
            "from: web, to: { addresses: [11.0.0.0/9] }, via: direct",
            "from: web, to: { addresses: [11.128.0.0/9] }, via: vpn",
        ],
        ["from: web, to: { ports: [1-8/tcp] }, via: direct", "from: web, to: { ports: [9/tcp, 8/udp] }, via: vpn"],
        ["from: web, to: { icmp: [echo-request] }, via: direct", "from: web, to: { ports: [1-65535/tcp] }, via: vpn"],
        ["from: web, to: { icmp: [ipv4 8] }, via: direct", "from: web, to: { icmp: [ipv6 128] }, via: vpn"],
        ["from: web, to: { icmp: [ipv4 8/1] }, via: direct", "from: web, to: { icmp: [ipv4 8/2] }, via: vpn"],
        [
            "from: web, to: { protocols: [gre] }, via: direct",
            "from: web, to: { protocols: [esp], icmp: [any] }, via: vpn",
        ],
        // Behind a translator an IPv4 address is reached by ICMPv6.
        ["from: web, to: { addresses: [192.0.2.1], icmp: [ipv6 128] }, via: direct"],
        // Everything of IPv6 but translators' own prefixes.
        [
            "from: web, to: { addresses: [192.0.2.0/24] }, via: direct",
            "from: web, to: { addresses: [\"2000::/3\"] }, via: vpn",
        ],
        // What both match is blocked before.
        [
            "from: web, to: { ports: [1-8/tcp] }, via: direct", "from: web, to: { ports: [8-9/tcp] }, via: vpn",
            "from: any, to: { ports: [8/tcp] }, block: true",
        ],
    ])
    func theseAgree(rules: [String]) {
        let text = rules.enumerated().map { "  r\($0): { \($1) }" }.joined(separator: "\n")
        #expect(compiled(rules: text).diagnostics == [])
    }

    @Test(arguments: [
        (["from: web, to: { ports: [853/tcp, 53/udp] }, via: direct"], "name resolution and loopback"),
        (["from: any, to: { addresses: [127.0.0.0/8] }, via: direct"], "name resolution and loopback"),
        (["from: web, to: { ports: [9/tcp] }, via: direct", "from: any, block: true"], "block rules come first"),
        (["from: web, to: { icmp: [echo-reply, ipv4 3/4] }, via: direct"], "answers and errors of ICMP"),
        (["from: web, to: { addresses: [\"64:ff9b:1:2::/96\"] }, via: vpn"], "where `64:ff9b:1::/48` has IPv4"),
        (
            [
                "from: web, to: { addresses: [\"64:ff9b::192.0.2.9\"] }, via: direct",
                "from: any, to: { addresses: [192.0.2.0/24] }, block: true",
            ], "block rules come first"
        ),
        (
            ["from: web, to: { addresses: [\"2001:db8::1\"], icmp: [ipv4 8] }, via: direct"],
            "its addresses and its ICMP messages are of different families"
        ),
        (
            [
                "from: web, to: { protocols: [gre], icmp: [echo-request] }, via: direct",
                "from: any, to: { icmp: [any], protocols: [47] }, block: true",
            ], "block rules come first"
        ),
        (
            [
                "from: web, to: { addresses: [11.0.0.0/24], ports: [9-10/tcp] }, via: direct",
                "from: any, to: { addresses: [11.0.0.0/25], ports: [9/tcp] }, block: true",
                "from: web, to: { addresses: [11.0.0.128/25], ports: [9/tcp] }, block: true",
                "from: any, to: { ports: [10-20/tcp] }, block: true",
            ], "block rules come first"
        ),
    ])
    func whatIsNeverReachedIsAWarning(rules: [String], reason: String) throws {
        let text = rules.enumerated().map { "  r\($0): { \($1) }" }.joined(separator: "\n")
        let result = compiled(rules: text)
        #expect(result.bundle != nil)
        let diagnostic = try #require(result.diagnostics.first)
        #expect(result.diagnostics.count == 1)
        #expect(diagnostic.code == .ruleNeverReached)
        #expect(diagnostic.severity == .warning)
        #expect(diagnostic.message.hasPrefix("the rule `r0` is never reached: \(reason)"))
    }

    /// Whatever addresses the names may have.
    @Test(arguments: [
        ("to: { names: [a.example], ports: [853/tcp] }", "name resolution and loopback"),
        ("to: { names: [a.example], ports: [8/tcp] }", "block rules come first"),
        ("to: { names: [a.example], addresses: [192.0.2.1], ports: [8/tcp] }", "block rules come first"),
        ("to: { names: [a.example], ports: [8-9/tcp] }", nil),
        ("to: { names: [a.example] }", nil),
    ])
    func namesThatNothingReachesAreAWarning(to: String, reason: String?) {
        let rules = "  r: { from: web, \(to), via: direct }\n  b: { from: any, to: { ports: [8/tcp] }, block: true }"
        let found = compiled(rules: rules).diagnostics.filter { $0.code == .ruleNeverReached }.map(\.message)
        #expect(found.count == (reason == nil ? 0 : 1))
        for message in found { #expect(message.hasPrefix("the rule `r` is never reached: \(reason ?? "")")) }
    }

    @Test(arguments: [
        ("80/tcp", "r: { from: any, to: { ports: [80/tcp, 443/tcp] }, block: true }", "block rules come first"),
        ("80/tcp", "r: { from: web, block: true }", "block rules come first"),
        ("53/udp, 853/tcp", "r: { from: web, via: direct }", "name resolution comes before it"),
    ])
    func aPortalThatNothingGetsThroughIsAWarning(ports: String, rule: String, reason: String) throws {
        let result = compiled(rules: "  \(rule)\nportal: { subject: web, ports: [\(ports)], minutes: 5 }")
        #expect(result.bundle != nil)
        #expect(result.diagnostics.map(\.message) == ["nothing gets through the portal: \(reason)"])
        #expect(result.diagnostics.first?.code == .ruleNeverReached)
        #expect(result.diagnostics.first?.severity == .warning)
    }

    /// Other subjects' blocks, those that end, and those that leave something.
    @Test(arguments: [
        "r: { from: mail, block: true }", "r: { from: any, block: true, until: \"2027-03-01T00:00:00Z\" }",
        "r: { from: any, to: { addresses: [11.0.0.0/8] }, block: true }",
    ])
    func aPortalThatSomethingGetsThroughIsNone(rule: String) {
        let result = compiled(rules: "  \(rule)\nportal: { subject: web, ports: [80/tcp], minutes: 5 }")
        #expect(result.diagnostics == [])
    }

    /// A block that ends covers nothing for good, and a rule that ends contradicts one that does not.
    @Test(
        arguments: [
            (["to: { ports: [9/tcp] }, via: direct", "block: true, until: \"2027-03-01T00:00:00Z\""], []),
            (
                [
                    "to: { ports: [9/tcp] }, via: direct, until: \"2027-03-01T00:00:00Z\"",
                    "block: true, until: \"2027-03-01T00:00:00Z\"",
                ], [.ruleNeverReached]
            ),
            (
                [
                    "to: { ports: [9/tcp] }, via: direct", "to: { ports: [9/tcp] }, via: vpn",
                    "to: { ports: [9/tcp] }, block: true, until: \"2027-03-01T00:00:00Z\"",
                ], [.rulesContradict]
            ),
            (
                [
                    "to: { ports: [9/tcp] }, via: direct",
                    "to: { ports: [9/tcp] }, via: vpn, until: \"2027-02-01T00:00:00Z\"",
                    "to: { ports: [9/tcp] }, block: true, until: \"2027-03-01T00:00:00Z\"",
                ], [.ruleNeverReached]
            ),
            (
                [
                    "to: { ports: [9/tcp] }, via: direct",
                    "to: { ports: [9/tcp] }, via: vpn, until: \"2027-03-01T00:00:00Z\"",
                ],
                [.rulesContradict]
            ),
        ] as [([String], [DiagnosticCode])])
    func whatEnds(rules: [String], codes: [DiagnosticCode]) {
        let text = rules.enumerated().map { "  r\($0): { from: web, \($1) }" }.joined(separator: "\n")
        #expect(compiled(rules: text).diagnostics.map(\.code) == codes)
    }

    /// One path, and two answers to how often.
    @Test func limitsContradictToo() throws {
        let rules = """
              r0: { from: web, to: { ports: [80/tcp, 443/tcp] }, via: direct }
              r1: { from: web, to: { ports: [443/tcp] }, via: direct, limit: 5/second }
            """
        let diagnostic = try #require(compiled(rules: rules).diagnostics.first)
        #expect(diagnostic.code == .rulesContradict)
        #expect(diagnostic.message.hasSuffix("and send it via `direct` and via `direct` at most 5/second"))
    }

    @Test func aBlockHasNoLimit() throws {
        let result = compiled(rules: "  r0: { from: web, to: { ports: [80/tcp] }, block: true, limit: 5/second }")
        #expect(result.diagnostics.map(\.code) == [.conflictingKeys])
        #expect(result.bundle == nil)
    }

    /// A corner is left: it is reached.
    @Test func aCornerIsEnough() {
        let rules = """
              r0: { from: web, to: { addresses: [11.0.0.0/24], ports: [9-10/tcp] }, via: direct }
              r1: { from: any, to: { addresses: [11.0.0.0/24], ports: [9/tcp] }, block: true }
              r2: { from: any, to: { addresses: [11.0.0.0/25, 11.0.0.128/26, 11.0.0.192/27], ports: [10/tcp] }, block: true }
            """
        #expect(compiled(rules: rules).diagnostics == [])
    }

    private func compiled(rules: String) -> CompileResult {
        compile(Sample.minimal(setting: "user: x") + "\n" + CheckOverlapsTests.head + rules)
    }
}
