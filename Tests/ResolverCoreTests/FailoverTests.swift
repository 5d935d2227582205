import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// What happens when upstreams do not answer. Budgets and pauses: `PendingQuery`, `Attempt`, `UpstreamHealth`.
@Suite struct FailoverTests {
    private let good = response("www.example.org", .a, [.a("www.example.org")])

    @Test func `a connection that closed while idle is replaced silently, once`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.fail(.closedOnReuse)
        #expect(bench.sent.map(\.upstream) == [0, 0])
        #expect(bench.sent.map(\.onFreshConnection) == [false, true])
        #expect(bench.resolver.statistics.retried == 1)
        #expect(bench.resolver.upstreams[0].consecutiveFailures == 0)
        try bench.answer(good)
        #expect(bench.reply?.code == .noError)
        #expect(bench.abandoned.isEmpty)
    }

    @Test func `when it closes again the other upstream is asked`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.fail(.closedOnReuse)
        try bench.fail(.closedOnReuse)
        #expect(bench.sent.map(\.upstream) == [0, 0, 1])
    }

    @Test func `an upstream that closes after every answer loses no query`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        for _ in 0..<30 { try bench.fail(.closedOnReuse) }
        try bench.answer(good)
        #expect(bench.reply?.code == .noError)
    }

    @Test func `reconnecting ends`() throws {
        let bench = Bench(upstreams: ["one", "two"])
        try bench.ask("www.example.org")
        while bench.answers.isEmpty, bench.sent.count < 1000 { try bench.fail(.closedOnReuse) }
        #expect(bench.sent.count < 50)
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.resolver.pendingQueryCount == 0)
    }

    @Test(arguments: [
        UpstreamFailure.closed, .reset, .connectRefused, .connectTimedOut, .unreachable, .handshakeTimedOut, .tlsAlert,
        .malformed, .certificateExpired, .pinMismatch, .protocolTooOld, .sessionFull, .serverFailure,
    ])
    func `every other failure goes to the next upstream at once`(failure: UpstreamFailure) throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.fail(failure)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        try bench.answer(good)
        #expect(bench.reply?.answers.count == 1)
        #expect(bench.resolver.upstreams[0].failures.map(\.cause) == [failure])
        #expect(bench.resolver.statistics.failedOver == 1)
    }

    @Test func `an upstream that fails is avoided, for seconds, not for ever`() throws {
        let bench = Bench()
        try bench.ask("a.example.org")
        try bench.fail(.connectRefused)
        try bench.answer(response("a.example.org", .a, [.a("a.example.org")]))
        try bench.ask("b.example.org")
        #expect(bench.sent.last?.upstream == 1)
        #expect(bench.resolver.upstreams[0].state == .failing)
        try bench.answer(response("b.example.org", .a, [.a("b.example.org")]))
        try bench.advance(seconds: 0.3)
        try bench.ask("c.example.org")
        #expect(bench.sent.last?.upstream == 0)
        try bench.answer(response("c.example.org", .a, [.a("c.example.org")]))
        #expect(bench.resolver.upstreams[0].state == .healthy)
    }

    @Test func `a failing upstream is avoided longer each time, up to eight seconds`() throws {
        let bench = Bench()
        var pauses: [UInt64] = []
        for index in 0..<10 {
            let name = "n\(index).example.org"
            try bench.ask(name)
            #expect(bench.sent.last?.upstream == 0)
            try bench.fail(.connectRefused)
            try bench.answer(response(name, .a, [.a(name)]))
            let end = try #require(bench.resolver.upstreams[0].avoidedUntil)
            pauses.append(end.nanoseconds(since: bench.now) / 1_000_000)
            bench.now = end
        }
        #expect(pauses == [250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000])
    }

    @Test func `a silent upstream costs one attempt's patience, and a late answer is still welcome`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.advance(seconds: 1.19)
        #expect(bench.sent.count == 1)
        try bench.advance(seconds: 0.02)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        try bench.answer(good, to: bench.sent[0].attempt)
        #expect(bench.reply?.answers.count == 1)
        #expect(bench.abandoned == [bench.sent[1].attempt])
        #expect(bench.resolver.statistics.lateAnswers == 1)
        try bench.answer(good, to: bench.sent[1].attempt)
        #expect(bench.answers.count == 1)
        #expect(bench.resolver.statistics.unexpectedAnswers == 1)
    }

    @Test func `with one silent upstream a query is repeated on a fresh connection`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        try bench.advance(seconds: 2)
        #expect(bench.sent.count == 2)
        #expect(bench.sent[1].onFreshConnection)
    }

    @Test func `where all were asked in vain they are asked in turn`() throws {
        let bench = Bench()
        try bench.ask("www.example.org")
        try bench.fail(.handshakeTimedOut)
        try bench.advance(seconds: 1.3)
        try bench.advance(seconds: 1.3)
        #expect(bench.sent.map(\.upstream) == [0, 1, 0, 1])
        #expect(bench.sent.map(\.onFreshConnection) == [false, false, false, true])
    }

    @Test func `an upstream that answers others is asked again on the same connection and not avoided`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("lost.example.org")
        let lost = bench.sent[0].attempt
        try bench.advance(seconds: 0.5)
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        try bench.advance(seconds: 1)
        #expect(bench.sent.count == 3)
        #expect(!bench.sent[2].onFreshConnection)
        #expect(bench.resolver.upstreams[0].state == .healthy)
        #expect(bench.sent[2].attempt != lost)
        try bench.answer(response("lost.example.org", .a, [.a("lost.example.org")]))
        #expect(bench.reply?.answers.count == 1)
    }

    @Test func `every client hears from us before it gives up`() throws {
        let bench = Bench()
        try bench.ask("www.example.org", edns: 1232)
        try bench.advance(seconds: 3.99)
        #expect(bench.answers.isEmpty)
        try bench.advance(seconds: 0.02)
        let reply = try #require(bench.reply)
        #expect(reply.code == .serverFailure)
        #expect(reply.error == .networkError)
        #expect(reply.errorText == "upstream `one`: no answer in time; upstream `two`: no answer in time")
        #expect(bench.resolver.statistics.timedOut == 1)
        #expect(bench.resolver.deadline == nil)
    }

    @Test func `queries wait for an upstream that comes back, and all go on when it does`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("a.example.org")
        try bench.fail(.connectRefused)
        for name in ["b.example.org", "c.example.org"] { try bench.ask(name) }
        #expect(bench.sent.count == 1)
        try bench.advance(seconds: 0.26)
        #expect(bench.sent.count == 4)
        for sent in bench.sent[1...] {
            let name = String(sent.query.question.dropLast())
            try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
        }
        #expect(bench.answers.map(\.reply.code) == [.noError, .noError, .noError])
    }

    @Test func `an answer to anybody shows that the pause is over for all`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("a.example.org")
        try bench.ask("b.example.org")
        try bench.fail(.closed, bench.sent[1].attempt)
        #expect(bench.sent.count == 2)
        try bench.advance(seconds: 0.05)
        try bench.answer(response("a.example.org", .a, [.a("a.example.org")]), to: bench.sent[0].attempt)
        #expect(bench.sent.count == 3)
        #expect(bench.sent[2].query.question == "b.example.org.")
    }

    @Test func `attempts of one query are bounded while its upstream is away`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org", edns: 1232)
        var failed = 0
        while bench.answers.isEmpty, bench.now.seconds < 1010 {
            while failed < bench.sent.count {
                try bench.fail(.connectRefused, bench.sent[failed].attempt)
                failed += 1
            }
            try bench.advance(seconds: 0.05)
        }
        #expect(bench.sent.count <= 6 && bench.sent.count >= 4)
        #expect(bench.now.seconds <= 1004)
        #expect(bench.reply?.errorText == "upstream `one`: connection refused")
    }

    @Test func `an upstream that comes back answers fresh names within two seconds`() throws {
        let bench = Bench(upstreams: ["one"])
        // Away for a minute, with a new name asked for every 100 ms.
        var failed = 0
        for index in 0..<600 {
            try bench.ask("n\(index).example.org", from: Bench.client(UInt16(index)))
            while failed < bench.sent.count {
                try bench.fail(.connectRefused, bench.sent[failed].attempt)
                failed += 1
            }
            try bench.advance(seconds: 0.1)
        }
        // It is back.
        let back = bench.now
        try bench.ask("fresh.example.org", from: Bench.client(9999))
        while bench.answers.last?.client.peer.port != 9999, bench.now.nanoseconds(since: back) < 5_000_000_000 {
            for sent in bench.sent[failed...] {
                let name = String(sent.query.question.dropLast())
                try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
            }
            failed = bench.sent.count
            try bench.advance(seconds: 0.01)
        }
        #expect(bench.reply?.code == .noError)
        #expect(bench.now.nanoseconds(since: back) < 2_000_000_000)
    }

    @Test func `what only an operator can mend is told at once`() throws {
        let bench = Bench(upstreams: ["quad9"])
        try bench.ask("www.example.org", edns: 1232)
        try bench.fail(.certificateExpired)
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.reply?.error == .networkError)
        #expect(bench.reply?.errorText == "upstream `quad9`: certificate has expired")
        // Others are told without another attempt, and after some seconds one looks again.
        try bench.ask("other.example.org", edns: 1232)
        #expect(bench.sent.count == 1)
        #expect(bench.reply?.errorText == "upstream `quad9`: certificate has expired")
        try bench.advance(seconds: 5)
        try bench.ask("third.example.org")
        #expect(bench.sent.count == 2)
    }

    @Test func `no upstream at all is said too`() throws {
        let bench = Bench(upstreams: [])
        try bench.ask("www.example.org", edns: 1232)
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.reply?.errorText == "no upstream is configured")
    }

    @Test(arguments: [
        (ResponseCode.serverFailure, ResponseCode.serverFailure, "answered SERVFAIL"),
        (.refused, .refused, "answered REFUSED"), (.formatError, .formatError, "answered FORMERR"),
        (.notImplemented, .notImplemented, "answered NOTIMP"),
        (ResponseCode(rawValue: 6), .serverFailure, "answered SERVFAIL"),
    ])
    func `a refusal is passed on when every upstream refuses`(
        code: ResponseCode, told: ResponseCode, words: String
    ) throws {
        let bench = Bench()
        try bench.ask("www.example.org", edns: 1232)
        try bench.answer(response("www.example.org", .a, code: code))
        #expect(bench.answers.isEmpty)
        #expect(bench.sent.map(\.upstream) == [0, 1])
        try bench.answer(response("www.example.org", .a, code: code))
        #expect(bench.reply?.code == told)
        #expect(bench.reply?.errorText == "upstream `two`: \(words)")
        #expect(bench.sent.count == 2)
        // The upstreams work: nobody is avoided.
        #expect(bench.resolver.upstreams.map(\.state) == [.healthy, .healthy])
    }

    @Test func `an upstream's own reason is passed on`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("bogus.example.org", edns: 1232)
        let bogus = ExtendedErrorCode(rawValue: 6)
        try bench.answer(response("bogus.example.org", .a, code: .serverFailure, error: (bogus, "no signature")))
        #expect(bench.reply?.error == bogus)
        #expect(bench.reply?.errorText == "no signature")
    }

    @Test func `a reason longer than an option may be is cut`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("bogus.example.org", edns: 1232)
        let text = String(repeating: "x", count: 2000)
        try bench.answer(response("bogus.example.org", .a, code: .serverFailure, error: (.other, text)))
        #expect(bench.reply?.errorText == String(text.prefix(248)))
        bench.resolver.flush()
        try bench.ask("bogus.example.org", edns: 1232)
        let umlauts = "x" + String(repeating: "\u{E4}", count: 200)
        try bench.answer(response("bogus.example.org", .a, code: .serverFailure, error: (.other, umlauts)))
        #expect(bench.reply?.errorText == String(umlauts.prefix(124)))
    }

    @Test func `failures are remembered for seconds`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("bogus.example.org", edns: 1232)
        try bench.answer(response("bogus.example.org", .a, code: .serverFailure))
        let again = try #require(try bench.ask("bogus.example.org", edns: 1232))
        #expect(again.code == .serverFailure)
        #expect(again.errorText == "upstream `one`: answered SERVFAIL")
        #expect(bench.resolver.statistics.failureHits == 1)
        try bench.advance(seconds: 5)
        #expect(try bench.ask("bogus.example.org") == nil)
    }

    @Test func `an answer replaces a remembered failure`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        try bench.fail(.certificateExpired)
        try bench.advance(seconds: 6)
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        #expect(try bench.ask("www.example.org")?.code == .noError)
        #expect(bench.resolver.statistics.cacheEntries == 1)
    }

    @Test func `a new network forgets what was learned on the old one`() throws {
        let bench = Bench(upstreams: ["one"])
        try bench.ask("www.example.org")
        try bench.fail(.unreachable)
        #expect(bench.sent.count == 1)
        bench.resolver.networkChanged(now: bench.now)
        try bench.takeEffects()
        #expect(bench.sent.count == 2)
    }
}
