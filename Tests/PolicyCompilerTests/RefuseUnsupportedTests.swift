import PolicyCompiler
import ProfileModel
import Testing

@Suite struct RefuseUnsupportedTests {
    /// One setting of the resolver each, and what is said about it.
    @Test(arguments: [
        ("selection: sharded", "`sharded` selection"),
        ("cache: { stale: 1d }", "serving stale answers"),
        ("cache: { prefetch: true }", "prefetching"),
        ("privacy: { cover: on }", "cover traffic"),
        ("privacy: { client-subnet: forward }", "forwarding client subnets"),
        ("gate: { deadline: 50ms }", "`gate`"),
        ("filters: { ads: { lists: [ads.txt] } }", "the filter `ads`"),
        ("hosts: { printer.example: [192.168.1.20] }", "the host `printer.example`"),
        ("views: { default: { upstreams: [lab], port: 5300 } }", "the hidden listener of a view"),
        ("views: { default: { upstreams: [lab], resolve: any } }", "`resolve` of a view"),
    ])
    func settingsOfTheResolver(setting: String, what: String) {
        expectRefusal(of: what, in: Sample.minimal(setting: setting), at: setting)
    }

    @Test(arguments: [
        ("cache: { stale: 0s, prefetch: false }"), ("privacy: { cover: off, client-subnet: strip, padding: 0 }"),
        ("cache: { entries: 5 }"), ("cache: {}"), ("selection: fastest"),
        ("views: { default: { upstreams: [lab] } }"),
    ])
    func whatIsNotAskedForIsNotRefused(setting: String) {
        let result = compile(Sample.minimal(setting: setting))
        #expect(result.diagnostics == [])
        #expect(result.bundle != nil)
    }

    @Test(arguments: [
        ("https: \"https://lab.example/dns-query\"", "DNS over HTTPS"),
        ("tls: lab.example, zones: [corp.example]", "an upstream for `zones`"),
    ])
    func upstreams(setting: String, what: String) {
        let text = Sample.minimal(
            resolver: "  upstreams:\n    lab: { \(setting), addresses: [127.0.0.1] }")
        expectRefusal(of: what, in: text, at: setting)
    }

    @Test(arguments: [
        ("extends: [base.yaml]", ["extending `base.yaml`"]),
        ("subjects: { browser: { users: [alice] } }", ["the subject `browser`"]),
        (
            "paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: [\"203.0.113.7:51820/udp\"] } }",
            ["the path `vpn`"]
        ),
        ("paths: { direct: { interfaces: [eth0] } }", ["the path `direct`"]),
        ("rules: { no-smb: { from: any, to: { ports: [445/tcp] }, block: true } }", ["the rule `no-smb`"]),
        ("local: { dhcp: true }", ["`local`"]),
        ("on-block: { answer: reject }", ["`on-block`"]),
        ("invariants: [no-name-resolution-leak]", ["this invariant"]),
        (
            "tests: [{ name: one, from: any, to: [\"udp 8.8.8.8:53\"], expect: [stub] }]", ["the test `one`"]
        ),
        (
            "subjects: { p: { users: [p] } }\nportal: { subject: p, ports: [80/tcp], minutes: 10 }",
            ["the subject `p`", "`portal`"]
        ),
    ])
    func policy(keys: String, what: [String]) {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == what.map { "this version cannot compile \($0)" })
        for diagnostic in result.diagnostics {
            #expect(diagnostic.code == .notSupported)
            #expect(diagnostic.range.start.line >= 6, "\(diagnostic)")
        }
    }

    @Test func pathsOtherThanDirect() {
        let path =
            "paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: [\"203.0.113.7:51820/udp\"] } }"
        let text = Sample.minimal(
            resolver: "  upstreams:\n    lab: { tls: lab.example, addresses: [127.0.0.1], path: vpn }"
        ).replacing("default: { block: true }", with: "default: { via: vpn }\n\(path)")
        #expect(
            compile(text).diagnostics.map(\.message) == [
                "this version cannot compile leaving by the path `vpn`", "this version cannot compile the path `vpn`",
                "this version cannot compile leaving by the path `vpn`",
            ])
    }

    private func expectRefusal(of what: String, in text: String, at place: String) {
        let result = compile(text)
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == ["this version cannot compile \(what)"])
        for diagnostic in result.diagnostics {
            #expect(diagnostic.code == .notSupported)
            #expect(diagnostic.help?.isEmpty == false)
            #expect(line(of: diagnostic, in: text).contains(place))
        }
    }
}
