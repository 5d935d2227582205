import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// How profiles that extend others are found, read and merged.
@Suite struct ExtendsTests {
    static let office = """
        schema: enigm.network/1
        profile: { name: office, version: 3, description: What every laptop has }
        paths:
          onion: { redirect: ["127.0.0.1:9040"], socks: "127.0.0.1:9050", owner: { user: onion }, next: direct }
          vpn: { interface: wg0, listen-port: 51820, endpoints: ["203.0.113.7:51820/udp"] }
        subjects:
          chat: { units: [chat.service], exclusive: true }
        resolver:
          upstreams:
            one: { tls: dns.one.example, addresses: [198.51.100.1], path: direct, ca: authority.pem }
          filters: { harm: { lists: [lists/harm.txt] } }
        default: { via: vpn }
        rules:
          talk: { from: chat, to: { names: [talk.example], ports: [443/tcp] }, via: onion }
        tests:
          - { name: talk, from: chat, to: ["tcp talk.example:443"], expect: [via onion] }
        invariants: [no-name-resolution-leak]
        """

    private static func child(_ more: String = "", extends: String = "office.yaml") -> String {
        "schema: enigm.network/1\nprofile: { name: laptop, version: 1 }\nextends: [\(extends)]\n\(more)"
    }

    @Test func leastChildIsItsParentUnderAnotherName() throws {
        let result = load(Self.child(), ["office.yaml": Self.office])
        let profile = try #require(result.profile, "\(result.rendered)")
        #expect(result.diagnostics.isEmpty)
        #expect(profile.identity.name.value == "laptop" && profile.identity.description == nil)
        #expect(profile.paths.map(\.name.value) == ["onion", "vpn"])
        #expect(profile.rules.map(\.name.value) == ["talk"])
        #expect(profile.tests.count == 1 && profile.invariants.count == 1)
        #expect(profile.rules[0].name.range.file == 1 && profile.identity.name.range.file == 0)
        #expect(result.sources.map(\.name) == ["test.yaml", "office.yaml"])
    }

    @Test func keysAreMergedAsDeepAsTheyGo() throws {
        let more = """
            paths: { vpn: { ipv6: block } }
            resolver: { cache: { entries: 7 }, filters: { harm: { answer: refused } } }
            rules: { no-smb: { from: any, to: { ports: [445/tcp] }, block: true } }
            tests:
              - { name: talk, from: chat, to: ["tcp talk.example:443"], expect: [drop] }
              - { name: mine, from: any, to: ["tcp 192.0.2.1:445"], expect: [reject] }
            invariants: [no-name-resolution-leak, { never-leaves-by: direct }]
            """
        let result = load(Self.child(more), ["office.yaml": Self.office])
        let profile = try #require(result.profile, "\(result.rendered)")
        #expect(result.diagnostics.isEmpty, "\(result.rendered)")
        guard case .tunnel(let tunnel) = profile.paths[1].route else {
            Issue.record("`vpn` is no tunnel")
            return
        }
        #expect(tunnel.ipv6.value == .block && tunnel.interface.value == "wg0")
        #expect(profile.resolver.cache.entries.value == 7 && profile.resolver.upstreams.count == 1)
        #expect(profile.resolver.filters[0].answer.value == .refused && profile.resolver.filters[0].lists.count == 1)
        #expect(profile.rules.map(\.name.value) == ["talk", "no-smb"])
        #expect(profile.tests.map(\.name.value) == ["talk", "mine"])
        #expect(profile.tests[0].expectations.map(\.value) == [.drop])
        #expect(profile.invariants.count == 2)
    }

    @Test func filesAreRelativeToTheProfileThatNamesThem() throws {
        let files = [
            "../fleet/office.yaml": Self.child(extends: "base/office.yaml"), "../fleet/base/office.yaml": Self.office,
        ]
        let result = load(Self.child(extends: "../fleet/office.yaml"), files)
        let profile = try #require(result.profile, "\(result.rendered)")
        #expect(profile.resolver.upstreams[0].certificateAuthority?.value == "../fleet/base/authority.pem")
        #expect(profile.resolver.filters[0].lists.map(\.value) == ["../fleet/base/lists/harm.txt"])
        #expect(result.sources.map(\.name) == ["test.yaml", "../fleet/office.yaml", "../fleet/base/office.yaml"])
    }

    @Test func fileReachedByTwoWaysIsReadOnce() throws {
        let files = [
            "office.yaml": Self.office, "left.yaml": Self.child(extends: "./office.yaml"),
            "right.yaml": Self.child("default: { block: true }", extends: "x/../office.yaml"),
        ]
        let result = load(Self.child(extends: "left.yaml, right.yaml"), files)
        #expect(result.sources.count == 4)
        #expect(try #require(result.profile, "\(result.rendered)").defaultOutcome.action == .block)
    }

