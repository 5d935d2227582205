import Bundle
import Cryptography
import NetworkTypes
import PolicyCompiler
import ProfileLoader
import ProfileModel
import Ruleset
import Testing

@Suite struct PolicyCompilerTests {
    /// The kernel's comments are short: what is said of a rule fits, however long its name is and whatever it does.
    @Test func theLongestRuleFitsItsComment() throws {
        let name = String(repeating: "n", count: 64)
        let rule = "{ from: any, via: direct, limit: 1/second, log: true, until: \"2027-03-01T00:00:00Z\" }"
        let lines = String(repeating: "\n", count: 100_000)
        let parent = Sample.minimal(setting: "user: somebody") + lines + "\nrules: { \(name): \(rule) }"
        let child =
            "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [some-directory/parent.yaml]"
        let files = MemoryFiles(contents: ["some-directory/parent.yaml": Array(parent.utf8)])
        let loaded = ProfileLoader.load(Array(child.utf8), fileName: "child.yaml", files: files)
        let profile = try #require(loaded.profile, "\(loaded.diagnostics)")
        let bundle = try #require(PolicyCompiler.compile(profile, files: files).bundle)
        let table = try #require(try Bundle.read(bundle.encoded()).manifest.enforcement).template.table
        let comments = table.chains.flatMap(\.rules).compactMap(\.comment).filter { $0.contains(name) }
        #expect(comments.contains("rule \(name), line 100007 of ...y/parent.yaml: beyond its limit"), "\(comments)")
    }

