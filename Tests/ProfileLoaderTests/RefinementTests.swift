import ProfileLoader
import ProfileModel
import Testing

/// What a child may write under each key of a profile that is not `open`, and what not.
@Suite struct RefinementTests {
    /// A key, what allows more than the parent, and what allows no more (empty where only the same can be written).
    struct Sample: CustomTestStringConvertible, Sendable {
        let key: String
        let wide: String
        let narrow: String

        init(_ key: String, _ wide: String, _ narrow: String = "") {
            self.key = key
            self.wide = wide
            self.narrow = narrow
        }

        var testDescription: String { key }
    }

    /// Every key is written, none is open.
    static let parent = FullProfile.text.replacing(", open: true", with: "").replacing(
        "open: true", with: "open: false")

    static let samples: [Sample] =
        paths + subjects + resolver + rules + [
            Sample("default.via", "default: { via: direct }", "default: { via: relay }"),
            Sample("default.open", "default: { via: tunnel, open: true }", "default: { block: true }"),
            Sample("local.dhcp", "local: { dhcp: true }", "local: { dhcp: false }"),
            Sample("local.icmpv6", "", "local: { icmpv6: essential }"),
            Sample("local.lan", "", "local: { lan: none }"),
            Sample("local.inbound", "local: { inbound: [22/tcp, 80/tcp] }", "local: { inbound: none }"),
            Sample("local.nat64", "local: { nat64: [\"2001:db8:65::/96\"] }"),
            Sample("local.open", "local: { open: true }", "local: { open: false }"),
            Sample("local.time.from", "local: { time: { from: ntp.service } }"),
            Sample("local.time.from.user", "local: { time: { from: { user: ntp } } }"),
            Sample("local.time.servers", "local: { time: { servers: [198.51.100.124] } }"),
            Sample("local.time.via", "", "local: { time: { via: tunnel } }"),
            Sample("portal.subject", "portal: { subject: updates }"),
            Sample("portal.ports", "portal: { ports: [8080/tcp] }", "portal: { ports: [80/tcp] }"),
            Sample("portal.minutes", "portal: { minutes: 11 }", "portal: { minutes: 9 }"),
            Sample("portal.open", "portal: { open: true }", "portal: { open: false }"),
        ]

    static let paths = [
        Sample("paths.redirect", path("onion: { redirect: [\"127.0.0.1:9141\"] }")),
        Sample("paths.socks", path("onion: { socks: \"127.0.0.1:9151\" }")),
        Sample("paths.connect", path("onion: { connect: \"127.0.0.1:9181\" }")),
        Sample("paths.owner.user", path("onion: { owner: { user: other } }")),
        Sample("paths.owner.group", path("far: { owner: { group: other } }")),
        Sample("paths.owner.unit", path("relay: { owner: { unit: other.service } }")),
        Sample("paths.owner.unit.user", path("relay: { owner: { unit: { user: u, unit: relay.service } } }")),
        Sample("paths.owner.unit.unit", path("relay: { owner: { unit: { user: u, unit: other.service } } }")),
        Sample("paths.owner.slice", path("relay: { owner: { slice: other.slice } }")),
        Sample("paths.owner.slice.user", path("relay: { owner: { slice: { user: u, slice: other.slice } } }")),
        Sample("paths.owner.slice.slice", path("relay: { owner: { slice: { user: v, slice: other.slice } } }")),
        Sample("paths.owner", path("onion: { owner: { group: onion } }")),
        Sample("paths.next", path("relay: { next: far }"), path("relay: { next: tunnel }")),
        Sample("paths.interface", path("tunnel: { interface: wg8 }")),
        Sample("paths.kind", path("tunnel: { kind: userspace, owner: { user: u } }")),
        Sample("paths.listen-port", path("tunnel: { listen-port: 1 }")),
        Sample("paths.endpoints", path("tunnel: { endpoints: [\"198.51.100.10:51821/udp\"] }")),
        Sample("paths.ipv6", path("far: { ipv6: inside }"), path("tunnel: { ipv6: block }")),
        Sample("paths.interfaces", path("direct: { interfaces: [eth1] }"), path("direct: { interfaces: [eth0] }")),
        Sample("paths.open", path("tunnel: { open: true }"), path("tunnel: { open: false }")),
    ]

