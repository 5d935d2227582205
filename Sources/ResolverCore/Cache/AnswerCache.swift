internal import ByteCodec
internal import DNSWire
internal import NetworkTypes

/// Answers by question, bounded in number and bytes. All memory is in three arrays: buckets, entries and an arena
/// for the bytes; neither a hit nor an insertion allocates once they have grown.
///
/// When there is no room the answer goes that SIEVE chooses (Zhang et al., NSDI 2024): a hand moves from the
/// oldest towards the newest and takes the first one that was not asked for since it came by last.
struct AnswerCache: ~Copyable {
    /// What the arena has per entry: two units, so that usual answers are bounded by number and big ones by bytes.
    static let bytesPerEntry = 2 * ByteArena.unitSize
    /// Even a small cache holds a few of the biggest answers.
    static let minimumByteCount = 8 * maximumAnswerLength
    /// Bigger answers are rare, and keeping one would cost two hundred usual ones.
    static let maximumAnswerLength = 16_384

    let capacity: Int
    /// For how many seconds after its end an answer is still told of (RFC 8767); 0 for none.
    var maximumStaleness: UInt32 = 0
    /// Keys of other generations find nothing, and nothing is kept for them.
    private(set) var generation: UInt16 = 0
    var buckets: [UInt32]
    var entries: [CacheEntry] = []
    var arena: ByteArena
    var firstFree = CacheEntry.none
    var newest = CacheEntry.none
    var oldest = CacheEntry.none
    var hand = CacheEntry.none
    var count = 0
    var evictions: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
        buckets = [UInt32](repeating: CacheEntry.none, count: AnswerCache.bucketCount(for: capacity))
        let byteCount = max(AnswerCache.minimumByteCount, capacity * AnswerCache.bytesPerEntry)
        arena = ByteArena(byteCount: capacity == 0 ? 0 : byteCount)
        entries.reserveCapacity(capacity)
    }

    /// Touched memory in bytes: buckets, entries, arena.
    var byteCount: Int {
        buckets.count * MemoryLayout<UInt32>.stride + entries.count * MemoryLayout<CacheEntry>.stride
            + arena.touchedBytes
    }

    /// The answer to the question of `key` with the name `name`, in any spelling, if there is one that is fresh or
    /// may still be told of. Its bytes are then in `buffer`, from the end of a header on, as far as the buffer goes.
    mutating func find(
        _ key: CacheKey, name: Span<UInt8>, at now: UInt32, into buffer: inout MutableSpan<UInt8>
    ) -> CachedAnswer? {
        var index = buckets[bucket(of: key.bucketHash)]
        while index != CacheEntry.none {
            let entry = entries[Int(index)]
            if entry.matches(key) {
                copy(entry.run, Int(entry.length), into: &buffer)
                if buffer.span.holdsQuestion(at: Header.length, name, key.type) {
                    return use(index, entry, at: now)
                }
            }
            index = entry.nextInBucket
        }
        return nil
    }

    /// Answers of another network, or under other rules, are not answers any more: from now on none that was kept
    /// before is found. None is touched for that; they leave as what nobody asks for leaves.
    mutating func beginGeneration() {
        generation &+= 1
        // The number would come to mean what it once meant.
        if generation == 0 { _ = removeAll() }
    }

    /// Copies the `length` bytes of a run to `buffer`, from the end of a header on, as far as the buffer goes.
    func copy(_ run: ByteArena.Run, _ length: Int, into buffer: inout MutableSpan<UInt8>) {
        arena.copy(run, min(length, buffer.count - Header.length), to: &buffer, at: Header.length)
    }

    /// Keeps an answer for `lifetime` seconds in place of what the key had before. `bytes` are those of a stored
    /// answer; see `AnswerShape`. What is too big is not kept.
    mutating func insert(
        _ key: CacheKey, _ bytes: Span<UInt8>, _ shape: AnswerShape, lifetime: UInt32, at now: UInt32
    ) {
        removeEntry(key, sameQuestionAs: bytes)
        guard lifetime > 0, capacity > 0, bytes.count <= AnswerCache.maximumAnswerLength else { return }
        guard key.generation == generation else { return }
        add(
            CacheEntry(
                hash: key.bucketHash, storedAt: now, expiresAt: now &+ lifetime, view: key.view,
                generation: key.generation, length: UInt16(bytes.count), shape: shape, flagBits: key.flagBits),
            bytes)
    }

    /// Forgets everything and answers how many entries there were.
    mutating func removeAll() -> Int {
        defer { count = 0 }
        for index in buckets.indices { buckets[index] = CacheEntry.none }
        entries.removeAll(keepingCapacity: true)
        arena.removeAll()
        (firstFree, newest, oldest, hand) = (CacheEntry.none, CacheEntry.none, CacheEntry.none, CacheEntry.none)
        return count
    }

    /// Forgets what is cached for `name`, whatever the case, and for the names below it when `subtree`.
    mutating func remove(_ name: NameView, subtree: Bool) -> Int {
        var removed = 0
        var index = newest
        while index != CacheEntry.none {
            let entry = entries[Int(index)]
            if isFor(name, subtree: subtree, entry) {
                remove(index)
                removed += 1
            }
            index = entry.older
        }
        return removed
    }

    /// A cache of another capacity with the newest of what this one holds.
    func resized(to capacity: Int, at now: UInt32) -> AnswerCache {
        var other = AnswerCache(capacity: capacity)
        other.maximumStaleness = maximumStaleness
        other.generation = generation
        guard capacity > 0 else { return other }
        var bytes = [UInt8](repeating: 0, count: Header.length + AnswerCache.maximumAnswerLength)
        var index = oldest
        while index != CacheEntry.none {
            let entry = entries[Int(index)]
            index = entry.newer
            guard now < entry.expiresAt, entry.generation == generation else { continue }
            var target = bytes.mutableSpan
            copy(entry.run, Int(entry.length), into: &target)
            other.add(entry.unlinked, target.span.extracting(Header.length..<Header.length + Int(entry.length)))
        }
        return other
    }
}

