import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// What a view's questions get: its upstreams, its names, and nothing of another view's.
@Suite struct ViewTests {
    private static let browser: UInt16 = 5301
    private static let chat: UInt16 = 5302

    /// Everybody asks `near` and, for the office, `office`; the browser asks `far` first; chat has two names.
    private static func configuration(names: NameScope? = scope) -> ResolverConfiguration {
        ResolverConfiguration(
            upstreams: [
                UpstreamConfiguration(name: "near"), UpstreamConfiguration(name: "far"),
                UpstreamConfiguration(
                    name: "office", zones: ["corp.example", "10.in-addr.arpa"].compactMap { OwnedName($0) }),
                UpstreamConfiguration(name: "lab", zones: ["lab.corp.example"].compactMap { OwnedName($0) }),
            ],
            views: [
                ViewConfiguration(identifier: 0, upstreams: [0, 2, 3]),
                ViewConfiguration(identifier: browser, upstreams: [1, 0]),
                ViewConfiguration(identifier: chat, upstreams: [1], names: names),
            ])
    }

    private static let scope = NameScope(
        exact: ["chat.example.org"].compactMap { OwnedName($0) },
        below: ["media.example.org"].compactMap { OwnedName($0) })

    private func bench() -> Bench { Bench(ViewTests.configuration()) }

    private func client(_ view: UInt16) -> Client { Bench.client(view: view) }

    @Test(arguments: [
        (UInt16(0), "www.example.org", 0), (browser, "www.example.org", 1), (chat, "chat.example.org", 1),
        (0, "corp.example", 2), (0, "a.b.CORP.example", 2), (0, "notcorp.example", 0), (0, "lab.corp.example", 3),
        (0, "x.lab.corp.example", 3), (0, "1.0.0.10.in-addr.arpa", 2), (browser, "a.corp.example", 1),
    ])
    func `each view asks its own upstreams, and for a zone those of the zone`(
        view: UInt16, name: String, upstream: Int
    ) throws {
        let bench = bench()
        #expect(try bench.ask(name, from: client(view)) == nil)
        #expect(bench.sent.map(\.upstream) == [upstream])
    }

    @Test func `an upstream of another view is never the way out`() throws {
        let bench = bench()
        try bench.ask("chat.example.org", from: client(ViewTests.chat))
        try bench.fail(.connectRefused)
        try bench.advance(seconds: 5)
        #expect(Set(bench.sent.map(\.upstream)) == [1])
        #expect(bench.reply?.code == .serverFailure)
    }

    /// What fails is told of the view's own upstreams alone.
    @Test func `a zone's upstreams are asked, and nobody else when they fail`() throws {
        let bench = bench()
        try bench.ask("www.example.org", edns: 1232)
        try bench.fail(.certificateExpired)
        try bench.advance(seconds: 5)
        #expect(bench.reply?.errorText?.contains("`near`") == true)
        bench.sent = []
        try bench.ask("wiki.corp.example", edns: 1232)
        try bench.fail(.certificateExpired)
        try bench.advance(seconds: 5)
        #expect(Set(bench.sent.map(\.upstream)) == [2])
        #expect(bench.reply?.errorText?.contains("`office`") == true)
        #expect(bench.reply?.errorText?.contains("`near`") == false)
    }

