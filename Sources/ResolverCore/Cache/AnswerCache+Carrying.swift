internal import ByteCodec
internal import DNSWire

// Answers on their way from one cache to another: see `CarriedAnswer`.

extension AnswerCache {
    /// How far the answers of a cache were carried: first those that have been asked for again, then the others; in both
    /// rounds the main ring comes before those on probation.
    struct CarryingPosition {
        /// Places that this round has passed, from the last one on.
        fileprivate var passed = 0
        fileprivate var takesUsed = true
    }

    /// Writes answers into `bytes`, from `start` on and as many as have room; answers where they end. None had room, or
    /// none is left, when that is `start`.
    func carry(
        from position: inout CarryingPosition, at now: UInt32, into bytes: inout MutableSpan<UInt8>, from start: Int
    ) -> Int {
        var end = start
        while let entry = nextEntry(&position) {
            let next = end + CarriedAnswer.headerLength + Int(entry.length)
            guard next <= bytes.count else { break }
            position.passed += 1
            let answer = CarriedAnswer(entry)
            guard answer.isWorthKeeping(at: now, maximumStaleness: maximumStaleness, maximumLifetime: .max) else {
                continue
            }
            answer.write(to: &bytes, at: end)
            arena.copy(entry.run, answer.length, to: &bytes, at: end + CarriedAnswer.headerLength)
            end = next
        }
        return end
    }

    /// The next one that neither round has come to; nil after the second.
    private func nextEntry(_ position: inout CarryingPosition) -> CacheEntry? {
        while true {
            while position.passed < entries.count {
                let entry = entries[entries.count - 1 - position.passed]
                let isOfRound = (entry.uses > 0) == position.takesUsed
                if isOfRound, entry.run != .none, entry.generation == generation { return entry }
                position.passed += 1
            }
            guard position.takesUsed else { return nil }
            position = CarryingPosition(passed: 0, takesUsed: false)
        }
    }

    /// Keeps an answer that another cache has kept, unless this one knows something about its question, or is full.
    /// `bytes` begin with the name.
    mutating func takeIn(_ answer: CarriedAnswer, _ key: CacheKey, name: Span<UInt8>, _ bytes: Span<UInt8>) {
        guard count < capacity, arena.hasRoom(for: bytes.count) else { return }
        for known in [key, key.with(type: CacheKey.absence)] where place(of: known, name: name) != CacheEntry.none {
            return
        }
        add(CacheEntry(key, answer), bytes)
    }
}