extension AnswerCache {
    /// A power of two with at least as many buckets as entries: chains of one.
    private static func bucketCount(for capacity: Int) -> Int {
        var count = 1
        while count < capacity { count *= 2 }
        return count
    }

    func bucket(of hash: UInt32) -> Int { Int(hash) & (buckets.count - 1) }

    /// What the entry is worth now, and that it was asked for; nil when it is worth nothing: then it goes.
    private mutating func use(_ index: UInt32, _ entry: CacheEntry, at now: UInt32) -> CachedAnswer? {
        var standing = CachedAnswer.Standing.fresh
        if now >= entry.expiresAt {
            guard entry.isTold(at: now, maximumStaleness) else {
                remove(index)
                return nil
            }
            standing = .expired
        } else if entry.isDue(at: now) {
            entries[Int(index)].wasDue = true
            standing = .due
        }
        if entry.uses < CacheEntry.maximumUses { entries[Int(index)].uses = entry.uses + 1 }
        return CachedAnswer(
            shape: entry.shape, length: entry.length, run: entry.run, age: now - entry.storedAt,
            lifetime: entry.expiresAt - entry.storedAt, standing: standing)
    }

    private func isFor(_ name: NameView, subtree: Bool, _ entry: CacheEntry) -> Bool {
        var storage = InlineArray<255, UInt8>(repeating: 0)
        var bytes = storage.mutableSpan
        arena.copy(entry.run, min(Int(entry.length), NameView.maximumLength), to: &bytes, at: 0)
        guard let stored = try? NameView(in: bytes.span, at: 0) else { return false }
        return subtree ? stored.isSubdomain(of: name) : stored == name
    }

    /// Adds an entry as the newest, and makes room for it.
    private mutating func add(_ entry: CacheEntry, _ bytes: Span<UInt8>) {
        while count >= capacity || !arena.hasRoom(for: bytes.count) { evict() }
        let bucket = bucket(of: entry.hash)
        var entry = entry
        entry.run = arena.store(bytes)
        entry.older = newest
        entry.nextInBucket = buckets[bucket]
        let index = place(entry)
        buckets[bucket] = index
        if newest != CacheEntry.none { entries[Int(newest)].newer = index }
        newest = index
        if oldest == CacheEntry.none { oldest = index }
        count += 1
    }

    private mutating func place(_ entry: CacheEntry) -> UInt32 {
        let index = firstFree
        guard index != CacheEntry.none else {
            entries.append(entry)
            return UInt32(entries.count - 1)
        }
        firstFree = entries[Int(index)].nextInBucket
        entries[Int(index)] = entry
        return index
    }

    /// Removes the entry whose question is the one that `bytes` begin with.
    private mutating func removeEntry(_ key: CacheKey, sameQuestionAs bytes: Span<UInt8>) {
        guard let name = try? NameView(in: bytes, at: 0) else { preconditionFailure("an answer begins with its name") }
        var storage = InlineArray<259, UInt8>(repeating: 0)
        var index = buckets[bucket(of: key.bucketHash)]
        while index != CacheEntry.none {
            let entry = entries[Int(index)]
            if entry.matches(key) {
                var question = storage.mutableSpan
                arena.copy(entry.run, min(Int(entry.length), question.count), to: &question, at: 0)
                if question.span.holdsQuestion(at: 0, bytes.extracting(0..<name.length), key.type) {
                    return remove(index)
                }
            }
            index = entry.nextInBucket
        }
    }
}
