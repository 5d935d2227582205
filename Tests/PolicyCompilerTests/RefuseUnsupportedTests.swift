import Bundle
import PolicyCompiler
import ProfileModel
import Testing

@Suite struct RefuseUnsupportedTests {
    /// One setting of the resolver each, and what is said about it.
    @Test(arguments: [
        ("privacy: { cover: on }", "cover traffic"),
        ("privacy: { client-subnet: forward }", "forwarding client subnets"),
        ("gate: { deadline: 50ms }", "`gate`"),
        ("filters: { ads: { lists: [ads.txt] } }", "the filter `ads`"),
    ])
    func settingsOfTheResolver(setting: String, what: String) {
        expectRefusal(of: what, in: Sample.minimal(setting: setting), at: setting)
    }

    @Test(arguments: [
        ("cache: { stale: 0s, prefetch: false }"), ("cache: { stale: 7d, prefetch: true }"),
        ("privacy: { cover: off, client-subnet: strip, padding: 0 }"),
        ("hosts: { printer.example: [192.168.1.20, \"fd00::20\"] }"), ("cache: { entries: 5 }"), ("cache: {}"),
        ("selection: fastest"),
        ("views: { default: { upstreams: [lab] } }"), ("views: { default: { upstreams: [lab], port: 5301 } }"),
        ("views: { default: { upstreams: [lab], resolve: any } }"),
    ])
    func whatIsNotAskedForIsNotRefused(setting: String) {
        let result = compile(Sample.minimal(setting: setting))
        #expect(result.diagnostics == [])
        #expect(result.bundle != nil)
    }

    /// By the compiler itself, or by the planner of the enforcement: each once.
    @Test(arguments: [
        (
            "paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: [\"203.0.113.7:1/tcp\"] } }",
            ["does not enforce a kernel tunnel over TCP"]
        ),
        ("subjects: { one: { slices: [-.slice] } }", ["does not enforce the root slice (`-.slice`)"]),
    ])
    func policy(keys: String, what: [String]) {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == what.map { "this version \($0)" })
        for diagnostic in result.diagnostics {
            #expect(diagnostic.code == .notSupported)
            #expect(diagnostic.range.start.line >= 6, "\(diagnostic)")
        }
    }

    @Test(arguments: [
        "subjects: { browser: { users: [alice], groups: [web] } }",
        "subjects: { one: { units: [one.service, { user: u, unit: u.service }], slices: [one.slice, one-two.slice] } }",
        "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { unit: p.service } } }",
        "paths: { direct: { interfaces: [eth0] } }",
        "subjects: { boxes: { interfaces: [docker0] } }\nrules: { out: { from: boxes, via: direct } }",
        "rules: { no-smb: { from: any, to: { ports: [445/tcp] }, block: true } }", "local: { inbound: [22/tcp] }",
        "paths: { proxy: { redirect: [\"127.0.0.1:12345\"], socks: \"127.0.0.1:12346\", owner: { user: proxy } } }",
        "rules: { one: { from: any, via: direct, until: \"2027-03-01T00:00:00Z\" } }",
        "rules: { one: { from: any, to: { protocols: [gre], icmp: [echo-request] }, via: direct } }",
        "local: { time: { from: chrony.service, servers: [198.51.100.123], via: direct } }",
        "local: { time: { from: { user: _chrony }, servers: [198.51.100.123, \"2001:db8::123\"], via: direct } }",
        "local: { lan: link }", "local: { dhcp: false, icmpv6: all }", "on-block: { answer: drop, log: false }",
        "tests: [{ name: one, from: any, to: [\"udp 8.8.8.8:53\"], expect: [stub] }]",
    ])
    func whatIsEnforcedIsNotRefused(keys: String) {
        let result = compile(Sample.minimal(setting: "user: somebody") + "\n" + keys)
        #expect(result.diagnostics == [])
        #expect(result.bundle != nil)
    }

    @Test func upstreamsAndTheDefaultMayTakeATunnel() {
        let path =
            "paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: [\"203.0.113.7:51820/udp\"] } }"
        let text = Sample.minimal(
            resolver: "  upstreams:\n    lab: { tls: lab.example, addresses: [127.0.0.1], path: vpn }"
        ).replacing("default: { block: true }", with: "default: { via: vpn }\n\(path)")
        let result = compile(text)
        #expect(result.diagnostics == [])
        #expect(result.bundle?.manifest.defaultVerdict == .via(path: "vpn"))
    }

    /// Nothing of them is in a bundle: whoever wrote one is told that it is not proved.
    @Test func invariantsAreNotProved() {
        let keys = "\ninvariants: [no-name-resolution-leak, { never-leaves-by: direct }]"
        let result = compile(Sample.minimal(setting: "user: somebody") + keys)
        #expect(result.bundle != nil)
        #expect(
            result.diagnostics.map(\.message) == ["this version does not prove invariants: nothing is held to them"])
        #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
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
