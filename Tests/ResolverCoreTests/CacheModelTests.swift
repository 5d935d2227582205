import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// The cache against the simplest thing that could be right: a dictionary. Answers that the cache has must be the
/// dictionary's, aged; it may have fewer, for it is bounded.
@Suite struct CacheModelTests {
    private struct Key: Hashable {
        let name: Int
        let type: Int
        let view: UInt16
    }

    private struct Entry {
        let address: UInt32
        let ttl: UInt32
        let storedAt: UInt64
    }

    private static let names = 300
    /// The project's tests run optimised; a quick look during development does with less.
    #if DEBUG
        private static let operations = 50_000
    #else
        private static let operations = 1_000_000
    #endif

    @Test(arguments: [UInt64.random(in: 0 ... .max), 1])
    func `random operations and time`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let capacity = 128
        var now = MonotonicInstant.zero.advanced(bySeconds: 5)
        var resolver = Resolver(
            configuration: ResolverConfiguration(
                upstreams: [UpstreamConfiguration(name: "one")], views: Bench.alike([0, 1], upstreams: 1),
                cache: CacheConfiguration(entries: capacity, prefetch: false),
                paddingBlock: 0),
            seed: (seed, ~seed), now: now)
        let queries = CacheModelTests.queries()
        var model: [Key: Entry] = [:]
        var buffer = [UInt8](repeating: 0, count: 2048)
        var hits = 0
        var wrong = 0
        for operation in 0..<(seed == 1 ? CacheModelTests.operations / 10 : CacheModelTests.operations) {
            if random.oneIn(40) { now = now.advanced(byMilliseconds: UInt64(random.below(5000))) }
            if random.oneIn(100_000) {
                _ = resolver.flush()
                model = [:]
            }
            // Low names are asked for more often.
            let key = Key(
                name: random.below(random.below(CacheModelTests.names) + 1), type: random.below(2),
                view: UInt16(random.below(2)))
            var span = buffer.mutableSpan
            let client = Bench.client(view: key.view)
            let query = queries[key.name * 2 + key.type]
            switch resolver.receive(query.span, from: client, now: now, response: &span) {
            case .answered(let count):
                hits += 1
                let entry = model[key]
                let age = now.seconds - (entry?.storedAt ?? 0)
                let address = span.span.bigEndianUInt32(at: count - 4)
                let ttl = span.span.bigEndianUInt32(at: count - 10)
                if entry?.address != address || UInt64(ttl) + age != UInt64(entry?.ttl ?? 0) || ttl == 0 { wrong += 1 }
            case .pending:
                let entry = Entry(
                    address: 0x6400_0000 | UInt32(truncatingIfNeeded: operation) & 0x3F_FFFF,
                    ttl: UInt32(random.below(120)), storedAt: now.seconds)
                model[key] = entry
                CacheModelTests.answer(&resolver, entry.address, entry.ttl, &span, now)
            case .ignored: wrong += 1
            }
        }
        #expect(wrong == 0, "seed \(seed)")
        #expect(hits > 100, "seed \(seed)")
        #expect(resolver.statistics.cacheEntries <= UInt64(capacity))
        #expect(resolver.statistics.hits == UInt64(hits))
        #expect(resolver.pendingQueryCount == 0)
    }

    private static func queries() -> [[UInt8]] {
        (0..<names).flatMap { index in
            let name = String(repeating: "x", count: index % 50 + 1) + "\(index).example.org"
            return [query(name, .a), query(name, RecordType(rawValue: 999))]
        }
    }

    /// Lets the upstream answer the query that was just forwarded with one record of four bytes.
    private static func answer(
        _ resolver: inout Resolver, _ address: UInt32, _ ttl: UInt32, _ span: inout MutableSpan<UInt8>,
        _ now: MonotonicInstant
    ) {
        while let effect = resolver.nextEffect(into: &span) {
            guard case .forward(let attempt, _, let count, _) = effect else { continue }
            // Our OPT record without options has eleven bytes; the answer has none.
            var message = [UInt8](span.span.extracting(0..<count - 11))
            let type = message[(message.count - 4)..<(message.count - 2)]
            message[2] = 0x81
            message[7] = 1
            message[11] = 0
            message += [0xC0, 0x0C] + type + [0, 1]
            message.appendBigEndian(ttl)
            message.appendBigEndian(UInt16(4))

            message.appendBigEndian(address)
            resolver.upstreamAnswered(attempt, message: message.span, now: now)
        }
    }
}
