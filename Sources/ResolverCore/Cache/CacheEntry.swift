internal import NetworkTypes

/// One cached answer without its bytes: 40 bytes.
struct CacheEntry {
    /// No entry: the end of a chain.
    static let none = UInt32.max

    /// Chooses the bucket and tells most other questions of the bucket apart.
    let hash: UInt32
    /// The next entry of the same bucket, or the next free entry.
    var nextInBucket = none
    /// The neighbours in order of insertion.
    var newer = none
    var older = none
    var run = ByteArena.Run.none
    /// Seconds of the monotonic clock.
    let storedAt: UInt32
    let expiresAt: UInt32
    let view: UInt16
    /// Bytes in the arena.
    let length: UInt16
    let shape: AnswerShape
    let flagBits: UInt8
    /// Asked for since the hand of the eviction passed last.
    var isVisited = false

    /// The same with no place in any cache.
    var unlinked: CacheEntry {
        CacheEntry(
            hash: hash, storedAt: storedAt, expiresAt: expiresAt, view: view, length: length, shape: shape,
            flagBits: flagBits)
    }

    /// Whether the entry may be for `key`; its name and type have still to be compared.
    func matches(_ key: CacheKey) -> Bool {
        hash == key.bucketHash && view == key.view && flagBits == key.flagBits
    }
}

extension MonotonicInstant {
    /// 136 years of seconds: what entries keep of an instant.
    var cacheSeconds: UInt32 { UInt32(truncatingIfNeeded: seconds) }
}
