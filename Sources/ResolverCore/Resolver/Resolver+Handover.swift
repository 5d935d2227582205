package import ByteCodec
internal import DNSWire
package import NetworkTypes

// What the cache holds, for the process that follows on this machine, and for a cache of another size in this one. The
// clock goes on over a restart, and so do the moments at which answers end. Both ways go in pieces, between which
// queries are served.

extension Resolver {
    /// A piece has room for every answer.
    package static let minimumPieceBytes = CarriedAnswer.headerLength + AnswerCache.maximumAnswerLength

    /// How far a hand-over has come; a new one is at the beginning.
    package struct HandoverPosition {
        fileprivate var cache = AnswerCache.CarryingPosition()

        package init() {}
    }

    /// Writes the next piece of what the cache holds into `bytes`, from `start` on: those answers first that were asked
    /// for again. Answers where it ends; nothing was left when that is `start`.
    package func handOver(
        from position: inout HandoverPosition, now: MonotonicInstant, into bytes: inout MutableSpan<UInt8>,
        from start: Int
    ) -> Int {
        precondition(bytes.count - start >= Resolver.minimumPieceBytes, "there is no room for a piece")
        return cache.carry(from: &position.cache, at: now.cacheSeconds, into: &bytes, from: start)
    }

    /// Takes in a piece that ``handOver(from:now:into:from:)`` wrote: the answers whose name, in wire form, is `ours`.
    /// What was learnt since is newer. Answers how many were taken; throws at the first thing that is not as it should be.
    package mutating func takeOver(
        _ piece: Span<UInt8>, now: MonotonicInstant, where isOurs: (Span<UInt8>) -> Bool
    ) throws(WireError) -> Int {
        let before = cache.count
        var reader = ByteReader(piece)
        while !reader.isAtEnd {
            let answer = try CarriedAnswer(&reader)
            guard answer.storedAt <= now.cacheSeconds else { throw .malformed(offset: reader.offset) }
            let bytes = try reader.read(answer.length)
            let question = try QuestionView(in: bytes, at: 0)
            guard question.name.endOffset == question.name.length else { throw .malformed(offset: reader.offset) }
            let name = bytes.extracting(0..<question.name.length)
            guard isOurs(name) else { continue }
            try buffer.check(bytes, answer.shape)
            guard isWorthKeeping(answer, at: now.cacheSeconds) else { continue }
            let key = CacheKey(
                nameHash: question.name.hash(hashKey), type: question.type, view: answer.view,
                generation: cache.generation, traits: answer.traits)
            cache.takeIn(answer, key, name: name, bytes)
        }
        return cache.count - before
    }

    private func isWorthKeeping(_ answer: CarriedAnswer, at now: UInt32) -> Bool {
        answer.isWorthKeeping(
            at: now, maximumStaleness: cache.maximumStaleness,
            maximumLifetime: max(configuration.cache.maximumTTL, AnswerBuffer.upstreamFailureLifetime))
    }
}

extension Resolver {
    /// Whether a cache of another size is on its way into the one that is asked now.
    package var isCarrying: Bool { predecessor != nil }

    /// From now on there is a cache of that size; what the old one holds follows by ``carry(through:now:)``.
    mutating func resizeCache(to capacity: Int) {
        var new = AnswerCache(capacity: capacity, generation: cache.generation)
        swap(&cache, &new)
        predecessor = consume new
        predecessorPosition = HandoverPosition()
    }

    /// Carries the next piece, for which there is room in `bytes`. What came before in its stead is newer.
    package mutating func carry(through bytes: inout MutableSpan<UInt8>, now: MonotonicInstant) {
        guard
            let end = predecessor?.carry(
                from: &predecessorPosition.cache, at: now.cacheSeconds, into: &bytes, from: 0)
        else { return }
        let piece = bytes.span.extracting(0..<end)
        guard end > 0, cache.count < cache.capacity, (try? takeOver(piece, now: now, where: { _ in true })) != nil
        else {
            predecessor = nil
            return
        }
    }
}
