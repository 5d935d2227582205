internal import DNSWire
internal import NetworkTypes

/// One cached answer without its bytes: 44 bytes.
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
    let generation: UInt16
    /// Bytes in the arena.
    let length: UInt16
    let shape: AnswerShape
    let flagBits: UInt8
    /// How often it was asked for since the hand of the eviction passed last, as far as `maximumUses`.
    var uses: UInt8 = 0
    /// The resolver was told that it is worth asking for again.
    var wasDue = false

    /// More uses than these tell the eviction nothing more.
    static let maximumUses: UInt8 = 3
    /// Two clients, or one that comes back: asked for once more before the answer expires, it will be used.
    static let popularUses: UInt8 = 2

    /// The same with no place in any cache.
    var unlinked: CacheEntry {
        CacheEntry(
            hash: hash, storedAt: storedAt, expiresAt: expiresAt, view: view, generation: generation, length: length,
            shape: shape, flagBits: flagBits)
    }

    /// Whether the entry may be for `key`; its name and type have still to be compared.
    func matches(_ key: CacheKey) -> Bool {
        hash == key.bucketHash && view == key.view && generation == key.generation && flagBits == key.flagBits
    }

    /// In the last tenth of its lifetime, popular, and not yet said to be; one of less than ten seconds never is.
    func isDue(at now: UInt32) -> Bool {
        expiresAt - now <= (expiresAt - storedAt) / 10 && uses >= CacheEntry.popularUses && !wasDue
    }

    /// Whether an entry that has expired may still be told of: never a failure.
    func isTold(at now: UInt32, _ maximumStaleness: UInt32) -> Bool {
        now - expiresAt < maximumStaleness && (shape.responseCode == .noError || shape.responseCode == .nameError)
    }
}

extension MonotonicInstant {
    /// 136 years of seconds: what entries keep of an instant.
    var cacheSeconds: UInt32 { UInt32(truncatingIfNeeded: seconds) }
}
