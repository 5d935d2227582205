import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// A second upstream is asked when the first takes longer than it nearly always does.
@Suite struct HedgingTests {
    /// A resolver whose first upstream is known to answer in 20 ms or less.
    private func practised(_ bench: Bench = Bench(), exchanges: Int = 40) throws -> Bench {
        for index in 0..<exchanges {
            let name = "warm\(index).example.org"
            try bench.ask(name)
            try bench.advance(seconds: index < 32 ? 0.02 : 0.01)
            try bench.answer(response(name, .a, [.a(name)]))
        }
        #expect(bench.sent.allSatisfy { $0.upstream == 0 })
        bench.sent = []
        bench.abandoned = []
        bench.answers = []
        return bench
    }

    private let good = response("www.example.org", .a, [.a("www.example.org")])

    @Test func `a slow answer is looked for elsewhere, and the first one is taken`() throws {
        let bench = try practised()
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.019)
        #expect(bench.sent.count == 1)
        try bench.advance(seconds: 0.002)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        try bench.answer(good)
        #expect(bench.reply?.code == .noError)
        #expect(bench.abandoned == [bench.sent[0].attempt])
        let counts = bench.resolver.statistics
        #expect(counts.hedged == 1 && counts.hedgesWon == 1 && counts.failedOver == 0)
        #expect(bench.resolver.upstreams.allSatisfy { $0.queriesUnderWay == 0 && $0.state != .failing })
        #expect(bench.resolver.deadline == nil)
    }

    @Test func `the first upstream may still win`() throws {
        let bench = try practised()
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.03)
        try bench.answer(good, to: bench.sent[0].attempt)
        #expect(bench.reply?.code == .noError && bench.abandoned == [bench.sent[1].attempt])
        #expect(bench.resolver.statistics.hedgesWon == 0)
    }

    @Test func `a query has one second attempt, and fails over as ever`() throws {
        let bench = try practised(Bench(upstreams: ["one", "two", "three"]))
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.5)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        // The second fails: the first has its time.
        try bench.fail(.connectRefused, bench.sent[1].attempt)
        #expect(bench.sent.count == 2)
        try bench.advance(seconds: 1)
        #expect(bench.sent.map(\.upstream) == [0, 1, 2])
        try bench.answer(good)
        #expect(bench.reply?.code == .noError)
    }

    @Test func `both failing goes on to the next at once`() throws {
        let bench = try practised(Bench(upstreams: ["one", "two", "three"]))
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.1)
        try bench.fail(.reset, bench.sent[0].attempt)
        #expect(bench.sent.count == 2)
        try bench.fail(.reset, bench.sent[1].attempt)
        #expect(bench.sent.map(\.upstream) == [0, 1, 2])
    }

    @Test func `nothing is known before some answers have come`() throws {
        let bench = try practised(exchanges: 31)
        try bench.ask("www.example.org")
        try bench.advance(seconds: 1.1)
        #expect(bench.sent.count == 1)
    }

    @Test func `a network that has become slow is not given twice the work`() throws {
        let bench = try practised(exchanges: 300)
        var hedges = 0
        for index in 0..<1000 {
            let name = "slow\(index).example.org"
            try bench.ask(name)
            try bench.advance(seconds: 0.1)
            hedges += bench.sent.count { $0.upstream == 1 }
            try bench.answer(response(name, .a, [.a(name)]), to: try #require(bench.sent.first).attempt)
            bench.sent = []
        }
        #expect(hedges > 0)
        #expect(hedges <= (1300 + hedges) / 16 + 1)
        // Once it is known to be slow, nobody is hedged any more.
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.09)
        #expect(bench.sent.count == 1)
    }

    @Test func `one that fails is no second choice`() throws {
        let bench = try practised()
        bench.resolver.networkMayWork(now: bench.now)
        try bench.ask("a.example.org")
        try bench.fail(.connectRefused)
        try bench.fail(.connectRefused)
        try bench.advance(seconds: 0.3)
        bench.sent = []
        try bench.ask("www.example.org")
        let asked = try #require(bench.sent.first).upstream
        try bench.fail(.connectRefused)
        #expect(bench.sent.last?.upstream != asked)
        try bench.advance(seconds: 0.2)
        #expect(bench.sent.count == 2)
    }

    /// The upstreams of a zone are the only ones that may hear of its names, and a view has its own.
    @Test func `nobody is asked who may not be`() throws {
        let corp = try #require(OwnedName("corp.example"))
        let upstreams = [
            UpstreamConfiguration(name: "one"), UpstreamConfiguration(name: "two"),
            UpstreamConfiguration(name: "corp", zones: [corp]),
        ]
        let views = [
            ViewConfiguration(identifier: 0, upstreams: [0, 1, 2]), ViewConfiguration(identifier: 7, upstreams: [0]),
        ]
        let bench = try practised(Bench(ResolverConfiguration(upstreams: upstreams, views: views)))
        for index in 0..<40 {
            let name = "n\(index).corp.example"
            try bench.ask(name)
            try bench.advance(seconds: index < 32 ? 0.02 : 0.01)
            try bench.answer(response(name, .a, [.a(name)]))
        }
        #expect(bench.sent.allSatisfy { $0.upstream == 2 })
        bench.sent = []
        try bench.ask("slow.corp.example")
        try bench.advance(seconds: 1)
        #expect(bench.sent.map(\.upstream) == [2])
        try bench.ask("www.example.org", from: Bench.client(view: 7))
        try bench.advance(seconds: 1)
        #expect(bench.sent.map(\.upstream).contains(1) == false)
    }

    @Test func `a new network forgets how fast the old one was`() throws {
        let bench = try practised()
        bench.resolver.networkChanged(now: bench.now)
        try bench.ask("www.example.org")
        try bench.advance(seconds: 1)
        #expect(bench.sent.count == 1)
    }
}
