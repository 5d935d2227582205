import ByteCodec
import DNSWire
@testable import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// Which answers stay when there is no room for all: the cache against the rule that everybody knows, on drawn traces.
@Suite struct EvictionTests {
    private static let capacity = 1000
    /// From here on numbers are asked for once.
    private static let strangers = 1 << 32

    @Test func `pure Zipf is answered no worse than by LRU`() {
        let trace = EvictionTests.trace(strangersPerMille: 0)
        #expect(
            Replay.hits(of: trace, capacity: EvictionTests.capacity)
                >= LeastRecentlyUsed.hits(of: trace, capacity: EvictionTests.capacity))
    }

    @Test func `Zipf with scans is answered better than by LRU by three in a hundred and more`() {
        let trace = EvictionTests.trace(strangersPerMille: 300)
        let difference =
            Replay.hits(of: trace, capacity: EvictionTests.capacity)
            - LeastRecentlyUsed.hits(of: trace, capacity: EvictionTests.capacity)
        #expect(difference * 100 >= 3 * trace.count)
    }

    @Test func `a flood of names that nobody asks for twice evicts nothing that is in use`() {
        let replay = Replay(capacity: EvictionTests.capacity)
        let workingSet = Array(0..<EvictionTests.capacity * 9 / 10)
        for _ in 0..<4 { for name in workingSet { replay.ask(name) } }
        for stranger in 0..<20 * EvictionTests.capacity {
            replay.ask(EvictionTests.strangers + stranger)
        }
        let kept = workingSet.count { replay.ask($0) }
        #expect(kept * 100 >= 99 * workingSet.count)
    }

    @Test func `who comes back after it was taken for a stranger stays through the next flood`() {
        let replay = Replay(capacity: EvictionTests.capacity)
        for name in 0..<2 * EvictionTests.capacity { replay.ask(name) }
        let first = EvictionTests.strangers
        replay.ask(first)
        for name in 1..<100 { replay.ask(first + name) }
        #expect(!replay.ask(first))
        for name in 100..<1000 { replay.ask(first + name) }
        #expect(replay.ask(first))
    }

    @Test(arguments: [1, 2, 3, 19, 20, 21, 64, 333])
    func `every size is used to the last place, and never more`(capacity: Int) {
        let replay = Replay(capacity: capacity)
        for name in 0..<capacity { replay.ask(name) }
        #expect(replay.cache.count == capacity)
        #expect((0..<capacity).allSatisfy { replay.ask($0) })
        for name in 0..<10 * capacity { replay.ask(name % (3 * capacity)) }
        #expect(replay.cache.count == capacity)
        #expect(replay.cache.evictions > 0)
    }

    @Test func `answers of an earlier generation make room first`() {
        let replay = Replay(capacity: EvictionTests.capacity)
        for _ in 0..<4 { for name in 0..<EvictionTests.capacity { replay.ask(name) } }
        replay.cache.beginGeneration()
        let returning = 0..<EvictionTests.capacity / 2
        for _ in 0..<3 { for name in returning { replay.ask(name) } }
        #expect(returning.count { replay.ask($0) } * 100 >= 95 * returning.count)
    }

    /// Requests for a tenth as many places as there are names, by Zipf's law; some are for names asked for once.
    private static func trace(strangersPerMille: Int) -> [Int] {
        var random = SplitMix(seed: 11)
        let zipf = Zipf(names: 10 * capacity)
        return (0..<100 * capacity).map { request in
            random.below(1000) < strangersPerMille ? strangers + request : zipf.draw(&random)
        }
    }
}

/// A cache that is asked, and given what it does not have.
private final class Replay {
    var cache: AnswerCache
    private var buffer = [UInt8](repeating: 0, count: 512)

    init(capacity: Int) { cache = AnswerCache(capacity: capacity) }

    static func hits(of trace: [Int], capacity: Int) -> Int {
        let replay = Replay(capacity: capacity)
        return trace.count { replay.ask($0) }
    }

    /// Whether the answer was there.
    @discardableResult
    func ask(_ name: Int) -> Bool {
        let label = Array("n\(name)".utf8)
        let question = [UInt8(label.count)] + label + [0, 0, 1, 0, 1]
        var hash = SplitMix(seed: UInt64(name))
        let key = CacheKey(
            nameHash: hash.next(), type: .a, view: 0, generation: cache.generation, traits: [])
        let wireName = Array(question.dropLast(4))
        var span = buffer.mutableSpan
        guard cache.find(key, name: wireName.span, at: 1, into: &span) == nil else { return true }
        cache.insert(key, question.span, AnswerShape(responseCode: .noError), lifetime: 300, at: 1)
        return false
    }
}

/// What the cache is compared with.
private enum LeastRecentlyUsed {
    static func hits(of trace: [Int], capacity: Int) -> Int {
        var lastUse: [Int: Int] = [:]
        var order: [(name: Int, moment: Int)] = []
        var oldest = 0
        var hits = 0
        for (moment, name) in trace.enumerated() {
            if lastUse.updateValue(moment, forKey: name) != nil { hits += 1 }
            order.append((name, moment))
            while lastUse.count > capacity {
                if lastUse[order[oldest].name] == order[oldest].moment { lastUse[order[oldest].name] = nil }
                oldest += 1
            }
        }
        return hits
    }
}

/// Names by Zipf's law: the n-th is asked for as often as the first, divided by n.
private struct Zipf {
    private var sums: [Double] = []

    init(names: Int) {
        var sum = 0.0
        sums = (1...names).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    func draw(_ random: inout SplitMix) -> Int {
        let share = Double(random.next() >> 11) / Double(1 << 53) * sums[sums.count - 1]
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] < share { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
