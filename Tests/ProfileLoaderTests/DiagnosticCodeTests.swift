import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// Every code that the loader can give, by a profile that has this one mistake.
@Suite struct DiagnosticCodeTests {
    /// Lines that are added to the minimal profile; each is one mistake.
    static let additions: [(DiagnosticCode, String)] = [
        (.controlCharacter, "local: { lan: \u{1} }"),
        (.syntaxError, "local: { lan: none"),
        (.tooDeep, "local: " + String(repeating: "[", count: 100)),
        (.tooManyNodes, "local: [" + String(repeating: "a,", count: 100_000) + "]"),
        (.directive, "%YAML 1.1"),
        (.severalDocuments, "---\nlocal: { lan: none }"),
        (.duplicateKey, "local: { lan: none, lan: link }"),
        (.anchor, "local: { lan: &here none }"),
        (.alias, "local: { lan: *here }"),
        (.tag, "local: { lan: !!str none }"),
        (.keyNotText, "local: { ? [lan] : none }"),

        (.unknownKey, "local: { colour: blue }"),
        (.missingKey, "portal: { subject: s, minutes: 5 }\nsubjects: { s: { users: [u] } }"),
        (.wrongType, "local: [none]"),
        (.unknownValue, "local: { lan: some }"),
        (.emptyValue, "local:"),
        (.conflictingKeys, "rules: { r: { from: any, via: direct, block: true } }"),
        (.listedTwice, "local: { inbound: [22/tcp, 80/tcp, 22/tcp] }"),
        (
            .keyDoesNotApply,
            "paths: { p: { redirect: [\"127.0.0.1:1\"], owner: { user: u }, ipv6: block } }"
        ),

        (
            .badAddress,
            rule("addresses: [10.0.0.0/8]")
                + "\nlocal: { time: { from: a.service, servers: [10.0.0.256], via: direct } }"
        ),
        (.badPrefix, rule("addresses: [10.0.0.0/33]")),
        (.hostBitsSet, rule("addresses: [10.0.0.1/8]")),
        (.nameInsteadOfAddress, rule("addresses: [example.org]")),
        (.badPort, rule("ports: [443]")),
        (.badEndpoint, "paths: { p: { redirect: [127.0.0.1], owner: { user: u } } }"),
        (.badName, rule("names: [a..b]")),
        (.badNumber, "portal: { subject: s, minutes: 61, ports: [80/tcp] }\nsubjects: { s: { users: [u] } }"),
        (.badTruthValue, "local: { dhcp: yes }"),
        (.badRate, "on-block: { log: { rate: 5 } }"),
        (.badTimestamp, "rules: { r: { from: any, block: true, until: tomorrow } }"),
        (.badIdentifier, "rules: { \"r 1\": { from: any, block: true } }"),
        (.badDestination, "tests: [{ name: t, from: any, to: [here], expect: [drop] }]"),
        (.badExpectation, "tests: [{ name: t, from: any, to: [\"tcp a.b:1\"], expect: [gone] }]"),
        (.notLoopback, "paths: { p: { redirect: [\"10.0.0.1:80\"], owner: { user: u } } }"),

        (.badProtocol, rule("protocols: [grey]")),
        (.badICMP, rule("icmp: [ping]")),

        (.unknownSubject, "rules: { r: { from: nobody, block: true } }"),
        (.unknownPath, "rules: { r: { from: any, via: nowhere } }"),
        (.unknownRule, "invariants: [{ never-leaves-by: direct, except: [rule none] }]"),
        (.reservedName, "subjects: { any: { users: [u] } }"),
        (.pathCycle, "paths: { p: { redirect: [\"127.0.0.1:80\"], owner: { user: u }, next: p } }"),

        (
            .sharedInterface,
            "paths: { p: { interface: eth0, listen-port: 1, endpoints: [\"192.0.2.1:1/udp\"] }, direct: { interfaces: [eth0] } }"
        ),
        (
            .containersOnPath,
            "paths: { direct: { interfaces: [eth0] } }\nsubjects: { boxes: { interfaces: [eth0] } }"
        ),
        (
            .exclusivePortal,
            "portal: { subject: s, minutes: 6, ports: [80/tcp] }\nsubjects: { s: { users: [u], exclusive: true } }"
        ),
        (
            .noPortal,
            "tests: [{ name: t, from: any, portal: [192.0.2.1], to: [\"tcp 192.0.2.2:1\"], expect: [drop] }]"
        ),
        (.expectationCount, "tests: [{ name: t, from: any, to: [\"tcp a.b:1\"], expect: [drop, drop] }]"),
    ]

