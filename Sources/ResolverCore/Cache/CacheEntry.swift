internal import NetworkTypes

/// One cached answer without its bytes: 40 bytes.
struct CacheEntry {
    /// No entry: the end of a chain.
    static let none = UInt32.max

    /// Chooses the bucket and tells most other questions of the bucket apart.
    var hash: UInt32
    /// The next entry of the same bucket, or the next free entry.
    var nextInBucket: UInt32
    /// The neighbours in order of insertion.
    var newer: UInt32
    var older: UInt32
    var run: ByteArena.Run
    /// Seconds of the monotonic clock.
    var storedAt: UInt32
    var expiresAt: UInt32
    var view: UInt16
    /// Bytes in the arena.
    var length: UInt16
    var shape: AnswerShape
    var flagBits: UInt8
    /// Asked for since the hand of the eviction passed last.
    var isVisited = false

    /// Whether the entry may be for `key`; its name and type have still to be compared.
    func matches(_ key: CacheKey) -> Bool {
        hash == key.bucketHash && view == key.view && flagBits == key.flagBits
    }
}

extension MonotonicInstant {
    /// 136 years of seconds: what entries keep of an instant.
    var cacheSeconds: UInt32 { UInt32(truncatingIfNeeded: seconds) }
}
