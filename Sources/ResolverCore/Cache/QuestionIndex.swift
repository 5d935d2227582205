/// Finds entries by the hash of their question: buckets, each the head of a chain through its entries. There are as
/// many buckets as entries: with each insertion one bucket is split in two (linear hashing, Litwin 1980), so that
/// the index grows with what is in it and no insertion sorts more than one chain anew.
///
/// Beside each bucket stands a ghost: a trace of the answer that was evicted from it last.
struct QuestionIndex: ~Copyable {
    private let capacity: Int
    private var heads: [UInt32] = []
    private var ghosts: [UInt16] = []
    /// All bits that may choose a bucket; the highest one does so only where the bucket exists.
    private var mask: UInt32 = 1

    init(capacity: Int) {
        self.capacity = max(1, capacity)
        heads.reserveCapacity(self.capacity)
        ghosts.reserveCapacity(self.capacity)
        removeAll()
    }

    /// Touched memory in bytes.
    var byteCount: Int { heads.count * (MemoryLayout<UInt32>.stride + MemoryLayout<UInt16>.stride) }

    /// The first place of the chain that an entry with that hash is in.
    func first(of hash: UInt32) -> UInt32 { heads[bucket(of: hash)] }

    /// Takes the entry at `place` in.
    mutating func insert(_ place: UInt32, into entries: inout [CacheEntry]) {
        let bucket = bucket(of: entries[Int(place)].hash)
        entries[Int(place)].nextInBucket = heads[bucket]
        heads[bucket] = place
    }

    mutating func remove(_ place: UInt32, from entries: inout [CacheEntry]) {
        relink(place, to: entries[Int(place)].nextInBucket, in: &entries)
    }

    /// The entry at `place` was copied to `target`, and is found there from now on.
    mutating func move(_ place: UInt32, to target: UInt32, in entries: inout [CacheEntry]) {
        relink(place, to: target, in: &entries)
    }

    /// Splits the next bucket when there are fewer than `count`.
    mutating func grow(to count: Int, _ entries: inout [CacheEntry]) {
        guard heads.count < min(count, capacity) else { return }
        let new = UInt32(heads.count)
        let old = Int(new & mask >> 1)
        var place = heads[old]
        heads[old] = CacheEntry.none
        heads.append(CacheEntry.none)
        ghosts.append(0)
        while place != CacheEntry.none {
            let next = entries[Int(place)].nextInBucket
            insert(place, into: &entries)
            place = next
        }
        if new == mask { mask = mask << 1 | 1 }
    }

    mutating func removeAll() {
        heads.removeAll(keepingCapacity: true)
        ghosts.removeAll(keepingCapacity: true)
        heads.append(CacheEntry.none)
        ghosts.append(0)
        mask = 1
    }
}

extension QuestionIndex {
    /// An answer with that hash was evicted before it was asked for again.
    mutating func leaveGhost(of hash: UInt32) { ghosts[bucket(of: hash)] = QuestionIndex.trace(of: hash) }

    /// Whether such an answer was evicted not long ago; the ghost is gone then.
    mutating func takeGhost(of hash: UInt32) -> Bool {
        let bucket = bucket(of: hash)
        guard ghosts[bucket] == QuestionIndex.trace(of: hash) else { return false }
        ghosts[bucket] = 0
        return true
    }

    /// The bits that the bucket does not tell, as far as they are there; never 0, which is nobody's.
    private static func trace(of hash: UInt32) -> UInt16 { UInt16(hash >> 16) | 1 }

    private func bucket(of hash: UInt32) -> Int {
        let bucket = Int(hash & mask)
        return bucket < heads.count ? bucket : bucket & Int(mask >> 1)
    }

    /// Lets what leads to `place` lead to `target`.
    private mutating func relink(_ place: UInt32, to target: UInt32, in entries: inout [CacheEntry]) {
        let bucket = bucket(of: entries[Int(place)].hash)
        guard heads[bucket] != place else {
            heads[bucket] = target
            return
        }
        var previous = heads[bucket]
        while entries[Int(previous)].nextInBucket != place { previous = entries[Int(previous)].nextInBucket }
        entries[Int(previous)].nextInBucket = target
    }
}
