import ByteCodec
import DNSWire
@testable import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// The cache against a dictionary: random operations and time. Where nothing was evicted the two agree in all; a
/// small cache may have less, and never anything else.
@Suite struct AnswerCacheModelTests {
    private static let operations = Int(Repository.environment("ENIGM_MODEL_OPERATIONS") ?? "") ?? 200_000
    private static let seed = UInt64(Repository.environment("ENIGM_MODEL_SEED") ?? "") ?? UInt64.random(in: 0 ... .max)

    /// The first has room for every answer.
    @Test(arguments: [100_000, 700, 64])
    func `random operations and time`(capacity: Int) {
        let failure = CacheModel(capacity: capacity, seed: AnswerCacheModelTests.seed).run(
            AnswerCacheModelTests.operations)
        #expect(
            failure == nil,
            "ENIGM_MODEL_SEED=\(AnswerCacheModelTests.seed) ENIGM_MODEL_OPERATIONS=\(AnswerCacheModelTests.operations)")
    }
}

/// A cache, and beside it what it should know.
private final class CacheModel {
    private struct Question: Hashable {
        let name: Int
        let type: UInt16
        let view: UInt16
        let traits: UInt8
    }

    private struct Answer {
        let filling: UInt8
        let length: Int
        let storedAt: UInt32
        let lifetime: UInt32
        let isFailure: Bool
        var uses = 0
        var wasDue = false
    }

    private static let nameCount = 500
    private static let parentCount = 8

    private let capacity: Int
    private var random: SplitMix
    private var cache: AnswerCache
    private var model: [Question: Answer] = [:]
    private var now: UInt32 = 1
    private var buffer = [UInt8](repeating: 0, count: 20_000)
    /// A few hashes collide, as they would for nobody who does not know the key.
    private let names: [(wire: [UInt8], hash: UInt64)]

    init(capacity: Int, seed: UInt64) {
        self.capacity = capacity
        var random = SplitMix(seed: seed ^ UInt64(capacity))
        names = (0..<CacheModel.nameCount).map { number in
            (wire("n\(number).p\(number % CacheModel.parentCount).example"), random.next() % 4000)
        }
        self.random = random
        cache = AnswerCache(capacity: capacity)
    }

    /// The first thing that was wrong.
    func run(_ operations: Int) -> String? {
        for operation in 0..<operations {
            if let failure = step() { return "operation \(operation): \(failure)" }
            if operation % 20_000 == 0, let failure = contradiction() { return "operation \(operation): \(failure)" }
        }
        return contradiction()
    }

    private func step() -> String? {
        if random.oneIn(50) { now += UInt32(random.below(40)) }
        if random.oneIn(20_000) { cache.maximumStaleness = UInt32(random.below(3) * 200) }
        if random.oneIn(30_000) {
            cache.beginGeneration()
            model = [:]
        }
        if random.oneIn(50_000) {
            model = [:]
            let count = cache.count
            if cache.removeAll() != count || cache.count != 0 { return "something was left" }
        }
        if random.oneIn(3_000) { removeSome() }
        let question = Question(
            name: random.below(random.below(CacheModel.nameCount) + 1), type: random.oneIn(3) ? 28 : 1,
            view: random.oneIn(5) ? 1 : 0, traits: random.oneIn(4) ? UInt8(random.below(4)) : 0)
        if random.oneIn(8) {
            insert(question)
            return nil
        }
        let (failure, isMissing) = find(question)
        if isMissing, !random.oneIn(4) { insert(question) }
        return failure
    }

