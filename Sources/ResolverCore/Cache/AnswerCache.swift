internal import ByteCodec
internal import DNSWire
internal import NetworkTypes

/// Answers by question, bounded in number and bytes. All memory is in four arrays: the two of the index, entries and
/// an arena for the bytes. They are reserved at the start, touched as answers come, and never move: neither a hit
/// nor an insertion allocates, and none waits for others to be sorted anew.
///
/// Which answers go when there is no room: `AnswerCache+Eviction.swift`.
struct AnswerCache: ~Copyable {
    /// What the arena has per entry: two units, so that usual answers are bounded by number and big ones by bytes.
    static let bytesPerEntry = 2 * ByteArena.unitSize
    /// Even a small cache holds a few of the biggest answers.
    static let minimumByteCount = 8 * maximumAnswerLength
    /// Bigger answers are rare, and keeping one would cost two hundred usual ones.
    static let maximumAnswerLength = 16_384

    /// For how many seconds an expired answer is told at once after asking for it again has failed (RFC 9520
    /// section 3.2: at least one; RFC 8767 section 5 suggests thirty, which is long on a network that comes and goes).
    static let renewalPause: UInt32 = 5

    let capacity: Int
    /// For how many seconds after its end an answer is still told of (RFC 8767); 0 for none.
    var maximumStaleness: UInt32 = 0
    /// Keys of other generations find nothing, and nothing is kept for them.
    private(set) var generation: UInt16
    var index: QuestionIndex
    var entries: [CacheEntry] = []
    var arena: ByteArena
    /// The places of the two rings that are looked at next.
    var probationHand = 0
    var mainHand: Int
    /// How many places hold an answer.
    var count = 0
    var evictions: UInt64 = 0

    init(capacity: Int, generation: UInt16 = 0) {
        self.capacity = capacity
        self.generation = generation
        mainHand = AnswerCache.probationCapacity(of: capacity)
        index = QuestionIndex(capacity: capacity)
        let byteCount = max(AnswerCache.minimumByteCount, capacity * AnswerCache.bytesPerEntry)
        arena = ByteArena(byteCount: capacity == 0 ? 0 : byteCount)
        entries.reserveCapacity(capacity)
    }

    /// Touched memory in bytes: index, entries, arena.
    var byteCount: Int {
        index.byteCount + entries.count * MemoryLayout<CacheEntry>.stride + arena.touchedBytes
    }

    /// The answer to the question of `key` with the name `name`, in any spelling, if there is one that is fresh or
    /// may still be told of. Its bytes are then in `buffer`, from the end of a header on, as far as the buffer goes.
    mutating func find(
        _ key: CacheKey, name: Span<UInt8>, at now: UInt32, into buffer: inout MutableSpan<UInt8>
    ) -> CachedAnswer? {
        var place = index.first(of: key.bucketHash)
        while place != CacheEntry.none {
            let entry = entries[Int(place)]
            if entry.matches(key) {
                copy(entry.run, Int(entry.length), into: &buffer)
                if buffer.span.holdsQuestion(at: Header.length, name, key.type) {
                    return use(place, entry, at: now)
                }
            }
            place = entry.nextInBucket
        }
        return nil
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
        guard key.generation == generation else { return }
        guard let name = try? NameView(in: bytes, at: 0) else { preconditionFailure("an answer begins with its name") }
        let old = place(of: key, name: bytes.extracting(0..<name.length))
        guard lifetime > 0, capacity > 0, bytes.count <= AnswerCache.maximumAnswerLength else {
            if old != CacheEntry.none { remove(old) }
            return
        }
        let entry = CacheEntry(key, length: bytes.count, shape, lifetime: lifetime, at: now)
        if old != CacheEntry.none, replace(old, by: entry, bytes) { return }
        add(entry, bytes)
    }

    /// Nobody could answer the question of `key` anew: for a while the expired answer is told at once.
    mutating func renewalFailed(_ key: CacheKey, name: Span<UInt8>, at now: UInt32) {
        let place = place(of: key, name: name)
        guard place != CacheEntry.none, entries[Int(place)].expiresAt <= now else { return }
        entries[Int(place)].storedAt = now
    }

    /// Forgets the answer to the question of `key`.
    mutating func remove(_ key: CacheKey, name: Span<UInt8>) {
        let place = place(of: key, name: name)
        if place != CacheEntry.none { remove(place) }
    }

