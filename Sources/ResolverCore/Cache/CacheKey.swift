internal import DNSWire

/// What makes two questions the same: the name without its case, the type, and what the client wants to be told.
/// Names are compared by whoever holds the bytes; the rest is compared here.
struct CacheKey: Equatable {
    /// Keyed: who does not know the seed cannot make questions that collide.
    let hash: UInt64
    let type: RecordType
    /// 0 is the default view.
    let view: UInt16
    /// Of the cache when the question came: see `AnswerCache.beginGeneration()`.
    let generation: UInt16
    /// DO and CD change what an upstream answers, so that answers to one are none to the other.
    let wantsDNSSEC: Bool
    let checkingDisabled: Bool

    init(
        nameHash: UInt64, type: RecordType, view: UInt16, generation: UInt16, wantsDNSSEC: Bool,
        checkingDisabled: Bool
    ) {
        self.type = type
        self.view = view
        self.generation = generation
        self.wantsDNSSEC = wantsDNSSEC
        self.checkingDisabled = checkingDisabled
        let flags: UInt64 = (wantsDNSSEC ? 1 : 0) | (checkingDisabled ? 2 : 0)
        let rest = flags << 32 | UInt64(view) << 16 | UInt64(type.rawValue)
        // An odd factor loses nothing of `rest`, and the secret half of the sum stays secret.
        hash = nameHash ^ rest &* 0x9E37_79B9_7F4A_7C15
    }

    var bucketHash: UInt32 { UInt32(truncatingIfNeeded: hash) }

    /// The bits that entries keep of DO and CD.
    var flagBits: UInt8 { (wantsDNSSEC ? 1 : 0) | (checkingDisabled ? 2 : 0) }
}