    private func find(_ question: Question) -> (failure: String?, isMissing: Bool) {
        let name = names[question.name].wire
        var span = buffer.mutableSpan
        let found = cache.find(key(question), name: name.span, at: now, into: &span)
        guard let answer = model[question] else { return (found.map { _ in "an answer from nowhere" }, true) }
        let expected = standing(answer)
        guard let found else {
            let mayBeMissing = expected == nil || cache.evictions > 0
            return (mayBeMissing ? nil : "an answer is missing", true)
        }
        model[question]?.uses = min(answer.uses + 1, 3)
        if found.standing == .due { model[question]?.wasDue = true }
        // How often an answer was used is forgotten by the eviction.
        let isAsExpected =
            found.standing == expected || cache.evictions > 0 && expected == .due && found.standing == .fresh
        guard isAsExpected else { return ("\(found.standing) instead of \(expected, default: "nothing")", false) }
        guard found.age == now - answer.storedAt, found.lifetime == answer.lifetime else { return ("wrong age", false) }
        let end = Header.length + Int(found.length)
        let start = Header.length + name.count + 4
        guard end - start == answer.length, buffer[start..<end].allSatisfy({ $0 == answer.filling }) else {
            return ("wrong bytes", false)
        }
        return (nil, expected == .expired)
    }

    private func standing(_ answer: Answer) -> CachedAnswer.Standing? {
        let expiresAt = answer.storedAt + answer.lifetime
        if now < expiresAt {
            return expiresAt - now <= answer.lifetime / 10 && answer.uses >= 2 && !answer.wasDue ? .due : .fresh
        }
        return now - expiresAt < cache.maximumStaleness && !answer.isFailure ? .expired : nil
    }

    private func insert(_ question: Question) {
        let length = random.oneIn(500) ? 17_000 : random.oneIn(10) ? random.below(1500) : random.below(60)
        let isFailure = random.oneIn(10)
        var answer = Answer(
            filling: UInt8(truncatingIfNeeded: random.next()), length: length, storedAt: now,
            lifetime: random.oneIn(30) ? 0 : UInt32(random.below(400)), isFailure: isFailure)
        let bytes =
            names[question.name].wire + [0, UInt8(question.type), 0, 1]
            + [UInt8](repeating: answer.filling, count: length)
        cache.insert(
            key(question), bytes.span, AnswerShape(responseCode: isFailure ? .serverFailure : .noError),
            lifetime: answer.lifetime, at: now)
        let isKept = answer.lifetime > 0 && bytes.count <= AnswerCache.maximumAnswerLength
        answer.uses = (model[question]?.uses ?? 0) / 2
        model[question] = isKept ? answer : nil
    }

    /// A name, or all below one.
    private func removeSome() {
        let subtree = random.oneIn(4)
        let parent = random.below(CacheModel.parentCount)
        let number = random.below(CacheModel.nameCount)
        let name = subtree ? wire("p\(parent).example") : names[number].wire
        guard let view = try? NameView(in: name.span, at: 0) else { preconditionFailure("a name is no name") }
        _ = cache.remove(view, subtree: subtree)
        model = model.filter { subtree ? $0.key.name % CacheModel.parentCount != parent : $0.key.name != number }
    }

    private func key(_ question: Question) -> CacheKey {
        CacheKey(
            nameHash: names[question.name].hash, type: RecordType(rawValue: question.type), view: question.view,
            generation: cache.generation, traits: QuestionTraits(rawValue: question.traits))
    }

    /// What the cache's own parts say of each other, and its bounds.
    private func contradiction() -> String? {
        var count = 0
        var units = 0
        for (place, entry) in cache.entries.enumerated() where entry.run != .none {
            count += 1
            units += ByteArena.units(for: Int(entry.length))
            var found = cache.index.first(of: entry.hash)
            while found != place, found != CacheEntry.none { found = cache.entries[Int(found)].nextInBucket }
            if found != place { return "an entry that is not found" }
        }
        if count != cache.count || count > capacity { return "\(cache.count) answers counted, and there are \(count)" }
        if units != cache.arena.usedUnits { return "\(cache.arena.usedUnits) units in use, and \(units) accounted for" }
        let arena = max(AnswerCache.minimumByteCount, capacity * AnswerCache.bytesPerEntry)
        if cache.byteCount > arena + capacity * (MemoryLayout<CacheEntry>.stride + 6) {
            return "\(cache.byteCount) bytes"
        }
        if capacity > 50_000, cache.evictions > 0 { return "evictions without need" }
        return nil
    }
}