    /// Keys that are added to the minimal profile's resolver.
    static let resolverAdditions: [(DiagnosticCode, String)] = [
        (.badDuration, "cache: { stale: 1 day }"),
        (.badURL, "upstreams: { o: { https: \"http://dns.example/\", addresses: [198.51.100.1], path: direct } }"),
        (
            .badPin,
            "upstreams: { o: { tls: dns.example, addresses: [198.51.100.1], path: direct, pins: [\"sha256:AA==\"] } }"
        ),
        (.unknownUpstream, "views: { default: { upstreams: [none] } }"),
        (.unknownFilter, "views: { default: { upstreams: [one], filters: [none] } }"),
        (.sharedPort, "views: { default: { upstreams: [one] }, s: { upstreams: [one], port: 5300 } }"),
        (.upstreamWithoutPath, "upstreams: { o: { tls: dns.example, addresses: [198.51.100.1] } }"),
        (.emptyInterval, "cache: { min-ttl: 2h, max-ttl: 1h }"),
        (.exposedListener, "listen: [\"0.0.0.0:53\"]"),
    ]

    /// Files that have nothing of a profile.
    static let files: [(DiagnosticCode, [UInt8])] = [
        (.emptyFile, []),
        (.fileTooLarge, [UInt8](repeating: UInt8(ascii: "["), count: 3_000_000)),
        (.notUTF8, [0x61, 0xFF]),
        (.unknownSchema, Array(FullProfile.minimal.replacing("network/1", with: "network/2").utf8)),
        (.tooManyProblems, Array((0..<300).map { "k\($0): 1\n" }.joined().utf8)),
    ]

    @Test(arguments: additions) func oneMistake(code: DiagnosticCode, lines: String) {
        let result = load(minimal(lines))
        #expect(result.codes == [code], "\(result.rendered)")
        #expect(result.diagnostics.allSatisfy { $0.help != nil || [.syntaxError, .badPin].contains($0.code) })
    }

    @Test(arguments: resolverAdditions) func oneMistakeInTheResolver(code: DiagnosticCode, lines: String) {
        let upstreams = "upstreams: { one: { tls: dns.one.example, addresses: [198.51.100.1], path: direct } }"
        let text = """
            schema: enigm.network/1
            profile: { name: least, version: 1 }
            default: { block: true }
            subjects: { s: { users: [u] } }
            resolver:
              \(lines.hasPrefix("upstreams") ? lines : upstreams + "\n  " + lines)
            """
        let result = load(text)
        #expect(result.codes == [code], "\(result.rendered)")
    }

    @Test(arguments: files) func wholeFile(code: DiagnosticCode, bytes: [UInt8]) {
        let time = ProcessorTime.measure {
            let result = ProfileLoader.load(bytes, fileName: "test.yaml")
            #expect(result.diagnostics.last?.code == code)
            #expect(result.profile == nil)
        }
        #expect(time < .seconds(1))
    }

    @Test func everyCodeOfTheLoaderIsShown() {
        let shown = Self.additions.map(\.0) + Self.resolverAdditions.map(\.0) + Self.files.map(\.0)
        let own = DiagnosticCode.allCases.filter { $0.rawValue < "P0500" }
        #expect(Set(shown) == Set(own), "\(Set(own).symmetricDifference(shown))")
    }

    private static func rule(_ to: String) -> String { "rules: { r: { from: any, to: { \(to) }, block: true } }" }
}
