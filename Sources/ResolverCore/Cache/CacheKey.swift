internal import DNSWire

/// What makes two questions the same: the name without its case, the type, and what the client wants to be told.
/// Names are compared by whoever holds the bytes; the rest is compared here.
struct CacheKey: Equatable {
    /// Keyed: who does not know the seed cannot make questions that collide.
    let hash: UInt64
    private let nameHash: UInt64
    let type: RecordType
    /// 0 is the default view.
    let view: UInt16
    /// Of the cache when the question came: see `AnswerCache.beginGeneration()`.
    let generation: UInt16
    /// Change what an upstream answers, so that answers to one are none to the other.
    let traits: QuestionTraits

    init(nameHash: UInt64, type: RecordType, view: UInt16, generation: UInt16, traits: QuestionTraits) {
        self.nameHash = nameHash
        self.type = type
        self.view = view
        self.generation = generation
        self.traits = traits
        let rest = UInt64(traits.rawValue) << 32 | UInt64(view) << 16 | UInt64(type.rawValue)
        // An odd factor loses nothing of `rest`, and the secret half of the sum stays secret.
        hash = nameHash ^ rest &* 0x9E37_79B9_7F4A_7C15
    }

    var bucketHash: UInt32 { UInt32(truncatingIfNeeded: hash) }

    /// Of no question.
    static let none = CacheKey(nameHash: 0, type: absence, view: 0, generation: 0, traits: QuestionTraits(rawValue: 0))

    /// The type under which it is kept that a name does not exist: that is so for all types (RFC 2308 section 5).
    static let absence = RecordType(rawValue: 0)

    /// The same question for another type, or with other traits.
    func with(type: RecordType? = nil, traits: QuestionTraits? = nil) -> CacheKey {
        CacheKey(
            nameHash: nameHash, type: type ?? self.type, view: view, generation: generation,
            traits: traits ?? self.traits)
    }

    /// Of the absence of another name.
    func absence(of nameHash: UInt64) -> CacheKey {
        CacheKey(
            nameHash: nameHash, type: CacheKey.absence, view: view, generation: generation, traits: traits)
    }
}
