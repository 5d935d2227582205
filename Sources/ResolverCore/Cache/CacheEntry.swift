internal import DNSWire
internal import NetworkTypes

/// One cached answer without its bytes: 36 bytes.
struct CacheEntry {
    /// No entry: the end of a chain.
    static let none = UInt32.max
    /// More uses than these tell the eviction nothing more.
    static let maximumUses: UInt8 = 3
    /// Two clients, or one that comes back: asked for once more before the answer expires, it will be used.
    static let popularUses: UInt8 = 2

    /// Chooses the bucket and tells most other questions of the bucket apart.
    let hash: UInt32
    /// The next entry of the same bucket.
    var nextInBucket = none
    /// Where the bytes are; none in a place that nothing stands in.
    var run = ByteArena.Run.none
    /// Seconds of the monotonic clock; when renewing it after its end has failed, the moment of that.
    var storedAt: UInt32
    var expiresAt: UInt32
    let view: UInt16
    let generation: UInt16
    /// Bytes in the arena.
    var length: UInt16
    var shape: AnswerShape
    private var marks: UInt8
    /// How often it was asked for since the eviction looked at it last, as far as `maximumUses`.
    var uses: UInt8 = 0

    init(_ key: CacheKey, length: Int, _ shape: AnswerShape, lifetime: UInt32, at now: UInt32) {
        hash = key.bucketHash
        storedAt = now
        expiresAt = now &+ lifetime
        view = key.view
        generation = key.generation
        self.length = UInt16(length)
        self.shape = shape
        marks = key.traits.rawValue
    }

    /// One that was kept elsewhere, under the question of `key`.
    init(_ key: CacheKey, _ answer: CarriedAnswer) {
        self.init(key, length: answer.length, answer.shape, lifetime: 0, at: answer.storedAt)
        expiresAt = answer.expiresAt
        uses = answer.uses
    }

    /// Of the question.
    var traits: QuestionTraits { QuestionTraits(rawValue: marks & ~CacheEntry.dueMark) }

    /// The resolver was told that it is worth asking for again.
    var wasDue: Bool {
        get { marks & CacheEntry.dueMark != 0 }
        set { marks = newValue ? marks | CacheEntry.dueMark : marks & ~CacheEntry.dueMark }
    }

    /// Beside the traits of the question.
    private static let dueMark: UInt8 = 0x80
}

extension CacheEntry {
    /// Whether the entry may be for `key`; its name and type have still to be compared.
    func matches(_ key: CacheKey) -> Bool {
        hash == key.bucketHash && view == key.view && generation == key.generation
            && marks & ~CacheEntry.dueMark == key.traits.rawValue
    }

    /// In the last tenth of its lifetime, popular, and not yet said to be; one of less than ten seconds never is.
    func isDue(at now: UInt32) -> Bool {
        expiresAt - now <= (expiresAt - storedAt) / 10 && uses >= CacheEntry.popularUses && !wasDue
    }

    /// Whether an entry that has expired may still be told of: never a failure.
    func isTold(at now: UInt32, _ maximumStaleness: UInt32) -> Bool {
        now - expiresAt < maximumStaleness && !shape.isFailure
    }

    /// Whether renewing it failed a short while ago.
    func isUnrenewed(at now: UInt32) -> Bool {
        storedAt >= expiresAt && now - storedAt < AnswerCache.renewalPause
    }

    /// Takes another answer to the same question. Popularity has to be shown again.
    mutating func replaceAnswer(by other: CacheEntry) {
        storedAt = other.storedAt
        expiresAt = other.expiresAt
        length = other.length
        shape = other.shape
        wasDue = false
        uses /= 2
    }
}

extension MonotonicInstant {
    /// 136 years of seconds: what entries keep of an instant.
    var cacheSeconds: UInt32 { UInt32(truncatingIfNeeded: seconds) }
}