    @Test func theSmallestProfileGetsEveryDefault() throws {
        let bundle = try compiled(
            """
            schema: enigm.network/1
            profile: { name: small, version: 3 }
            resolver: { upstreams: { lab: { tls: Dns.Example., addresses: [127.0.0.1] } } }
            default: { block: true }
            """)
        let manifest = bundle.manifest
        #expect(manifest.profile.name == "small")
        #expect(manifest.profile.version == 3)
        #expect(manifest.defaultVerdict == .block)
        #expect(
            manifest.resolver
                == ResolverSettings(
                    listeners: ["127.0.0.53:53"].compactMap { Endpoint($0) },
                    user: "enigm-resolver",
                    upstreams: [
                        UpstreamSettings(
                            name: "lab", serverName: "dns.example", addresses: [.v4(IPv4Address(127, 0, 0, 1))])
                    ]))
        #expect(manifest.sections.isEmpty)
        let enforcement = try #require(manifest.enforcement)
        #expect(enforcement.views == [ViewPort(name: "default", port: 5300)])
        #expect(enforcement.subjects.isEmpty)
        #expect(enforcement.paths.map(\.name) == ["direct"])
        #expect(enforcement.template.table.chain("classify") != nil)
    }

    @Test(arguments: [
        ("https: \"https://Dns.Example/dns-query{?dns}\"", "/dns-query", 443),
        ("https: \"https://dns.example:8443/\"", "/", 8443), ("https: \"https://dns.example\"", "/", 443),
        ("https: \"https://dns.example/a/b\", port: 444", "/a/b", 444),
    ])
    func upstreamsOverHTTPSArrive(service: String, path: String, port: UInt16) throws {
        let bundle = try compiled(
            Sample.minimal(resolver: "  upstreams:\n    lab: { \(service), addresses: [198.51.100.1], path: direct }"))
        let upstream = try #require(bundle.manifest.resolver.upstreams.first)
        #expect(upstream.serverName == "dns.example")
        #expect(upstream.service == .https(path: path))
        #expect(upstream.port == port)
        let template = try #require(bundle.manifest.enforcement).template
        #expect("\(template)".contains("\(port)"), "the resolver's own traffic goes to that port")
    }

    @Test func everythingThatIsWrittenArrives() throws {
        let bundle = try compiled(Sample.full, files: Sample.files)
        let resolver = bundle.manifest.resolver
        #expect(bundle.manifest.defaultVerdict == .via(path: "direct"))
        #expect(resolver.listeners.map(\.description) == ["127.0.0.1:5300", "[::1]:5300"])
        #expect(resolver.user == "somebody")
        #expect(resolver.selection == .ordered)
        #expect(resolver.rebinding == .allow)
        #expect(resolver.paddingBlock == 468)
        #expect(resolver.cache.entries == 7)
        #expect(resolver.cache.minimumTTL == 60)
        #expect(resolver.cache.maximumTTL == 7200)
        #expect(resolver.upstreams.map(\.name) == ["first", "second"])
        #expect(resolver.views == [ViewSettings(name: "default", port: 5300, upstreams: ["second", "first"])])
        let first = resolver.upstreams[0]
        #expect(first.serverName == "dns.example")
        #expect(first.port == 8853)
        #expect(first.addresses.map(\.description) == ["192.0.2.1", "2001:db8::1"])
        #expect(first.pins == [try #require(SHA256Digest([UInt8](repeating: 0, count: 32)))])
        let section = try #require(first.certificateAuthority)
        #expect(section.hasPrefix("certificates-"))
        #expect(bundle.section(named: section).map(Array.init) == Sample.certificate)
        #expect(resolver.upstreams[1].certificateAuthority == section)
        #expect(bundle.manifest.sections.count == 1)
    }

    @Test func theBytesDependOnProfileAndFilesOnly() throws {
        let first = try #require(compile(Sample.full, files: Sample.files).bundle)
        let second = try #require(compile("# a comment\n" + Sample.full, files: Sample.files).bundle)
        #expect(first.encoded() == second.encoded())
        let renamed = Sample.full.replacing("ca: ca.pem", with: "ca: keys/other.pem")
        #expect(try #require(compile(renamed, files: Sample.files).bundle).encoded() == first.encoded())
        let bumped = Sample.full.replacing("version: 1", with: "version: 2")
        #expect(try #require(compile(bumped, files: Sample.files).bundle).digest != first.digest)
    }

    @Test func theDefaultViewsPortIsWhereQueriesAreSentAndHeard() throws {
        let bundle = try compiled(
            Sample.minimal(setting: "views: { default: { upstreams: [lab], port: 5399 } }"))
        #expect(bundle.manifest.enforcement?.views.map(\.port) == [5399])
        #expect(bundle.manifest.resolver.views.flatMap(\.hiddenListeners).map(\.port) == [5399, 5399])
    }

    @Test func subjectsKeepTheirNumbersNamesAndSelectors() throws {
        let bundle = try compiled(
            Sample.minimal(setting: "user: somebody") + """

                paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"] } }
                subjects: { mail: { users: [alice], groups: [post] }, chat: { users: [bob], exclusive: true } }
                """)
        let enforcement = try #require(bundle.manifest.enforcement)
        #expect(
            enforcement.subjects == [
                SubjectSettings(
                    number: SubjectNumber(4), name: "mail", selectors: [.user("alice"), .group("post")],
                    isExclusive: false),
                SubjectSettings(
                    number: SubjectNumber(5), name: "chat", selectors: [.user("bob")], isExclusive: true),
            ])
        #expect(
            enforcement.paths == [
                PathSettings(number: PathNumber(2), name: "vpn", device: "wg0", families: [.v4, .v6]),
                PathSettings(number: .direct, name: "direct", device: nil),
            ])
    }

    @Test func rulesBeyondTheManifestAreAnErrorAtTheFirst() throws {
        let rules = (0..<4000).map {
            "  r\($0): { from: any, to: { addresses: [11.\($0 >> 8).\($0 & 255).1], ports: [443/tcp, 80/udp] }, via: direct }"
        }
        let text = Sample.minimal(setting: "user: somebody") + "\nrules:\n" + rules.joined(separator: "\n")
        let diagnostic = try #require(compile(text).diagnostics.first)
        #expect(compile(text, through: .limits).diagnostics == [diagnostic])
        let small = compile(Sample.minimal(setting: "user: somebody"), through: .limits)
        #expect(small.product != nil && small.bundle == nil)
        #expect(diagnostic.code == .exceedsLimit)
        #expect(diagnostic.message.hasPrefix("the rules make a bundle of "))
        #expect(diagnostic.message.hasSuffix(" KiB, and it has at most 1024 KiB"))
        #expect(line(of: diagnostic, in: text).hasPrefix("  r0:"))
    }

    @Test(
        arguments: [
            ([:], DiagnosticCode.unreadableFile, "`ca.pem` cannot be read: no such file or directory"),
            (["ca.pem": []], .badCertificateFile, "`ca.pem` has no certificate in PEM form"),
            (["ca.pem": Array("hello".utf8)], .badCertificateFile, "`ca.pem` has no certificate in PEM form"),
            (
                ["ca.pem": Array(Sample.certificate.dropLast(60))], .badCertificateFile,
                "`ca.pem` has a damaged certificate"
            ),
        ] as [([String: [UInt8]], DiagnosticCode, String)])
    func aBadFileIsReportedWhereItIsNamed(files: [String: [UInt8]], code: DiagnosticCode, message: String) throws {
        let result = compile(Sample.full.replacing(", ca: other.pem", with: ""), files: files)
        #expect(result.bundle == nil)
        let diagnostic = try #require(result.diagnostics.first)
        #expect(result.diagnostics.count == 1)
        #expect(diagnostic.code == code)
        #expect(diagnostic.message == message)
        #expect(line(of: diagnostic, in: Sample.full).contains("ca: ca.pem"))
    }

    @Test func anUpstreamThatNoViewHasIsNamedAndLeftOut() throws {
        let text = Sample.minimal(
            resolver: """
                  upstreams:
                    a: { tls: a.example, addresses: [127.0.0.1] }
                    b: { tls: b.example, addresses: [127.0.0.1] }
                  views: { default: { upstreams: [b] } }
                """)
        let result = compile(text)
        #expect(result.diagnostics.map(\.message) == ["no view has the upstream `a`: it is never asked"])
        #expect(result.diagnostics.map(\.severity) == [.warning])
        let bundle = try Bundle.read(try #require(result.bundle).encoded())
        #expect(bundle.manifest.resolver.upstreams.map(\.name) == ["b"])
    }

    @Test(arguments: [
        ("cache: { max-ttl: 8d }", "a time to live is at most 7 days"),
        ("cache: { stale: 8d }", "an answer is told for at most 7 days after its end"),
        (
            "listen: [" + (1...65).map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ") + "]",
            "there are at most 64 listeners, and 65 are written"
        ),
    ])
    func whatTheBundleCannotCarryIsAnError(setting: String, message: String) {
        let result = compile(Sample.minimal(setting: setting))
        #expect(result.bundle == nil)
        #expect(result.diagnostics.map(\.message) == [message])
    }

    /// What is asked by SOCKS is each view's own.
    @Test(arguments: [("socks", 31, 0), ("socks", 32, 1), ("connect", 32, 0)])
    func viewsByAProxyCount(kind: String, views: Int, errors: Int) {
        let names = (1...views).map { "s\($0)" }
        let text = """
            schema: enigm.network/1
            profile: { name: many, version: 1 }
            paths: { p: { \(kind): "127.0.0.1:1080", owner: { user: u } } }
            subjects: { \(names.map { "\($0): { users: [\($0)] }" }.joined(separator: ", ")) }
            resolver:
              upstreams:
                a: { tls: a.example, addresses: [198.51.100.1], path: p }
                b: { tls: b.example, addresses: [198.51.100.2], path: p }
              views:
                default: { upstreams: [a, b] }
            \(names.enumerated().map { "    \($1): { upstreams: [a, b], port: \(6000 + $0) }" }.joined(separator: "\n"))
            default: { block: true }
            """
        let messages = compile(text).mistakes.map(\.message)
        let message =
            "there are at most 64 upstreams, where one by SOCKS counts once for each view, and 66 are written"
        #expect(messages == [String](repeating: message, count: errors))
    }

    @Test func versionsAndDescriptionsAreBounded() {
        let text = Sample.minimal(setting: "user: x")
            .replacing(
                "version: 1", with: "version: 9007199254740993, description: \(String(repeating: "x", count: 4097))")
        #expect(
            compile(text).diagnostics.map(\.message) == [
                "a version is at most 9007199254740992", "a description has at most 4096 bytes",
            ])
    }

    private func compiled(_ text: String, files: [String: [UInt8]] = [:]) throws -> Bundle {
        let result = compile(text, files: files)
        #expect(result.mistakes == [])
        return try Bundle.read(try #require(result.bundle).encoded())
    }
}
