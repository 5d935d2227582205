import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// The cache of one process in the next one.
@Suite struct HandoverTests {
    /// What is asked again is answered from what the other one knew, as old as it is.
    @Test func `answers are as old as they are`() throws {
        let old = Bench()
        try old.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        try old.resolve("gone.example.org", .a, [.soa("example.org", ttl: 300, minimum: 300)], code: .nameError)
        try old.advance(seconds: 100)
        let new = try successor(of: old, taking: 2)
        #expect(try new.ask("WWW.example.org")?.answers.map(\.ttl) == [200])
        #expect(try new.ask("below.gone.example.org", .aaaa)?.code == .nameError)
        #expect(new.sent.isEmpty)
    }

    /// Proofs, the upstream's word on them and what the client wants to be told stay together.
    @Test func `traits and views are kept apart`() throws {
        let old = Bench()
        let other = Bench.client(view: 7)
        try old.resolve("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 1])])
        try old.resolve("www.example.org", .a, [.a("www.example.org", 300, [198, 51, 100, 2])], from: other)
        let new = try successor(of: old, taking: 2)
        #expect(try new.ask("www.example.org")?.answers.map(\.rdata) == [[198, 51, 100, 1]])
        #expect(try new.ask("www.example.org", from: other)?.answers.map(\.rdata) == [[198, 51, 100, 2]])
        #expect(try new.receive(query("www.example.org", checkingDisabled: true)) == nil)
    }

    @Test func `a remembered failure keeps its reason`() throws {
        let old = Bench(upstreams: ["one"])
        try old.ask("www.example.org", edns: 1232)
        try old.answer(response("www.example.org", .a, [], code: .refused))
        let told = try #require(old.reply)
        let new = try successor(of: old, taking: 1, upstreams: ["one"])
        let reply = try #require(try new.ask("www.example.org", edns: 1232))
        #expect(reply.code == told.code)
        #expect(reply.errorText == told.errorText)
    }

    @Test func `what has ended is left, unless it may be told all the same`() throws {
        let old = Bench(cache: CacheConfiguration(stale: StaleAnswers(maximumAge: 60)))
        try old.resolve("www.example.org", .a, [.a("www.example.org", 30)])
        try old.advance(seconds: 31)
        let stale = try successor(of: old, taking: 1)
        #expect(try stale.ask("www.example.org") == nil)
        #expect(stale.sent.count == 1)
        try stale.advance(seconds: 2)
        #expect(stale.reply?.answers.map(\.ttl) == [30])
        try old.advance(seconds: 60)
        #expect(old.handedOver().isEmpty)
    }

    @Test func `only what is its own is taken`() throws {
        let old = Bench()
        for name in ["www.example.org", "mail.example.org"] { try old.resolve(name, .a, [.a(name, 300)]) }
        let new = try successor(of: old, taking: 1) { $0[1] == UInt8(ascii: "w") }
        #expect(try new.ask("www.example.org") != nil)
        #expect(try new.ask("mail.example.org") == nil)
    }

    /// Answers of another network, or under other rules, stay behind.
    @Test func `an earlier generation is left`() throws {
        let old = Bench()
        try old.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        old.resolver.networkChanged(now: old.now)
        #expect(old.handedOver().isEmpty)
    }

    /// The popular ones come first, and all come once, in as many pieces as it takes.
    @Test func `pieces hold everything once`() throws {
        let old = Bench()
        let names = (0..<300).map { "n\($0).example.org" }
        for name in names { try old.resolve(name, .txt, [.txt(name, 300, length: 200)]) }
        for _ in 0..<2 { #expect(try old.ask("n7.example.org", .txt) != nil) }
        let new = Bench()
        new.now = old.now
        var position = Resolver.HandoverPosition()
        var piece = [UInt8](repeating: 0, count: Resolver.minimumPieceBytes)
        var pieces = 0
        while true {
            var room = piece.mutableSpan
            let end = old.resolver.handOver(from: &position, now: old.now, into: &room, from: 0)
            guard end > 0 else { break }
            _ = try new.resolver.takeOver(piece.span.extracting(0..<end), now: new.now) { _ in true }
            if pieces == 0 { #expect(try new.ask("n7.example.org", .txt) != nil) }
            pieces += 1
        }
        #expect(pieces > 3)
        for name in names { #expect(try new.ask(name, .txt) != nil, "\(name)") }
        #expect(new.resolver.statistics.cacheEntries == 300)
    }

    @Test func `what would be from the future is refused`() throws {
        let old = Bench()
        try old.resolve("www.example.org", .a, [.a("www.example.org", 300)])
        let bytes = old.handedOver()
        let new = Bench()
        new.now = old.now.advanced(byNanoseconds: 0)
        new.now.nanoseconds -= 2_000_000_000
        #expect(throws: WireError.self) { try new.resolver.takeOver(bytes, now: new.now) }
    }

    /// Rules that let answers live less long than those under which they were kept.
    @Test func `an answer that lives too long is not kept`() throws {
        let old = Bench()
        try old.resolve("www.example.org", .a, [.a("www.example.org", 3000)])
        let new = Bench(cache: CacheConfiguration(maximumTTL: 600))
        new.now = old.now
        #expect(try new.resolver.takeOver(old.handedOver(), now: new.now) == 0)
    }

    /// Cut anywhere, or with any byte changed: no trap, now or when it is asked for, and no answer out of bounds.
    @Test func `damage is survived`() throws {
        let old = Bench()
        try old.resolve(
            "www.example.org", .a, [.cname("www.example.org", "web.example.org"), .a("web.example.org", 300)])
        try old.resolve("x.example.org", .mx, [.soa("example.org")], code: .nameError)
        let bytes = old.handedOver()
        var refused = 0
        for length in 0..<bytes.count { refused += tries(Array(bytes[..<length]), at: old.now) ? 0 : 1 }
        #expect(refused >= bytes.count - 2, "but for the empty one and the border between the two")
        for index in bytes.indices {
            for value in [0, 1, 0x3F, 0x7F, 0x80, 0xC0, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[index] = value
                _ = tries(damaged, at: old.now)
            }
        }
    }

    @Test func `random bytes are survived`() {
        var random = SplitMix(seed: 4)
        for _ in 0..<2000 {
            let bytes = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 60) }
            _ = tries(bytes, at: .zero.advanced(bySeconds: 1_000_000))
        }
    }

    /// Takes it over and asks for what may have been in it; whether it was taken whole.
    private func tries(_ bytes: [UInt8], at now: MonotonicInstant) -> Bool {
        let new = Bench()
        new.now = now
        let isTaken = (try? new.resolver.takeOver(bytes, now: now)) != nil
        new.now = now.advanced(bySeconds: 5)
        for (name, type) in [("www.example.org", .a), ("x.example.org", .mx), ("a.x.example.org", .a)]
            as [(String, RecordType)]
        {
            for edns in [nil, 512] {
                if let reply = try? new.ask(name, type, edns: edns) { #expect(reply.question == name + ".") }
            }
        }
        _ = new.handedOver()
        return isTaken
    }

    /// A fresh resolver, at the same time, that has taken over so many answers.
    private func successor(
        of old: Bench, taking expected: Int, upstreams: [String] = ["one", "two"],
        where isOurs: (Span<UInt8>) -> Bool = { _ in true }
    ) throws -> Bench {
        let new = Bench(upstreams: upstreams)
        new.now = old.now
        let bytes = old.handedOver()
        #expect(try new.resolver.takeOver(bytes, now: new.now, where: isOurs) == expected)
        return new
    }
}

extension Resolver {
    fileprivate mutating func takeOver(
        _ bytes: [UInt8], now: MonotonicInstant, where isOurs: (Span<UInt8>) -> Bool = { _ in true }
    ) throws(WireError) -> Int {
        try takeOver(bytes.span, now: now, where: isOurs)
    }
}