    static let subjects = [
        Sample("subjects.units", subject("chat: { units: [other.service] }")),
        Sample("subjects.units.user", subject("chat: { units: [chat.service, { user: v, unit: chat@1.service }] }")),
        Sample("subjects.units.unit", subject("chat: { units: [chat.service, { user: nora, unit: x.service }] }")),
        Sample("subjects.slices", subject("surfing: { slices: [other.slice] }")),
        Sample("subjects.slices.user", subject("surfing: { slices: [{ user: v, slice: web.slice }] }")),
        Sample("subjects.slices.slice", subject("surfing: { slices: [{ user: nora, slice: x.slice }] }")),
        Sample("subjects.users", subject("updates: { users: [_apt, \"1004\", root] }")),
        Sample("subjects.groups", subject("updates: { groups: [wheel] }")),
        Sample("subjects.interfaces", subject("boxes: { interfaces: [docker1] }")),
        Sample("subjects.exclusive", subject("chat: { exclusive: false }"), subject("chat: { exclusive: true }")),
        Sample("subjects.open", subject("chat: { open: true }"), subject("chat: { open: false }")),
    ]

    static let resolver = [
        Sample("resolver.listen", resolver("listen: [\"0.0.0.0:53\"]"), resolver("listen: [\"127.0.0.9:53\"]")),
        Sample("resolver.user", resolver("user: other")),
        Sample("resolver.upstreams.tls", upstream("first: { tls: dns.other.example }")),
        Sample("resolver.upstreams.https", upstream("second: { https: \"https://dns.other.example:8443/q\" }")),
        Sample(
            "resolver.upstreams.addresses", upstream("first: { addresses: [198.51.100.9] }"),
            upstream("first: { addresses: [198.51.100.1] }")),
        Sample("resolver.upstreams.port", upstream("first: { port: 8853 }"), upstream("first: { port: 853 }")),
        Sample(
            "resolver.upstreams.pins",
            upstream("second: { pins: [\"sha256:AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"] }"),
            upstream("first: { pins: [\"sha256:AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"] }")),
        Sample("resolver.upstreams.ca", upstream("first: { ca: other.pem }")),
        Sample("resolver.upstreams.zones", upstream("inner: { zones: [other.example] }")),
        Sample(
            "resolver.upstreams.path", upstream("first: { path: direct }"), upstream("second: { path: relay }")),
        Sample("resolver.upstreams.open", upstream("first: { open: true }"), upstream("first: { open: false }")),
        Sample("resolver.rebinding", "", resolver("rebinding: block")),
        Sample(
            "resolver.privacy.padding", resolver("privacy: { padding: 128 }"), resolver("privacy: { padding: 500 }")),
        Sample("resolver.privacy.client-subnet", "", resolver("privacy: { client-subnet: strip }")),
        Sample("resolver.privacy.cover", resolver("privacy: { cover: off }"), resolver("privacy: { cover: on }")),
        Sample(
            "resolver.filters.lists", resolver("filters: { harm: { lists: [lists/other.txt] } }"),
            resolver("filters: { harm: { lists: [lists/harm.rpz, lists/other.txt] } }")),
        Sample(
            "resolver.filters.except", resolver("filters: { harm: { except: [a.example] } }"),
            resolver("filters: { adverts: { except: [\"*.a.cdn.example\"] } }")),
        Sample("resolver.hosts", resolver("hosts: { other.example: [192.0.2.1] }")),
        Sample(
            "resolver.views.upstreams", resolver("views: { chat: { upstreams: [second, first] } }"),
            resolver("views: { default: { upstreams: [inner] } }")),
        Sample(
            "resolver.views.filters", resolver("views: { chat: { filters: [harm] } }"),
            resolver("views: { default: { filters: [harm, adverts] } }")),
        Sample("resolver.views.port", resolver("views: { chat: { port: 5402 } }")),
        Sample("resolver.views.resolve", "", resolver("views: { chat: { resolve: rules } }")),
        Sample("resolver.gate.min-ttl", resolver("gate: { min-ttl: 31s }"), resolver("gate: { min-ttl: 29s }")),
        Sample("resolver.gate.grace", resolver("gate: { grace: 91s }"), resolver("gate: { grace: 89s }")),
        Sample(
            "resolver.gate.max-addresses", resolver("gate: { max-addresses: 17 }"),
            resolver("gate: { max-addresses: 15 }")),
        Sample("resolver.open", resolver("open: true"), resolver("open: false")),
    ]

    static let rules = [
        Sample("rules.from", rule("refresh: { from: surfing }")),
        Sample("rules.via", rule("talk: { via: direct }"), rule("talk: { via: onion }")),
        Sample("rules.limit", rule("talk: { limit: 6/second }"), rule("talk: { limit: 4/minute }")),
        Sample(
            "rules.until", rule("refresh: { until: \"2027-03-02T00:00:00Z\" }"),
            rule("refresh: { until: \"2027-02-28T00:00:00Z\" }")),
        Sample("rules.open", rule("talk: { open: true }"), rule("talk: { open: false }")),
        Sample(
            "rules.to.addresses", rule("paper: { to: { addresses: [192.168.7.20, 192.168.8.0/24] } }"),
            rule("paper: { to: { addresses: [10.7.0.0/16] } }")),
        Sample(
            "rules.to.lists", rule("branch: { to: { lists: [lists/branch.txt, lists/more.txt] } }"),
            rule("branch: { to: { lists: [lists/branch.txt] } }")),
        Sample(
            "rules.to.names", rule("talk: { to: { names: [media.example] } }"),
            rule("talk: { to: { names: [\"*.eu.media.example\"] } }")),
        Sample(
            "rules.to.ports", rule("paper: { to: { ports: [9100-9103/tcp] } }"),
            rule("paper: { to: { ports: [9101/tcp] } }")),
        Sample(
            "rules.to.protocols", rule("branch: { to: { protocols: [esp] } }"),
            rule("branch: { to: { protocols: [gre] } }")),
        Sample(
            "rules.to.icmp", rule("branch: { to: { icmp: [any] } }"),
            rule("branch: { to: { icmp: [\"ipv4 8\", echo-request] } }")),
    ]

    @Test(arguments: samples.filter { !$0.wide.isEmpty }) func moreIsRefused(sample: Sample) {
        let result = load(Self.child(sample.wide), ["parent.yaml": Self.parent])
        #expect(result.diagnostics.hasErrors && result.profile == nil, "\(sample.key)")
        for diagnostic in result.diagnostics where diagnostic.severity == .error {
            #expect([.wider, .notOpen].contains(diagnostic.code), "\(result.rendered)")
            #expect(diagnostic.range.file == 0 && diagnostic.notes.first?.range?.file == 1, "\(result.rendered)")
        }
    }

    @Test(arguments: samples.filter { !$0.narrow.isEmpty }) func noMoreIsAccepted(sample: Sample) {
        let result = load(Self.child(sample.narrow), ["parent.yaml": Self.parent])
        #expect(result.profile != nil && result.diagnostics.isEmpty, "\(result.rendered)")
    }

    /// Those whose parent says the widest there is: another parent shows that more is refused.
    @Test(arguments: [
        ("local: { icmpv6: all }", "local: { icmpv6: essential }"), ("local: { lan: link }", "local: { lan: none }"),
        ("resolver: { rebinding: allow }", "rebinding: block"),
        ("resolver: { privacy: { client-subnet: forward } }", "client-subnet: strip"),
        ("resolver: { views: { chat: { resolve: any } } }", "resolve: rules"),
        ("local: { time: { via: direct } }", "via: tunnel }\n        on-block"),
    ])
    func widestIsRefused(wide: String, narrow: String) {
        let parent = Self.parent.replacing("icmpv6: all", with: "icmpv6: essential")
            .replacing("lan: link", with: "lan: none").replacing("rebinding: allow", with: "rebinding: block")
            .replacing("client-subnet: forward", with: "client-subnet: strip")
            .replacing("resolve: any", with: "resolve: rules")
            .replacing("servers: [198.51.100.123], via: direct", with: "servers: [198.51.100.123], via: tunnel")
        let result = load(Self.child(wide), ["parent.yaml": parent])
        #expect(result.codes == [.wider], "\(result.rendered)")
    }

    @Test func everyKeyThatIsHeldToSomethingIsShown() {
        var held: Set<String> = []
        collect(ProfileGrammar.shape, "", into: &held)
        let shown = Set(Self.samples.map(\.key))
        #expect(held.count > 50)
        #expect(held.subtracting(shown).isEmpty, "\(held.subtracting(shown).sorted())")
    }

    private static func child(_ more: String) -> String {
        "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [parent.yaml]\n\(more)\n"
    }

    private static func path(_ text: String) -> String { "paths: { \(text) }" }
    private static func subject(_ text: String) -> String { "subjects: { \(text) }" }
    private static func resolver(_ text: String) -> String { "resolver: { \(text) }" }
    private static func upstream(_ text: String) -> String { "resolver: { upstreams: { \(text) } }" }
    private static func rule(_ text: String) -> String { "rules: { \(text) }" }

    private func collect(_ shape: Shape, _ path: String, into held: inout Set<String>) {
        switch shape {
        case .record(let record):
            for key in record.keys {
                let inner = path.isEmpty ? key.name : "\(path).\(key.name)"
                switch key.inheritance {
                case .fixed, .narrower: held.insert(inner)
                case .own, .free, .appended, .within: break
                }
                collect(key.shape, inner, into: &held)
            }
        case .list(let element, _): collect(element, path, into: &held)
        case .table(_, let entry, _): collect(entry, path, into: &held)
        case .either(let shapes): for shape in shapes { collect(shape, path, into: &held) }
        case .scalar, .choice, .reference: break
        }
    }
}
