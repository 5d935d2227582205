import ProfileLoader
import ProfileModel
import Testing

/// What a child adds to a profile: rules, subjects, paths, upstreams.
@Suite struct NewInChildTests {
    private static let parent = """
        schema: enigm.network/1
        profile: { name: parent, version: 1 }
        paths:
          onion: { redirect: ["127.0.0.1:9040"], owner: { user: onion }, next: vpn }
          vpn: { interface: wg0, listen-port: 51820, endpoints: ["203.0.113.7:51820/udp"] }
        subjects:
          chat: { units: [chat.service], exclusive: true }
          kids: { users: [tim] }
          staff: { groups: [staff] }
          lab: { interfaces: [virbr0] }
        resolver:
          upstreams:
            one: { tls: dns.one.example, addresses: [198.51.100.1] }
        default: { via: vpn }
        rules:
          no-games: { from: kids, to: { addresses: [198.51.100.0/24], ports: [443/tcp] }, block: true }
          secret: { from: any, to: { addresses: [203.0.113.0/24] }, via: onion }
          talk: { from: chat, to: { names: [talk.example] }, via: vpn }
          bulk: { from: staff, to: { addresses: [192.0.2.0/24] }, via: direct }

        """

    private static func load(_ more: String, parent: String = parent) -> LoadResult {
        let text = "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [parent.yaml]\n\(more)\n"
        return ProfileLoaderTests.load(text, ["parent.yaml": parent])
    }

    static let accepted = [
        "rules: { r: { from: any, to: { ports: [25/tcp] }, block: true } }",
        "rules: { r: { from: kids, to: { ports: [25/tcp] }, block: true } }",
        "rules: { r: { from: chat, block: true } }",
        "rules: { r: { from: staff, to: { addresses: [198.51.100.1] }, via: vpn } }",
        "rules: { r: { from: staff, to: { addresses: [198.51.100.1] }, via: onion } }",
        "rules: { r: { from: staff, to: { addresses: [203.0.113.1] }, via: onion } }",
        "subjects: { extra: { users: [eve] } }\nrules: { r: { from: extra, block: true } }",
        "subjects: { extra: { groups: [games] } }",
        "subjects: { boxes: { interfaces: [docker0] } }\nrules: { r: { from: boxes, block: true } }",
        "rules: { r: { from: lab, block: true } }",
        "paths: { far: { interface: tun0, kind: userspace, owner: { user: far }, next: vpn } }",
        "paths: { wire: { interface: wg9, listen-port: 9, endpoints: [\"203.0.113.9:9/udp\"] } }",
        "resolver: { filters: { harm: { lists: [harm.txt] } } }",
        "resolver: { views: { kids: { upstreams: [one], port: 5301 } } }",
        "rules: { no-games: { to: { addresses: [198.51.0.0/16] } } }",
        "rules: { bulk: { to: { addresses: [192.0.2.7], ports: [22/tcp] } } }",
        "rules: { bulk: { via: onion } }",
        "rules: { talk: { to: { names: [talk.example], ports: [443/tcp] } } }",
        "tests: [{ name: t, from: kids, to: [\"tcp 198.51.100.7:443\"], expect: [reject] }]",
        "on-block: { answer: drop, log: false }",
    ]

