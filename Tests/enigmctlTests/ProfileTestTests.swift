import CanonicalJSON
import TestSupport
import Testing

@Suite struct ProfileTestTests {
    private static let policy =
        Sample.good.replacing("default: { block: true }", with: "default: { via: vpn }") + """
            paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"], ipv6: block } }
            subjects: { chat: { users: [chat], exclusive: true }, web: { users: [alice], groups: [www] } }
            rules:
              talk: { from: chat, to: { addresses: [198.51.100.80], ports: [443/tcp] }, via: direct }
              pages: { from: web, to: { addresses: [203.0.113.0/24] }, via: direct }
              no-smb: { from: any, to: { ports: [445/tcp] }, block: true }

            """

    @Test func testsThatHoldPass() {
        let result = run(
            """
            tests:
              - { name: resolvers, from: any, to: ["udp 8.8.8.8:53", "tcp 8.8.8.8:853", "tcp 8.8.8.8:443"], expect: [stub, reject, reject] }
              - { name: pages, from: web, to: ["tcp 203.0.113.1:80", "udp 198.51.100.1:80"], expect: [via direct, via vpn] }
              - { name: talk, from: chat, to: ["tcp 198.51.100.80:443", "tcp 198.51.100.80:80"], expect: [via direct, reject] }
              - { name: itself, from: resolver, to: ["tcp 198.51.100.80:443"], expect: [reject] }
            """)
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.outputLines.last == "4 tests, 8 packets: all as expected")
        #expect(result.outputLines.count { $0.hasPrefix("  ok ") } == 8)
        #expect(result.errors.hasPrefix("warning[P0515]: `chat` is exclusive and has no view"), "\(result.errors)")
    }

    @Test func whatDoesNotHoldIsShown() throws {
        let tests = """
            tests:
              - { name: six, from: web, to: ["tcp [2001:db8::1]:443", "tcp 203.0.113.1:445"], expect: [via vpn, drop] }
            """
        let result = run(tests)
        #expect(result.status == .exited(1))
        #expect(result.output.contains("FAILED  tcp [2001:db8::1]:443  reject  expected via vpn\n"), "\(result.output)")
        #expect(result.output.contains("because the path of the default does not carry it: "), "\(result.output)")
        #expect(result.output.contains("because the rule `no-smb`: "))
        #expect(result.outputLines.count { $0.hasSuffix("/policy.yaml:10:3") } == 1)
        #expect(result.outputLines.last == "1 test, 2 packets: 2 not as expected")
        let document = try json(run(tests, ["--json"]).output)
        #expect(document["schema"] == "enigm.profile-test/1")
        #expect(document["passed"] == false)
        let packets = try #require(document["tests"]?.array?.first?.object?["packets"]?.array).compactMap(\.object)
        for (packet, (to, expected)) in zip(
            packets, [("tcp [2001:db8::1]:443", "via vpn"), ("tcp 203.0.113.1:445", "drop")])
        {
            #expect(packet["to"]?.string == to && packet["expected"]?.string == expected)
            #expect(packet["profile"] == "reject" && packet["table"] == "reject" && packet["passed"] == false)
        }
        #expect(packets.map { $0["reason"] } == ["the path of the default does not carry it", "the rule `no-smb`"])
        #expect(packets.map { $0["range"]?.object?["line"] } == [4, 10])
    }

    @Test func whatStaysHereIsTested() {
        let tests = """
            tests:
              - { name: here, from: web, to: ["tcp 127.0.0.1:80", "udp [::1]:123", "tcp 127.0.0.1:53"], expect: [local, local, stub] }
            """
        let result = run(tests)
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        let wrong = run(tests.replacing("[local, local", with: "[via direct, local"))
        #expect(wrong.output.contains("local  expected via direct\n"), "\(wrong.output)")
        #expect(wrong.output.contains("because the destination is this machine\n"))
    }

    /// Names stand for addresses that nobody knows yet, and for none where the resolver does not answer.
    @Test func namesAreTested() {
        let directory = ScratchDirectory()
        let path = directory.write(
            ProfileTestTests.namedPolicy + """
                tests:
                  - { name: chat, from: chat, to: ["tcp talk.example:443", "tcp talk.example:80", "tcp other.example:443"], expect: [via direct, reject, reject] }
                  - { name: web, from: web, to: ["tcp a.pages.example:443", "tcp pages.example:443", "tcp ads.example:443"], expect: [via direct, via vpn, reject] }
                """, to: "policy.yaml")
        let result = enigmctl(["profile", "test", path])
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.outputLines.last == "2 tests, 6 packets: all as expected")
    }

    /// A host's addresses are known. One that only machines near this one have is reached by a rule that lists it.
    @Test func hostsAreWhereTheProfileSays() {
        let directory = ScratchDirectory()
        let hosts = ", hosts: { nas.example: [192.168.1.20], site.example: [198.51.100.9] } }\ndefault"
        let path = directory.write(
            Sample.good.replacing(" }\ndefault", with: hosts) + """
                rules:
                  nas: { from: any, to: { addresses: [192.168.1.0/24], ports: [445/tcp] }, via: direct }
                  by-name: { from: any, to: { names: [nas.example, site.example], ports: [22/tcp] }, via: direct }
                tests:
                  - { name: hosts, from: any, to: ["tcp nas.example:445", "tcp nas.example:22", "tcp site.example:22"], expect: [via direct, reject, via direct] }
                """, to: "policy.yaml")
        let result = enigmctl(["profile", "test", path])
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.outputLines.last == "1 test, 3 packets: all as expected")
    }

    @Test(arguments: [
        ("chat", "tcp talk.example:443", "it leaves by `direct`", "the rule `talk`"),
        ("chat", "tcp other.example:443", "it does not leave", "`chat` is exclusive, and the resolver answers"),
        ("web", "tcp ads.example:443", "it does not leave", "by the rule `no-ads`"),
        ("web", "tcp other.example:443", "it leaves by `vpn`", "no rule speaks of it"),
        ("chat", "udp 8.8.8.8:53", "in the view `chat`", "nothing but the resolver"),
    ])
    func namesAreExplained(subject: String, destination: String, verdict: String, reason: String) {
        let directory = ScratchDirectory()
        let path = directory.write(ProfileTestTests.namedPolicy, to: "policy.yaml")
        let result = enigmctl(["profile", "explain", path, "--from", subject, "--to", destination])
        #expect(result.output.contains(verdict), "\(result.output)\(result.errors)")
        #expect(result.output.contains(reason), "\(result.output)")
        #expect(!result.output.contains("BUT"))
    }

    @Test func aProfileWithErrorsIsNotTested() {
        let result = run(
            "rules: { x: { from: web, to: { ports: [80/tcp] }, via: vpn } }\n".replacing("rules", with: "rulez"))
        #expect(result.status == .exited(1))
        #expect(result.output.isEmpty)
        #expect(result.errorLines.last?.contains("does not compile: 1 error") == true)
    }

    @Test(arguments: [
        ("web", "tcp 203.0.113.1:80", "it leaves by `direct`, or not at all", "the rule `pages`", ":9:3"),
        ("any", "udp 192.0.2.1:53", "it is answered by the resolver of this machine", "nothing but the resolver", ""),
        ("any", "tcp [2001:db8::1]:80", "it does not leave", "the path of the default does not carry it", ":4:1"),
        ("chat", "tcp 192.0.2.1:80", "it does not leave", "`chat` is exclusive", ":6:13"),
        ("web", "tcp 203.0.113.1:445", "it does not leave", "the rule `no-smb`", ":10:3"),
        ("any", "tcp 127.0.0.1:80", "it stays on this machine", "the destination is this machine", ""),
    ])
    func explains(subject: String, destination: String, verdict: String, reason: String, place: String) {
        let result = explain(["--from", subject, "--to", destination])
        #expect(result.status == .exited(0))
        #expect(result.output.contains("verdict  \(verdict)"), "\(result.output)")
        #expect(result.output.contains("because  \(reason)"), "\(result.output)")
        #expect(result.output.contains("policy.yaml\(place.isEmpty ? "" : place + "\n")") != place.isEmpty)
        #expect(!result.output.contains("BUT"))
    }

    private static let portal = "portal: { subject: web, ports: [80/tcp], minutes: 5 }\n"

    /// A test says whether it is open, and with which resolvers.
    @Test func thePortalIsTested() {
        let tests = """
            tests:
              - { name: closed, from: web, to: ["udp 192.0.2.1:53", "tcp 198.51.100.1:80"], expect: [stub, via vpn] }
              - { name: open, from: web, portal: [192.0.2.1], to: ["udp 192.0.2.1:53", "tcp 198.51.100.1:80", "udp 192.0.2.2:53"], expect: [via direct, via direct, reject] }
            """
        let result = run(ProfileTestTests.portal + tests)
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.outputLines.last == "2 tests, 5 packets: all as expected")
    }

    @Test(arguments: [
        ("192.0.2.1", "udp 192.0.2.1:53", "it leaves by `direct`", "the portal is open"),
        (
            "192.0.2.2", "udp 192.0.2.1:53", "it does not leave",
            "its subject asks the resolvers of the link and no other"
        ),
        (nil, "tcp 198.51.100.1:80", "it leaves by `vpn`", "no rule speaks of it"),
        ("192.0.2.2", "tcp 198.51.100.1:80", "it leaves by `direct`", "the portal is open"),
    ])
    func thePortalIsExplained(resolver: String?, destination: String, verdict: String, reason: String) {
        let directory = ScratchDirectory()
        let path = directory.write(ProfileTestTests.policy + ProfileTestTests.portal, to: "policy.yaml")
        let result = enigmctl(
            ["profile", "explain", path, "--from", "web", "--to", destination]
                + (resolver.map { ["--portal-open", $0] } ?? []))
        #expect(result.output.contains("verdict  \(verdict)"), "\(result.output)\(result.errors)")
        #expect(result.output.contains(reason), "\(result.output)")
        #expect(!result.output.contains("BUT"))
    }

    @Test(arguments: [
        (["--from", "any", "--to", "tcp 192.0.2.1:80", "--portal-open", "192.0.2.1"], "has no portal"),
        (["--from", "any", "--to", "tcp 192.0.2.1:80", "--portal-open", "hotel"], "`hotel` is no address"),
        (["--from", "nobody", "--to", "tcp 192.0.2.1:80"], "has no subject `nobody`"),
        (["--from", "any", "--to", "tcp 192.0.2.1"], "port"),
        (["--from", "any"], "--to"),
    ])
    func wrongQuestionsAreWrongUsage(arguments: [String], message: String) {
        let result = explain(arguments)
        #expect(result.status == .exited(2))
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    /// What a rule says of a packet depends on when it is sent.
    @Test func rulesEnd() throws {
        let directory = ScratchDirectory()
        let rule = "  visit: { from: chat, to: { ports: [99/tcp] }, via: direct, until: \"2027-03-01T00:00:00Z\" }\n"
        let test = "tests: [{ name: visit, from: chat, to: [\"tcp 192.0.2.1:99\"], expect: [via direct] }]\n"
        let path = directory.write(ProfileTestTests.policy + rule + test, to: "policy.yaml")
        let before = ["--at", "2027-02-28T23:59:59Z"], after = ["--at", "2027-03-01T00:00:00Z"]
        #expect(enigmctl(["profile", "test", path] + before).status == .exited(0))
        let ended = enigmctl(["profile", "test", path] + after)
        #expect(ended.status == .exited(1))
        #expect(ended.output.contains("reject  expected via direct"), "\(ended.output)")
        let question = ["profile", "explain", path, "--from", "chat", "--to", "tcp 192.0.2.1:99"]
        #expect(enigmctl(question + before).output.contains("because  the rule `visit`, until 2027-03-01T00:00:00Z\n"))
        let explained = enigmctl(question + after).output
        #expect(explained.contains("because  `chat` is exclusive"), "\(explained)")
        #expect(explained.contains("ended    the rule `visit` spoke of it until 2027-03-01T00:00:00Z\n"))
        #expect(try json(enigmctl(question + after + ["--json"]).output)["ended"] == "visit")
        #expect(enigmctl(question + ["--at", "tomorrow"]).status == .exited(2))
    }

    /// A person is shown where a rule stands, and not all of a list.
    @Test func inheritedRulesAndLongListsAreShown() {
        let directory = ScratchDirectory()
        let addresses = (0..<500).map { "10.0.\($0 / 100).\($0 % 100 * 2)" }.joined(separator: "\n")
        _ = directory.write(addresses, to: "some.txt")
        let rule = "  listed: { from: web, to: { lists: [some.txt] }, via: direct }\n"
        _ = directory.write(ProfileTestTests.policy + rule, to: "office-of-everybody.yaml")
        let child =
            "schema: enigm.network/1\nprofile: { name: child, version: 1 }\nextends: [office-of-everybody.yaml]\n"
        let path = directory.write(child, to: "child.yaml")
        let result = enigmctl(["profile", "explain", path, "--from", "web", "--to", "tcp 10.0.3.4:80"])
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.output.contains("comment \"rule listed, line 11 of ...verybody.yaml\""), "\(result.output)")
        #expect(result.output.contains("office-of-everybody.yaml:11:3"), "\(result.output)")
        #expect(result.outputLines.allSatisfy { $0.utf8.count < 200 }, "\(result.output.prefix(2000))")
    }

    @Test func explainsAsOneDocument() throws {
        let document = try json(explain(["--json", "--from", "web", "--to", "tcp 203.0.113.1:80"]).output)
        #expect(document["schema"] == "enigm.profile-explain/1")
        #expect(document["verdict"] == "via direct")
        #expect(document["table"] == "via direct")
        #expect(document["range"]?.object?["line"] == 9)
        #expect(document["rule"]?.string?.contains("rule pages, line 9") == true)
    }

    private static let namedPolicy = """
        schema: enigm.network/1
        profile: { name: named, version: 1 }
        paths: { vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"], ipv6: block } }
        subjects: { chat: { users: [chat], exclusive: true }, web: { users: [alice] } }
        resolver:
          upstreams: { lab: { tls: lab.example, addresses: [127.0.0.1] } }
          views: { default: { upstreams: [lab] }, chat: { upstreams: [lab], port: 5301 } }
        default: { via: vpn }
        rules:
          talk: { from: chat, to: { names: [talk.example], ports: [443/tcp] }, via: direct }
          pages: { from: web, to: { names: ["*.pages.example"] }, via: direct }
          no-ads: { from: any, to: { names: [ads.example] }, block: true }

        """

    private func run(_ tests: String, _ options: [String] = []) -> CommandResult {
        let directory = ScratchDirectory()
        let path = directory.write(ProfileTestTests.policy + tests, to: "policy.yaml")
        return enigmctl(["profile", "test", path] + options)
    }

    private func explain(_ arguments: [String]) -> CommandResult {
        let directory = ScratchDirectory()
        let path = directory.write(ProfileTestTests.policy, to: "policy.yaml")
        return enigmctl(["profile", "explain", path] + arguments)
    }
}
