import NetfilterBackend
import NetworkTypes
import PolicyRuntime
import Ruleset
import Testing

/// IPv6 addresses behind which a translator of the network has IPv4 ones: the kernel does with them what the profile
/// says of these. The ground's network announces 2001:db8:64::/96.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct TranslatorTests {
    private static let profile = """
        schema: enigm.network/1
        profile: { name: translators, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp"] }
        subjects: { browser: { users: [alice] } }
        resolver:
          user: enigm-resolver
          upstreams:
            main: { tls: dns.example.net, addresses: [198.51.100.53, "2001:db8:64::198.51.100.53"], path: direct }
        default: { block: true }
        rules:
          web: { from: browser, to: { addresses: [198.51.100.0/25] }, via: direct }
          office: { from: browser, to: { addresses: [203.0.113.0/24] }, via: vpn }
          every: { from: browser, to: { addresses: ["2000::/3", "64:ff9b:1::/48"] }, via: direct }
          no-cameras: { from: any, to: { addresses: [198.51.100.64/28] }, block: true }
          no-web: { from: any, to: { addresses: [198.51.100.96], ports: [80/tcp] }, block: true }
          roam: { from: any, to: { addresses: ["64:ff9b::198.51.100.192/122"], ports: [8080/tcp] }, via: direct }
        """

    private static let wire = Probe.Fate.leaves(Ground.device)

    private static let rows = [
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.1]:443", wire, "rule web"),
        TruthRow(.alice, .udp, "[64:ff9b::198.51.100.127]:9", wire, "rule web, last address"),
        TruthRow(.alice, .ping, "[64:ff9b::198.51.100.1]:0", wire, "rule web: every protocol"),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.128]:443", .refused, "one beyond the prefix"),
        TruthRow(.alice, .tcp, "[64:ff9b::1:c633:6401]:443", .refused, "one beyond what is for translators"),
        TruthRow(.eve, .tcp, "[64:ff9b::198.51.100.1]:443", .refused, "rule web is another's"),
        TruthRow(.alice, .tcp, "[64:ff9b::203.0.113.9]:443", .leaves(Ground.tunnel), byItsPath),
        TruthRow(.alice, .udp, "[64:ff9b::203.0.113.255]:443", .leaves(Ground.tunnel), byItsPath),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.64]:443", .refused, blocked),
        TruthRow(.alice, .udp, "[64:ff9b::198.51.100.79]:9", .refused, blocked),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.80]:443", wire, "one beyond what is blocked"),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.96]:80", .refused, blocked),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.96]:81", wire, "another port"),
        TruthRow(.eve, .tcp, "[64:ff9b::198.51.100.200]:8080", wire, "a form that a rule names"),
        TruthRow(.alice, .tcp, "[64:ff9b::9.9.9.9]:443", .refused, service),
        TruthRow(.alice, .udp, "[64:ff9b::8.8.8.8]:443", .refused, service),
        TruthRow(.alice, .tcp, "[64:ff9b::198.51.100.1]:853", .refused, "DNS over TLS"),
        TruthRow(.alice, .udp, "[64:ff9b::198.51.100.1]:53", .stub, "name resolution is captured"),
        TruthRow(.alice, .tcp, "[64:ff9b:1::198.51.100.1]:443", .refused, untold),
        TruthRow(.alice, .udp, "[64:ff9b:1:ffff:ffff:ffff:ffff:ffff]:9", .refused, untold),
        TruthRow(.alice, .tcp, "[2001:db8:64::198.51.100.1]:443", .refused, announced),
        TruthRow(.alice, .ping, "[2001:db8:64::ffff:ffff]:0", .refused, announced),
        TruthRow(.alice, .tcp, "[2001:db8:64::1:0:0]:443", wire, "one beyond the announced prefix"),
        TruthRow(.alice, .tcp, "[2001:db8:63:ffff:ffff:ffff:ffff:ffff]:443", wire, "one before it"),
        TruthRow(.resolver, .tcp, "[2001:db8:64::198.51.100.53]:853", wire, "an upstream behind it"),
    ]

    private static let byItsPath = "rule office, by the path of the IPv4 address"
    private static let blocked = "what is blocked is blocked behind a translator"
    private static let service = "known DNS over HTTPS behind a translator"
    private static let untold = "nobody tells where the IPv4 address is"
    private static let announced = "the network says that it translates there"

    @Test func everyRowHolds() throws {
        let failures = try TranslatorTests.failingRows(TranslatorTests.rows) { _ in }
        #expect(failures == [])
    }

    /// As it was: rules for IPv4 addresses speak of those alone.
    @Test func withoutTheFormsWhatIsBlockedLeaves() throws {
        let rows = TranslatorTests.rows.filter {
            [TranslatorTests.blocked, TranslatorTests.byItsPath].contains($0.reason)
        }
        let failures = try TranslatorTests.failingRows(rows) { table in
            for index in table.chains.indices where table.chains[index].name.hasPrefix("d_") {
                table.chains[index].rules.removeAll { rule in
                    rule.text.contains("64:ff9b::") && !rule.text.contains("rule web")
                        && !rule.text.contains("rule roam")
                }
            }
            // Whoever may go everywhere.
            table.mutate(chain: "d_any_rules") { $0.rules.insert(ChainRule(.goto("d_via_1")), at: 0) }
        }
        #expect(Set(failures) == Set(rows.map { "\($0)" }))
    }

    @Test func withoutTheFormsOfServicesEncryptedResolutionLeaves() throws {
        let rows = TranslatorTests.rows.filter { $0.reason == TranslatorTests.service }
        let failures = try TranslatorTests.failingRows(rows) { table in
            guard let index = table.sets.firstIndex(where: { $0.name == "doh6" }) else { return }
            table.sets[index].elements.removeAll {
                $0.lower.bytes.starts(with: FieldValue(NAT64.wellKnown.address).bytes.prefix(12))
            }
            table.mutate(chain: "d_any_rules") { $0.rules.insert(ChainRule(.goto("d_via_1")), at: 0) }
        }
        #expect(Set(failures) == Set(rows.map { "\($0)" }))
    }

    @Test func withoutALookAtPrefixesThatNobodyTellsOfTheyAreAWayOut() throws {
        let rows = TranslatorTests.rows.filter { $0.reason == TranslatorTests.untold }
        let failures = try TranslatorTests.failingRows(rows) { table in
            table.mutate(chain: "guard_resolution") { chain in
                chain.rules.removeAll { $0.text.contains("64:ff9b:1::/48") }
            }
        }
        #expect(Set(failures) == Set(rows.map { "\($0)" }))
    }

    @Test func withoutALookAtAnnouncedPrefixesTheyAreAWayOut() throws {
        let rows = TranslatorTests.rows.filter { $0.reason == TranslatorTests.announced }
        let failures = try TranslatorTests.failingRows(rows) { table in
            table.mutate(chain: "p_1") { chain in chain.rules.removeAll { $0.text.contains("@nat64_net") } }
        }
        #expect(Set(failures) == Set(rows.map { "\($0)" }))
    }

    /// What the router has said, and somebody on its link takes back.
    private static let takenBack = [UInt16(1_800), 0].map {
        AnnouncedTranslator(prefix: prefix("2001:db8:64::/96"), device: 2, seconds: $0)
    }

    @Test func whatIsTakenBackStillCounts() throws {
        var translators = AnnouncedTranslators()
        for announced in TranslatorTests.takenBack { translators.take(announced, now: .init(nanoseconds: 0)) }
        let rows = TranslatorTests.rows.filter { $0.reason == TranslatorTests.announced }
        let failures = try TranslatorTests.failingRows(rows, announced: translators.prefixes(on: [2])) { _ in }
        #expect(failures == [])
    }

    /// As a daemon would have it that goes by what it has heard last.
    @Test func withTheLastWordBelievedAnnouncedPrefixesAreAWayOut() throws {
        let last = Dictionary(TranslatorTests.takenBack.map { ($0.prefix, $0.seconds) }) { $1 }
        let rows = TranslatorTests.rows.filter { $0.reason == TranslatorTests.announced }
        let failures = try TranslatorTests.failingRows(
            rows, announced: last.filter { $0.value > 0 }.map(\.key)
        ) { _ in }
        #expect(Set(failures) == Set(rows.map { "\($0)" }))
    }

    /// The rows of the table that do not hold with a mutant.
    private static func failingRows(
        _ rows: [TruthRow], announced: [IPPrefix] = GroundPolicy.translators, _ mutate: (inout Table) -> Void
    ) throws -> [String] {
        let policy = try GroundPolicy(profile)
        var mutant = policy.table(translators: announced)
        mutate(&mutant)
        let (table, tunnels) = (mutant, policy.tunnels)
        let fates = try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            return TruthTable.fates(of: rows, on: ground)
        }
        return zip(rows, fates).filter { $0.expected != $1 }.map { "\($0.0)" }
    }
}
