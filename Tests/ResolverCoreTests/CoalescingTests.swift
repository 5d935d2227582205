import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Telemetry
import Testing

@Suite struct CoalescingTests {
    @Test func `equal questions make one query`() throws {
        let bench = Bench()
        for port: UInt16 in 1...5 { try bench.ask("www.example.org", id: port, from: Bench.client(port)) }
        #expect(bench.sent.count == 1)
        #expect(bench.resolver.statistics.coalesced == 4)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.map(\.reply.id) == [1, 2, 3, 4, 5])
        #expect(bench.resolver.pendingQueryCount == 0)
    }

    @Test func `questions that differ in type, DO, CD or view do not`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.ask("www.example.org", .aaaa)
        try bench.ask("www.example.org", edns: 1232, wantsDNSSEC: true)
        try bench.receive(query("www.example.org", checkingDisabled: true))
        try bench.ask("www.example.org", from: Bench.client(view: 1))
        try bench.ask("ww.wexample.org")
        #expect(bench.sent.count == 6)
    }

    @Test func `a datagram that came twice is answered once`() throws {
        let bench = Bench()
        try bench.ask("www.example.org", id: 7)
        try bench.ask("www.example.org", id: 7)
        try bench.ask("www.example.org", id: 8)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.map(\.reply.id) == [7, 8])
    }

    @Test func `clients beyond the limit are told to come back`() throws {
        let bench = Bench()
        for port: UInt16 in 0..<256 { #expect(try bench.ask("www.example.org", from: Bench.client(port)) == nil) }
        let reply = try #require(try bench.ask("www.example.org", edns: 1232, from: Bench.client(999)))
        #expect(reply.code == .serverFailure)
        #expect(reply.error == .notReady)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.count == 256)
    }

    @Test func `when too many questions are pending the oldest is given up`() throws {
        let bench = Bench()
        for index in 0..<8192 { try bench.ask("n\(index).example.org", edns: 1232, from: Bench.client(UInt16(index))) }
        #expect(bench.answers.isEmpty)
        try bench.ask("one-more.example.org")
        #expect(bench.answers.map(\.client.peer.port) == [0])
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.reply?.error == .notReady)
        #expect(bench.abandoned == [bench.sent[0].attempt])
        #expect(bench.resolver.pendingQueryCount == 8192)
        #expect(bench.resolver.statistics.shed == 1)
    }

    @Test func `when too many clients wait the oldest question is given up`() throws {
        let bench = Bench()
        for index in 0..<32_768 {
            try bench.ask("n\(index / 256).example.org", from: Bench.client(UInt16(index % 256), .stream, stream: 1))
        }
        #expect(bench.answers.isEmpty)
        try bench.ask("n5.example.net")
        #expect(bench.answers.count == 256)
        #expect(bench.answers.allSatisfy { $0.reply.question == "n0.example.org." && $0.reply.code == .serverFailure })
        #expect(bench.resolver.pendingQueryCount == 128)
        // There is room again, until it is full again.
        for port: UInt16 in 0..<256 { try bench.ask("n6.example.net", from: Bench.client(port)) }
        #expect(bench.answers.count == 512)
        #expect(bench.resolver.statistics.shed == 2)
    }

    // MARK: - Who comes late

    @Test func `who joins a query has a budget of their own`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org", id: 1, from: Bench.client(1))
        try bench.advance(seconds: 3)
        try bench.ask("www.example.org", id: 2, from: Bench.client(2))
        try bench.advance(seconds: 1)
        #expect(bench.answers.map(\.reply.id) == [1] && bench.reply?.code == .serverFailure)
        try bench.advance(seconds: 2.9)
        #expect(bench.answers.count == 1)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.map(\.reply.id) == [1, 2] && bench.reply?.code == .noError)
        #expect(bench.resolver.pendingQueryCount == 0 && bench.resolver.deadline == nil)
        #expect(bench.resolver.statistics.heldBytes == 0)
    }

    @Test func `whoever waits is told in their time when nobody answers`() throws {
        let bench = Bench(upstreams: ["one"])
        let start = bench.now
        for id: UInt16 in 0..<4 {
            try bench.ask("www.example.org", id: id, from: Bench.client(id))
            try bench.advance(seconds: 1)
        }
        var told: [UInt64] = []
        while let deadline = bench.resolver.deadline {
            let count = bench.answers.count
            try bench.advance(seconds: Double(deadline.nanoseconds(since: bench.now)) / 1e9)
            for _ in count..<bench.answers.count { told.append(bench.now.nanoseconds(since: start) / 1_000_000) }
        }
        #expect(bench.answers.map(\.reply.id) == [0, 1, 2, 3])
        #expect(told == [5000, 6000, 7000], "the first was told while the last asked")
        #expect(bench.answers.allSatisfy { $0.reply.code == .serverFailure })
        #expect(bench.resolver.upstreams.allSatisfy { $0.queriesUnderWay == 0 })
    }

    @Test func `what nobody can mend is told to all at once`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org", id: 1, from: Bench.client(1))
        try bench.advance(seconds: 1)
        try bench.ask("www.example.org", id: 2, from: Bench.client(2))
        try bench.fail(.certificateExpired)
        #expect(bench.answers.map(\.reply.id) == [1, 2])
        #expect(bench.resolver.pendingQueryCount == 0)
    }

    @Test func `the time to an answer is recorded`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.advance(seconds: 0.25)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.resolver.statistics.missLatency.count == 1)
        #expect(bench.resolver.statistics.missLatency.maximum == 250_000_000)
    }

    @Test func `a control connection is a stream`() throws {
        let bench = Bench()
        try bench.ask("www.example.org", from: Bench.client(1, .control, stream: 9))
        bench.resolver.clientClosed(stream: 9)
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.isEmpty)
    }

    @Test func `a client whose stream has closed gets nothing, the others do`() throws {
        let bench = Bench()
        try bench.ask("www.example.org", id: 1, from: Bench.client(1, .stream, stream: 5))
        try bench.ask("www.example.org", id: 2, from: Bench.client(2, .stream, stream: 6))
        try bench.ask("www.example.org", id: 3, from: Bench.client(3))
        try bench.ask("alone.example.org", id: 4, from: Bench.client(1, .stream, stream: 5))
        bench.resolver.clientClosed(stream: 5)
        for sent in bench.sent {
            let name = String(sent.query.question.dropLast())
            try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
        }
        #expect(bench.answers.map(\.reply.id) == [2, 3])
        #expect(bench.resolver.statistics.abandonedByClient == 2)
        // What nobody waited for any more is cached all the same.
        #expect(try bench.ask("alone.example.org") != nil)
    }
}
