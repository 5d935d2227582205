extension AnswerCache {
    /// Takes the first entry, from the hand towards the newest and then from the oldest on, that was not visited.
    mutating func evict() {
        precondition(count > 0, "an empty cache has nothing to evict")
        var index = hand == CacheEntry.none ? oldest : hand
        while entries[Int(index)].uses > 0 {
            entries[Int(index)].uses = 0
            let newer = entries[Int(index)].newer
            index = newer == CacheEntry.none ? oldest : newer
        }
        hand = index
        remove(index)
        evictions += 1
    }

    /// Takes an entry out of its bucket and out of the order, and gives its bytes back.
    mutating func remove(_ index: UInt32) {
        let entry = entries[Int(index)]
        unlinkFromBucket(index, entry)
        if hand == index { hand = entry.newer }
        unlinkFromOrder(entry)
        arena.release(entry.run, Int(entry.length))
        entries[Int(index)].nextInBucket = firstFree
        firstFree = index
        count -= 1
    }

    private mutating func unlinkFromBucket(_ index: UInt32, _ entry: CacheEntry) {
        let bucket = bucket(of: entry.hash)
        guard buckets[bucket] != index else {
            buckets[bucket] = entry.nextInBucket
            return
        }
        var previous = buckets[bucket]
        while entries[Int(previous)].nextInBucket != index { previous = entries[Int(previous)].nextInBucket }
        entries[Int(previous)].nextInBucket = entry.nextInBucket
    }

    private mutating func unlinkFromOrder(_ entry: CacheEntry) {
        if entry.newer == CacheEntry.none {
            newest = entry.older
        } else {
            entries[Int(entry.newer)].older = entry.older
        }
        if entry.older == CacheEntry.none {
            oldest = entry.newer
        } else {
            entries[Int(entry.older)].newer = entry.newer
        }
    }
}