    @Test func mistakesOfAParentAreShownAtItsPlaceOnce() {
        let broken = Self.office.replacing("via: vpn", with: "via: vpm").replacing("443/tcp", with: "443")
        let result = load(Self.child(), ["office.yaml": broken])
        #expect(result.codes == [.unknownPath, .badPort], "\(result.rendered)")
        #expect(result.diagnostics.allSatisfy { $0.range.file == 1 })
        #expect(result.rendered.contains("--> office.yaml:"))
    }

    @Test func mistakesOfTheChildComeFirst() {
        let broken = Self.office.replacing("via: vpn", with: "via: vpm")
        let result = load(Self.child("local: { dhcp: no }"), ["office.yaml": broken])
        #expect(result.codes == [.badTruthValue, .unknownPath], "\(result.rendered)")
    }

    @Test func missingParentIsTheOneComplaint() {
        let result = load(Self.child("rules: { r: { from: browser, via: vpn } }"))
        #expect(result.codes == [.unreadableParent], "\(result.rendered)")
        #expect(load(Self.child(), ["office.yaml": "a: ["]).codes == [.syntaxError])
    }

    @Test(arguments: [
        ("office.yaml", DiagnosticCode.wrongType), ("[{ a: b }]", .wrongType), ("[\"\"]", .emptyValue),
        ("[~]", .emptyValue), ("[list.txt]", .wrongType),
    ])
    func badlyWrittenExtendsIsTheOneComplaint(value: String, code: DiagnosticCode) {
        let text = Self.child("rules: { r: { from: browser, via: vpn } }").replacing("[office.yaml]", with: value)
        let result = load(text, ["list.txt": "192.0.2.1\n"])
        #expect(result.codes == [code], "\(result.rendered)")
    }

    @Test func circlesAreNamed() {
        let itself = load(Self.child(extends: "./test.yaml"))
        #expect(itself.codes == [.extendsCycle])
        #expect(itself.diagnostics[0].message.contains("`test.yaml` extends `test.yaml`"))
        let files = ["a.yaml": Self.child(extends: "b.yaml"), "b.yaml": Self.child(extends: "a.yaml")]
        let result = load(Self.child(extends: "a.yaml"), files)
        #expect(result.codes == [.extendsCycle], "\(result.rendered)")
        #expect(result.rendered.contains("`a.yaml` extends `b.yaml` extends `a.yaml`"))
    }

    @Test func linesAndNumbersOfFilesAreBounded() {
        var files: [String: String] = [:]
        for index in 0..<40 { files["p\(index).yaml"] = Self.child(extends: "p\(index + 1).yaml") }
        #expect(load(Self.child(extends: "p0.yaml"), files).codes == [.extendsTooMuch])
        let wide = (0..<40).map { "w\($0).yaml" }
        for name in wide { files[name] = Self.office }
        let result = load(Self.child(extends: wide.joined(separator: ", ")), files)
        #expect(Set(result.codes) == [.extendsTooMuch] && result.sources.count == 16)
    }

    @Test func whatFilesHoldTogetherIsBounded() {
        let filler = Self.office + "\n" + String(repeating: "# comment\n", count: 100_000)
        let files = Dictionary(uniqueKeysWithValues: (0..<10).map { ("p\($0).yaml", filler) })
        let names = files.keys.sorted().joined(separator: ", ")
        let time = ProcessorTime.measure {
            let result = load(Self.child(extends: names), files)
            #expect(Set(result.codes) == [.extendsTooMuch] && result.sources.count == 4)
        }
        #expect(time < .seconds(2), "\(time)")
    }

    /// A choice of the child's takes the place of its parent's, and a path of another kind the whole path's.
    @Test func otherAlternativesReplace() throws {
        let open = Self.office.replacing("next: direct }", with: "next: direct, open: true }")
            .replacing("via: onion }", with: "via: onion, open: true }")
            .replacing("ca: authority.pem }", with: "ca: authority.pem, open: true }")
        let more = """
            paths: { onion: { interface: wg1, listen-port: 5, endpoints: ["203.0.113.8:5/udp"] } }
            resolver: { upstreams: { one: { https: "https://dns.one.example/q" } } }
            rules: { talk: { block: true } }
            """
        let result = load(Self.child(more), ["office.yaml": open])
        let profile = try #require(result.profile, "\(result.rendered)")
        guard case .tunnel = profile.paths[0].route, case .https = profile.resolver.upstreams[0].service else {
            Issue.record("the parent's alternative is still there")
            return
        }
        #expect(profile.paths[0].owner == nil && profile.rules[0].outcome.action == .block)
        #expect(profile.resolver.upstreams[0].addresses.count == 1 && profile.rules[0].destinations.names.count == 1)
    }
}
