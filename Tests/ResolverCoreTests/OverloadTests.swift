import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// What happens to the others when one asks for more than there is room for.
@Suite struct OverloadTests {
    private static let flooder = Bench.client(40_000)
    private static let other = Bench.client(50_000)

    @Test func `one client's flood puts off nobody else`() throws {
        let bench = Bench(upstreams: ["one"])
        for index in 0..<20 { try bench.ask("wanted-\(index).example.org", id: UInt16(index), from: Self.other) }
        let wanted = bench.sent
        for index in 0..<20_000 {
            try bench.ask("n\(index).example.org", id: UInt16(truncatingIfNeeded: index), from: Self.flooder)
        }
        #expect(bench.resolver.pendingQueryCount <= 8192)
        for index in 20..<40 { try bench.ask("wanted-\(index).example.org", id: UInt16(index), from: Self.other) }
        bench.answers = []
        for sent in wanted + bench.sent.suffix(20) {
            let name = String(sent.query.question.dropLast())
            try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
        }
        let answered = bench.answers.filter { $0.client == Self.other }
        #expect(Set(answered.map(\.reply.id)) == Set(0..<40))
        #expect(answered.allSatisfy { $0.reply.code == .noError })
    }

    @Test func `whose query is given up is told why`() throws {
        let bench = Bench(upstreams: ["one"])
        for index in 0..<8193 {
            try bench.ask(
                "n\(index).example.org", id: UInt16(index), edns: 1232, from: Bench.client(UInt16(1000 + index)))
        }
        #expect(bench.resolver.statistics.shed == 1)
        #expect(bench.reply?.id == 0)
        #expect(bench.reply?.code == .serverFailure && bench.reply?.error == .notReady)
        #expect(bench.reply?.errorText == "too many queries under way")
    }

    @Test func `a client that alone fills everything makes room for itself, oldest first`() throws {
        let bench = Bench(upstreams: ["one"])
        for index in 0..<9000 {
            try bench.ask("n\(index).example.org", id: UInt16(index), from: Self.flooder)
        }
        #expect(bench.answers.map(\.reply.id) == (0..<UInt16(9000 - 8192)).map { $0 })
        #expect(bench.resolver.pendingQueryCount == 8192)
    }

    @Test func `a flood of unique names leaves the working set, and hits go on`() throws {
        let bench = Bench(upstreams: ["one"], cache: CacheConfiguration(entries: 500, prefetch: false))
        let names = (0..<100).map { "used-\($0).example.org" }
        for name in names { try bench.resolve(name, .a, [.a(name, 86_400)], from: Self.other) }
        for _ in 0..<2 { for name in names { #expect(try bench.ask(name, from: Self.other) != nil) } }
        for index in 0..<10_000 {
            let name = "n\(index).example.org"
            if try bench.ask(name, from: Self.flooder) == nil { try bench.answer(response(name, .a, [.a(name)])) }
            bench.sent = []
            bench.answers = []
            if index % 50 == 0 { try bench.ask(names[index / 50 % 100], from: Self.other) }
        }
        var hits = 0
        for name in names where try bench.ask(name, from: Self.other) != nil { hits += 1 }
        #expect(hits >= 95)
    }

    /// A new source port for each query: nobody can be told from anybody else, and no share is kept.
    @Test(arguments: [true, false])
    func `a flood from everywhere stops neither hits nor those who are answered soon`(isAnswered: Bool) throws {
        let bench = Bench(upstreams: ["one"], cache: CacheConfiguration(entries: 500, prefetch: false))
        let used = (0..<100).map { "used-\($0).example.org" }
        for name in used { try bench.resolve(name, .a, [.a(name, 86_400)], from: Self.other) }
        for _ in 0..<2 { for name in used { #expect(try bench.ask(name, from: Self.other) != nil) } }
        var (hits, asked, served) = (0, 0, 0)
        var waiting: [Bench.Sent] = []
        for index in 0..<40_000 {
            let client = Bench.client(UInt16(truncatingIfNeeded: 1_024 + index))
            let name = "n\(index).example.org"
            if try bench.ask(name, id: 7, from: client) == nil, isAnswered {
                try bench.answer(response(name, .a, [.a(name)]))
            }
            guard index % 50 == 0 else { continue }
            bench.answers = []
            bench.sent = []
            asked += 1
            if try bench.ask(used[asked % used.count], from: Self.other) != nil { hits += 1 }
            // And one that has to be fetched; its answer takes as long as some thousand queries of the flood.
            try bench.ask("wanted-\(asked).example.org", id: 9, from: Self.other)
            waiting.append(contentsOf: bench.sent.suffix(1))
            guard waiting.count > 100 else { continue }
            let sent = waiting.removeFirst()
            bench.answers = []
            let wanted = String(sent.query.question.dropLast())
            try bench.answer(response(wanted, .a, [.a(wanted)]), to: sent.attempt)
            if bench.answers.contains(where: { $0.client == Self.other && $0.reply.code == .noError }) { served += 1 }
        }
        #expect(hits == asked)
        #expect(served == asked - 100)
        #expect(bench.resolver.pendingQueryCount <= 8192)
        #expect(bench.resolver.statistics.cacheEntries <= 500)
        #expect((bench.resolver.statistics.shed > 0) == !isAnswered)
    }
}