    static let refused: [(DiagnosticCode, String)] = [
        (.wider, "rules: { r: { from: kids, to: { addresses: [198.51.100.1] }, via: direct } }"),
        (.wider, "rules: { r: { from: any, via: direct } }"),
        (.wider, "rules: { r: { from: lab, via: vpn } }"),
        (.wider, "subjects: { boxes: { interfaces: [docker0] } }\nrules: { r: { from: boxes, via: vpn } }"),
        (.wider, "rules: { r: { from: chat, to: { ports: [443/tcp] }, via: onion } }"),
        (.wider, "rules: { r: { from: staff, to: { ports: [443/tcp] }, via: vpn } }"),
        (.wider, "rules: { r: { from: staff, to: { names: [a.example] }, via: vpn } }"),
        (.wider, "rules: { no-games: { to: { addresses: [198.51.100.0/25] } } }"),
        (.wider, "rules: { no-games: { until: \"2030-01-01T00:00:00Z\" } }"),
        (.wider, "rules: { secret: { to: { addresses: [203.0.113.128/25] } } }"),
        (.wider, "rules: { secret: { until: \"2030-01-01T00:00:00Z\" } }"),
        (.takesSenders, "subjects: { extra: { units: [game.service] } }"),
        (.takesSenders, "subjects: { extra: { units: [{ user: tim, unit: game.service }] } }"),
        (.takesSenders, "subjects: { extra: { users: [bob], groups: [x], exclusive: true, units: [y.service] } }"),
        (.wider, "paths: { other: { redirect: [\"127.0.0.1:9999\"], owner: { user: eve } } }"),
        (.wider, "paths: { far: { interface: tun0, kind: userspace, owner: { user: far }, next: direct } }"),
        (.notOpen, "resolver: { upstreams: { two: { tls: dns.two.example, addresses: [198.51.100.2] } } }"),
        (.notOpen, "resolver: { hosts: { a.example: [192.0.2.1] } }"),
        (.wider, "portal: { subject: kids, ports: [80/tcp], minutes: 5 }"),
        (.notOpen, "local: { time: { from: ntp.service, servers: [192.0.2.1], via: vpn } }"),
    ]

    @Test(arguments: accepted) func isAccepted(more: String) {
        let result = Self.load(more)
        #expect(result.diagnostics.isEmpty && result.profile != nil, "\(result.rendered)")
    }

    @Test(arguments: refused) func isRefused(code: DiagnosticCode, more: String) {
        let result = Self.load(more)
        #expect(result.codes == [code], "\(result.rendered)")
        #expect(result.diagnostics.first?.notes.first?.range?.file == 1)
        #expect(result.diagnostics.first?.help != nil)
    }

    /// The same with everything open.
    @Test(arguments: refused.map(\.1)) func isAcceptedWhereItIsOpen(more: String) {
        let open = Self.parent.replacing(" }\n  ", with: ", open: true }\n  ")
            .replacing("via: onion }\n", with: "via: onion, open: true }\n")
            .replacing("groups: [staff] }", with: "groups: [staff], open: true }")
            .replacing("interfaces: [virbr0] }", with: "interfaces: [virbr0], open: true }")
            .replacing("addresses: [198.51.100.1] }", with: "addresses: [198.51.100.1], open: true }")
            .replacing("resolver:\n", with: "local: { open: true }\nresolver:\n  open: true\n")
            .replacing("default: { via: vpn }", with: "default: { via: vpn, open: true }")
        let result = Self.load(more, parent: open)
        #expect(result.profile != nil, "\(result.rendered)")
    }

    @Test func grandchildIsHeldToWhatItsParentClosed() {
        let open = Self.parent.replacing("default: { via: vpn }", with: "default: { via: vpn, open: true }")
            .replacing("[198.51.100.1] }", with: "[198.51.100.1], path: vpn }")
        let middle = """
            schema: enigm.network/1
            profile: { name: middle, version: 1 }
            extends: [top.yaml]
            default: { via: direct, open: false }
            """
        let text = "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [middle.yaml]\n"
        let files = ["top.yaml": open, "middle.yaml": middle]
        #expect(ProfileLoaderTests.load(text + "default: { block: true }", files).profile != nil)
        let vpn = ProfileLoaderTests.load(text + "default: { via: vpn, open: true }", files)
        #expect(vpn.codes == [.notOpen], "\(vpn.rendered)")
    }

    @Test func parentsThatDisagreeAreHeldAgainstEachOther() {
        let strict = Self.parent.replacing("default: { via: vpn }", with: "default: { block: true }")
            .replacing("[198.51.100.1] }", with: "[198.51.100.1], path: vpn }")
        let text =
            "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [strict.yaml, parent.yaml]\n"
        let result = ProfileLoaderTests.load(text, ["strict.yaml": strict, "parent.yaml": Self.parent])
        #expect(result.codes == [.wider], "\(result.rendered)")
        #expect(result.rendered.contains("--> parent.yaml:") && result.rendered.contains("--> strict.yaml:"))
    }
}