    @Test func `without an upstream for a name it is said so`() throws {
        var configuration = ViewTests.configuration()
        configuration.views[0].upstreams = [2]
        let bench = Bench(configuration)
        try bench.ask("www.example.org", edns: 1232)
        #expect(bench.sent.isEmpty)
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.reply?.errorText == "no upstream is for this name")
    }

    @Test(arguments: ["chat.example.org", "CHAT.example.org", "a.media.example.org", "a.b.media.example.org"])
    func `a view answers the names of its rules`(name: String) throws {
        let bench = bench()
        #expect(try bench.ask(name, from: client(ViewTests.chat)) == nil)
        #expect(bench.sent.count == 1)
    }

    @Test(arguments: [
        "example.org", "org", ".", "media.example.org", "x.chat.example.org", "chat.example.net",
        "notmedia.example.org",
    ])
    func `a view answers no other name, and says why`(name: String) throws {
        let bench = bench()
        let reply = try #require(try bench.ask(name, edns: 1232, from: client(ViewTests.chat)))
        #expect(reply.code == .noError)
        #expect(reply.answers.isEmpty)
        #expect(reply.error == .blocked)
        #expect(reply.errorText == "only names of this subject's rules are answered")
        #expect(bench.sent.isEmpty)
        #expect(bench.resolver.statistics.outOfScope == 1)
        #expect(try bench.ask("localhost", from: client(ViewTests.chat))?.answers.count == 1)
    }

    /// In all views, or in one.
    @Test(arguments: [
        (UInt16(0), "ads.example", "no-ads"), (chat, "ADS.example", "no-ads"),
        (browser, "x.y.tracker.example", "no-ads"),
        (browser, "a.games.example", "no-games"), (chat, "quiet.media.example.org", "quiet"),
    ])
    func `names that a rule blocks are answered as if they did not exist`(
        view: UInt16, name: String, rule: String
    ) throws {
        let bench = Bench(ViewTests.blocking)
        let reply = try #require(try bench.ask(name, edns: 1232, from: client(view)))
        #expect(reply.code == .nameError)
        #expect(reply.error == .blocked)
        #expect(reply.errorText == "the rule `\(rule)` blocks this name")
        #expect(bench.sent.isEmpty)
        #expect(bench.resolver.statistics.blocked == 1)
    }

    @Test(arguments: [
        (UInt16(0), "www.ads.example"), (0, "tracker.example"), (0, "a.games.example"), (browser, "games.example"),
        (chat, "loud.media.example.org"),
    ])
    func `other names are asked for`(view: UInt16, name: String) throws {
        let bench = Bench(ViewTests.blocking)
        #expect(try bench.ask(name, from: client(view)) == nil)
        #expect(bench.sent.count == 1)
    }

    private static let blocking: ResolverConfiguration = {
        func scope(_ exact: [String], below: [String] = []) -> NameScope {
            NameScope(exact: exact.compactMap { OwnedName($0) }, below: below.compactMap { OwnedName($0) })
        }
        var configuration = ViewTests.configuration()
        configuration.blocked = [
            BlockedScope(rule: "no-ads", names: scope(["ads.example"], below: ["tracker.example"]))
        ]
        configuration.views[1].blocked = [BlockedScope(rule: "no-games", names: scope([], below: ["games.example"]))]
        configuration.views[2].blocked = [BlockedScope(rule: "quiet", names: scope(["quiet.media.example.org"]))]
        return configuration
    }()

    @Test func `what is blocked later is forgotten`() throws {
        let bench = bench()
        try bench.resolve("ads.example", .a, [.a("ads.example")])
        bench.resolver.reconfigure(ViewTests.blocking, now: bench.now)
        #expect(try bench.ask("ads.example", edns: 1232)?.error == .blocked)
    }

    @Test func `what one view knows is nothing to another`() throws {
        let bench = bench()
        let name = "chat.example.org"
        try bench.resolve(name, .a, [.a(name, 300, [198, 51, 100, 1])])
        try bench.resolve(name, .a, [.a(name, 300, [198, 51, 100, 2])], from: client(ViewTests.chat))
        #expect(try bench.ask(name)?.answers.map(\.rdata) == [[198, 51, 100, 1]])
        #expect(try bench.ask(name, from: client(ViewTests.chat))?.answers.map(\.rdata) == [[198, 51, 100, 2]])
        #expect(try bench.ask(name, from: client(ViewTests.browser)) == nil)
    }

    @Test func `names of a zone may have private addresses, and others in its answers may not`() throws {
        let bench = bench()
        let inside = try bench.resolve("wiki.corp.example", .a, [.a("wiki.corp.example", 300, [10, 0, 0, 7])])
        #expect(inside.answers.count == 1)
        let outside: [TestRecord] = [
            .cname("old.corp.example", "x.example.net"), .a("x.example.net", 300, [10, 0, 0, 7]),
        ]
        #expect(try bench.resolve("old.corp.example", .a, outside, edns: 1232).error == .blocked)
        let stranger = try bench.resolve(
            "wiki.corp.example", .a, [.a("wiki.corp.example", 300, [10, 0, 0, 7])], edns: 1232,
            from: client(ViewTests.browser))
        #expect(stranger.error == .blocked)
    }

    @Test func `a zone of a special-use name is what the profile says`() throws {
        let bench = bench()
        #expect(try bench.ask("2.0.0.10.in-addr.arpa", .ptr, from: client(ViewTests.browser))?.code == .nameError)
        #expect(try bench.ask("2.0.0.10.in-addr.arpa", .ptr) == nil)
        #expect(bench.sent.map(\.upstream) == [2])
    }

    /// Else an answer that was kept would be told to whom the profile no longer tells it.
    @Test func `a reload that answers other names forgets what was answered`() throws {
        let bench = bench()
        try bench.resolve("chat.example.org", .a, [.a("chat.example.org")], from: client(ViewTests.chat))
        bench.resolver.reconfigure(ViewTests.configuration(), now: bench.now)
        #expect(try bench.ask("chat.example.org", from: client(ViewTests.chat))?.answers.count == 1)
        let other = NameScope(exact: [], below: ViewTests.scope.below)
        bench.resolver.reconfigure(ViewTests.configuration(names: other), now: bench.now)
        let reply = try #require(try bench.ask("chat.example.org", edns: 1232, from: client(ViewTests.chat)))
        #expect(reply.error == .blocked)
    }

    @Test func `views come and go, and the others keep what they know`() throws {
        let bench = bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        try bench.resolve("chat.example.org", .a, [.a("chat.example.org")], from: client(ViewTests.chat))
        var without = ViewTests.configuration()
        without.views.removeLast()
        bench.resolver.reconfigure(without, now: bench.now)
        #expect(try bench.ask("www.example.org")?.answers.count == 1)
        // What it comes back with is another one.
        let other = NameScope(exact: [], below: ViewTests.scope.below)
        bench.resolver.reconfigure(ViewTests.configuration(names: other), now: bench.now)
        #expect(try bench.ask("chat.example.org", from: client(ViewTests.chat))?.answers.isEmpty == true)
    }

    @Test func `questions of a view that has gone are refused, and those under way come to an end`() throws {
        let bench = bench()
        try bench.ask("www.example.org", from: client(ViewTests.browser))
        var configuration = ViewTests.configuration()
        configuration.views.remove(at: 1)
        bench.resolver.reconfigure(configuration, now: bench.now)
        try bench.takeEffects()
        #expect(bench.reply?.code == .serverFailure)
        let reply = try #require(try bench.ask("mail.example.org", edns: 1232, from: client(ViewTests.browser)))
        #expect(reply.code == .refused)
        #expect(reply.errorText == "the view of this listener is closed")
    }

    /// An answer that is on its way from there is not waited for.
    @Test func `an upstream that is no longer the view's is left`() throws {
        let bench = bench()
        try bench.ask("www.example.org", from: client(ViewTests.browser))
        var configuration = ViewTests.configuration()
        configuration.views[1].upstreams = [0]
        bench.resolver.reconfigure(configuration, now: bench.now)
        try bench.takeEffects()
        #expect(bench.sent.map(\.upstream) == [1, 0])
    }
}
