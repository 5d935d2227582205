import DNSWire
import NetworkTypes
import ResolverTestSupport
import TestSupport
import Testing

@testable import ResolverCore

/// Names dealt out to upstreams: `selection: sharded`.
@Suite struct ShardingTests {
    private static let names = ["one", "two", "three", "four"]

    private static func configuration(
        _ upstreams: [String] = names, key: (UInt64, UInt64) = (7, 8), zone: String? = nil
    ) throws -> ResolverConfiguration {
        let rules = ["com": PublicSuffixTable.Rule.suffix, "co.uk": .suffix, "ck": .wildcard, "www.ck": .exception]
        let suffixes = try rules.map { (try #require(OwnedName($0.key)), $0.value) }
        let table = try #require(PublicSuffixTable(Dictionary(uniqueKeysWithValues: suffixes)))
        let zones = try zone.map { [try #require(OwnedName($0))] } ?? []
        return ResolverConfiguration(
            upstreams: upstreams.enumerated().map { index, name in
                UpstreamConfiguration(name: name, zones: index < 2 ? zones : [])
            },
            selection: .sharded, sharding: Sharding(key: key, suffixes: table),
            cache: CacheConfiguration(entries: 0))
    }

    private static func bench(_ configuration: ResolverConfiguration) -> Bench { Bench(configuration) }

    /// Asks, lets the upstream answer, and tells which one it was.
    @discardableResult
    private func upstream(of name: String, _ bench: Bench) throws -> Int {
        try bench.ask(name)
        let last = bench.sent.popLast()
        let sent = try #require(last)
        try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
        bench.answers = []
        return sent.upstream
    }

    private func upstreams(_ bench: Bench, _ domains: Range<Int> = 0..<400) throws -> [Int] {
        try domains.map { try upstream(of: "www.d\($0).com", bench) }
    }

    @Test func `names of one registrable domain go to one upstream`() throws {
        let bench = Self.bench(try Self.configuration())
        for index in 0..<200 {
            let domains = ["d\(index).com", "d\(index).co.uk", "d\(index).a.ck", "d\(index).unlisted", "www.ck"]
            let domain = domains[index % domains.count]
            let first = try upstream(of: domain, bench)
            for name in ["www.\(domain)", "a.b.c.\(domain)", "MAIL.\(domain)"] {
                #expect(try upstream(of: name, bench) == first, "\(name)")
            }
        }
    }

    @Test func `each upstream gets its share`() throws {
        let bench = Self.bench(try Self.configuration())
        var counts = [0, 0, 0, 0]
        for upstream in try upstreams(bench, 0..<4_000) { counts[upstream] += 1 }
        // Five times the deviation of an even share.
        for count in counts { #expect((863...1_137).contains(count), "\(counts)") }
    }

    @Test func `the share is that of the key, and of nothing that changes`() throws {
        let shares = try upstreams(Self.bench(try Self.configuration()))
        let again = Bench(try Self.configuration())
        again.resolver = Resolver(configuration: try Self.configuration(), seed: (90, 91), now: again.now)
        #expect(try upstreams(again) == shares)
        let other = try upstreams(Self.bench(try Self.configuration(key: (7, 9))))
        // One name in four stays where it was.
        #expect((60...140).contains(zip(shares, other).count { $0 == $1 }))
    }

    @Test func `the order of the profile means nothing`() throws {
        let shares = try upstreams(Self.bench(try Self.configuration())).map { Self.names[$0] }
        let turned = Array(Self.names.reversed())
        #expect(try upstreams(Self.bench(try Self.configuration(turned))).map { turned[$0] } == shares)
    }

    @Test func `a new upstream takes names from the others, and they nothing from each other`() throws {
        let before = try upstreams(Self.bench(try Self.configuration()))
        let after = try upstreams(Self.bench(try Self.configuration(Self.names + ["five"])))
        var moved = 0
        for (old, new) in zip(before, after) where old != new {
            #expect(new == 4)
            moved += 1
        }
        #expect((50...110).contains(moved))
    }

    @Test func `the names of one that is down go to their second ones, always the same`() throws {
        let bench = Self.bench(try Self.configuration())
        let shares = try upstreams(bench)
        let down = 2
        func round() throws -> [Int] {
            try (0..<400).map { index in
                let name = "www.d\(index).com"
                try bench.ask(name)
                while let sent = bench.sent.last, sent.upstream == down {
                    try bench.fail(.connectRefused, sent.attempt)
                }
                let sent = try #require(bench.sent.last)
                bench.sent = []
                try bench.answer(response(name, .a, [.a(name)]), to: sent.attempt)
                return sent.upstream
            }
        }
        let first = try round()
        #expect(try round() == first)
        for (share, upstream) in zip(shares, first) { #expect(share == down ? upstream != down : upstream == share) }
        let seconds = Set(zip(shares, first).filter { $0.0 == down }.map(\.1))
        #expect(seconds == [0, 1, 3], "a dead one's names are shared by all others")
        // Its names come back to it once it answers again.
        try bench.advance(seconds: 10)
        #expect(try upstreams(bench) == shares)
    }

    @Test func `a query is not lost while any upstream answers`() throws {
        let bench = Self.bench(try Self.configuration())
        try bench.ask("www.example.com")
        for _ in 0..<3 { try bench.fail(.connectRefused) }
        #expect(Set(bench.sent.map(\.upstream)).count == 4)
        try bench.answer(response("www.example.com", .a, [.a("www.example.com")]))
        #expect(bench.reply?.code == .noError)
    }

    @Test func `what two upstreams do not answer is not told to the others`() throws {
        let bench = Self.bench(try Self.configuration())
        try bench.ask("www.example.com")
        for _ in 0..<2 { try bench.answer(response("www.example.com", .a, [], code: .serverFailure)) }
        #expect(bench.sent.count == 2 && bench.sent[0].upstream != bench.sent[1].upstream)
        #expect(bench.reply?.code == .serverFailure)
        #expect(bench.resolver.pendingQueryCount == 0)
    }

    @Test func `nobody else is asked because connections end`() throws {
        let bench = Self.bench(try Self.configuration())
        try bench.ask("www.example.com")
        for _ in 0..<Sharding.maximumReconnects { try bench.fail(.closedOnReuse) }
        #expect(bench.sent.count == Sharding.maximumReconnects + 1)
        #expect(Set(bench.sent.map(\.upstream)).count == 1)
        try bench.fail(.closedOnReuse)
        #expect(Set(bench.sent.map(\.upstream)).count == 2, "a query is not lost for that")
    }

    @Test func `nobody else is asked because one is slow`() throws {
        let bench = Self.bench(try Self.configuration())
        for index in 0..<400 {
            try bench.ask("n\(index).example.com")
            try bench.advance(seconds: 0.01)
            try bench.answer(response("n\(index).example.com", .a, [.a("n\(index).example.com")]))
        }
        bench.sent = []
        try bench.ask("www.example.com")
        try bench.advance(seconds: 1)
        #expect(bench.sent.count == 1 && bench.resolver.statistics.hedged == 0)
    }

    @Test func `a zone's names are dealt out among the zone's upstreams`() throws {
        let bench = Self.bench(try Self.configuration(zone: "corp.com"))
        let inside = try (0..<40).map { try upstream(of: "h\($0).corp.com", bench) }
        #expect(Set(inside).count == 1 && inside[0] < 2)
        #expect(try upstreams(bench).allSatisfy { $0 >= 2 })
    }
}
