import ByteCodec
import DNSWire
@testable import ResolverCore
import ResolverTestSupport
import Testing

/// What a lookup says of an answer, apart from its bytes.
@Suite struct AnswerCacheTests {
    private static let start: UInt32 = 1000

    @Test func `an answer is fresh to its last second`() {
        let shelf = Shelf(lifetime: 100)
        #expect(shelf.standing(at: AnswerCacheTests.start) == .fresh)
        #expect(shelf.standing(at: AnswerCacheTests.start + 99) == .fresh)
        #expect(shelf.standing(at: AnswerCacheTests.start + 100) == nil)
    }

    @Test func `a popular answer is due once in the last tenth of its lifetime`() {
        let shelf = Shelf(lifetime: 100)
        for _ in 0..<2 { #expect(shelf.standing(at: AnswerCacheTests.start + 89) == .fresh) }
        #expect(shelf.standing(at: AnswerCacheTests.start + 90) == .due)
        #expect(shelf.standing(at: AnswerCacheTests.start + 95) == .fresh)
        shelf.put(at: AnswerCacheTests.start + 96)
        for _ in 0..<2 { #expect(shelf.standing(at: AnswerCacheTests.start + 96) == .fresh) }
        #expect(shelf.standing(at: AnswerCacheTests.start + 190) == .due)
    }

    @Test func `what few ask for, or what lives for seconds, is never due`() {
        let rare = Shelf(lifetime: 100)
        #expect(rare.standing(at: AnswerCacheTests.start + 1) == .fresh)
        #expect(rare.standing(at: AnswerCacheTests.start + 99) == .fresh)
        let short = Shelf(lifetime: 9)
        for second in 0..<9 as Range<UInt32> {
            #expect(short.standing(at: AnswerCacheTests.start + second) == .fresh)
        }
    }

    @Test func `an expired answer is told of as long as the cap allows, a failure never`() {
        let shelf = Shelf(lifetime: 100)
        shelf.cache.maximumStaleness = 50
        #expect(shelf.standing(at: AnswerCacheTests.start + 100) == .expired)
        #expect(shelf.standing(at: AnswerCacheTests.start + 149) == .expired)
        #expect(shelf.standing(at: AnswerCacheTests.start + 150) == nil)
        let failure = Shelf(lifetime: 100, responseCode: .serverFailure)
        failure.cache.maximumStaleness = 50
        #expect(failure.standing(at: AnswerCacheTests.start + 99) == .fresh)
        #expect(failure.standing(at: AnswerCacheTests.start + 100) == nil)
    }

    @Test func `age and lifetime are told`() throws {
        let shelf = Shelf(lifetime: 100)
        let answer = try #require(shelf.find(at: AnswerCacheTests.start + 7))
        #expect(answer.age == 7)
        #expect(answer.lifetime == 100)
    }

    @Test func `a new generation finds nothing of the old one, nor keeps anything for it`() {
        let shelf = Shelf(lifetime: 100)
        shelf.cache.beginGeneration()
        #expect(shelf.standing(at: AnswerCacheTests.start) == nil)
        shelf.put(at: AnswerCacheTests.start, generation: 0)
        #expect(shelf.standing(at: AnswerCacheTests.start) == nil)
        shelf.put(at: AnswerCacheTests.start)
        #expect(shelf.standing(at: AnswerCacheTests.start) == .fresh)
    }

    @Test func `generations may be counted round`() {
        let shelf = Shelf(lifetime: 100)
        for _ in 0...UInt16.max { shelf.cache.beginGeneration() }
        #expect(shelf.cache.generation == 0)
        #expect(shelf.standing(at: AnswerCacheTests.start) == nil)
    }

    /// A cache with an answer to one question, stored at `start`.
    private final class Shelf {
        var cache = AnswerCache(capacity: 10)
        private let question = wire("www.example.org") + [0, 1, 0, 1]
        private let lifetime: UInt32
        private let shape: AnswerShape
        private var buffer = [UInt8](repeating: 0, count: 512)

        init(lifetime: UInt32, responseCode: ResponseCode = .noError) {
            self.lifetime = lifetime
            shape = AnswerShape(responseCode: responseCode)
            put(at: AnswerCacheTests.start)
        }

        func put(at now: UInt32, generation: UInt16? = nil) {
            let question = question
            cache.insert(key(generation), question.span, shape, lifetime: lifetime, at: now)
        }

        func find(at now: UInt32) -> CachedAnswer? {
            var span = buffer.mutableSpan
            let name = wire("www.example.org")
            return cache.find(key(nil), name: name.span, at: now, into: &span)
        }

        func standing(at now: UInt32) -> CachedAnswer.Standing? { find(at: now)?.standing }

        private func key(_ generation: UInt16?) -> CacheKey {
            CacheKey(nameHash: 7, type: .a, view: 0, generation: generation ?? cache.generation, traits: [])
        }
    }
}