    /// Answers of another network, or under other rules, are not answers any more: from now on none that was kept
    /// before is found. None is touched for that; they leave as what nobody asks for leaves.
    mutating func beginGeneration() {
        generation &+= 1
        // The number would come to mean what it once meant.
        if generation == 0 { _ = removeAll() }
    }

    /// Forgets everything and answers how many entries there were.
    mutating func removeAll() -> Int {
        defer { count = 0 }
        index.removeAll()
        entries.removeAll(keepingCapacity: true)
        arena.removeAll()
        probationHand = 0
        mainHand = AnswerCache.probationCapacity(of: capacity)
        return count
    }

    /// Forgets what is cached for `name`, whatever the case, and for the names below it when `subtree`; and that a
    /// name above it does not exist, for then it would not either.
    mutating func remove(_ name: NameView, subtree: Bool) -> Int {
        var removed = 0
        for place in entries.indices where entries[place].run != .none && isFor(name, subtree: subtree, place) {
            remove(UInt32(place))
            removed += 1
        }
        return removed
    }
}

extension AnswerCache {
    /// What the entry is worth now, and that it was asked for; nil when it is worth nothing.
    private mutating func use(_ place: UInt32, _ entry: CacheEntry, at now: UInt32) -> CachedAnswer? {
        var standing = CachedAnswer.Standing.fresh
        if now >= entry.expiresAt {
            guard entry.isTold(at: now, maximumStaleness) else { return nil }
            standing = entry.isUnrenewed(at: now) ? .unrenewed : .expired
        } else if entry.isDue(at: now) {
            entries[Int(place)].wasDue = true
            standing = .due
        }
        if entry.uses < CacheEntry.maximumUses { entries[Int(place)].uses = entry.uses + 1 }
        return CachedAnswer(
            shape: entry.shape, length: entry.length, run: entry.run, age: now - entry.storedAt,
            lifetime: entry.expiresAt - min(entry.storedAt, entry.expiresAt), standing: standing)
    }

    private func isFor(_ name: NameView, subtree: Bool, _ place: Int) -> Bool {
        let entry = entries[place]
        var storage = InlineArray<255, UInt8>(repeating: 0)
        var bytes = storage.mutableSpan
        arena.copy(entry.run, min(Int(entry.length), NameView.maximumLength), to: &bytes, at: 0)
        guard let stored = try? NameView(in: bytes.span, at: 0) else { return false }
        if entry.shape.responseCode == .nameError, name.isSubdomain(of: stored) { return true }
        return subtree ? stored.isSubdomain(of: name) : stored == name
    }

    /// The place of the entry for the question of `key`.
    func place(of key: CacheKey, name: Span<UInt8>) -> UInt32 {
        var storage = InlineArray<259, UInt8>(repeating: 0)
        var place = index.first(of: key.bucketHash)
        while place != CacheEntry.none {
            let entry = entries[Int(place)]
            if entry.matches(key) {
                var question = storage.mutableSpan
                arena.copy(entry.run, min(Int(entry.length), question.count), to: &question, at: 0)
                if question.span.holdsQuestion(at: 0, name, key.type) { return place }
            }
            place = entry.nextInBucket
        }
        return CacheEntry.none
    }

    /// Gives the place another answer; false, and the place is vacant, when there is no room for its bytes there.
    private mutating func replace(_ place: UInt32, by entry: CacheEntry, _ bytes: Span<UInt8>) -> Bool {
        let old = entries[Int(place)]
        arena.release(old.run, Int(old.length))
        guard arena.hasRoom(for: bytes.count) else {
            vacate(place)
            return false
        }
        entries[Int(place)].replaceAnswer(by: entry)
        entries[Int(place)].run = arena.store(bytes)
        return true
    }

    /// Takes an entry out, and gives its bytes back.
    mutating func remove(_ place: UInt32) {
        let entry = entries[Int(place)]
        arena.release(entry.run, Int(entry.length))
        vacate(place)
    }

    /// The place holds nothing from now on, until its ring comes to it.
    private mutating func vacate(_ place: UInt32) {
        index.remove(place, from: &entries)
        entries[Int(place)].run = .none
        entries[Int(place)].uses = 0
        count -= 1
    }
}
