/// What the cache says of a stored answer. Its bytes are in the buffer of whoever asked.
///
/// What filters and views make of a question is what is stored for it: a withheld answer is kept as the answer that
/// says so. Their verdict costs a hit nothing, and when they change a new generation begins.
struct CachedAnswer {
    enum Standing {
        case fresh
        /// Fresh, popular, and in the last tenth of its lifetime: worth asking for again. Said once for each answer.
        case due
        /// No answer any more, but better than none (RFC 8767): see `AnswerCache.maximumStaleness`. Never a failure.
        case expired
        /// The same, and asking for it again has just failed: it is told at once.
        case unrenewed
    }

    let shape: AnswerShape
    /// Bytes behind the header, trailer included.
    let length: UInt16
    let run: ByteArena.Run
    /// Seconds since it was stored.
    let age: UInt32
    /// Seconds that it was to be kept for.
    let lifetime: UInt32
    let standing: Standing

    var isExpired: Bool { standing == .expired || standing == .unrenewed }
}
