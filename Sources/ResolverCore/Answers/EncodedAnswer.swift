internal import DNSWire

/// An answer in the form in which it is stored, at the start of an `AnswerBuffer`.
struct EncodedAnswer {
    var shape: AnswerShape
    /// Bytes behind the header, trailer included.
    var length: Int
    /// For how many seconds it may be kept; 0 when it may not.
    var lifetime: UInt32
    /// The name asked for does not exist, and so nothing is below it (RFC 8020); not so for one behind an alias.
    var isAbsentName = false
    /// Records that the upstream sent and that did not belong to the question.
    var strayRecords = 0
}

/// The limits between which the cache's configuration keeps a time to live.
struct LifetimeLimits {
    /// RFC 2308 section 5 suggests one to three hours.
    static let maximumNegative: UInt32 = 3600

    let minimum: UInt32
    let maximum: UInt32
    /// Seconds of life that have passed already.
    let age: UInt32

    init(_ configuration: CacheConfiguration, age: UInt32) {
        minimum = configuration.minimumTTL
        maximum = configuration.maximumTTL
        self.age = age
    }

    /// Lifetimes that were limited when they came stay as they are.
    static let none = LifetimeLimits(minimum: 0, maximum: .max)

    private init(minimum: UInt32, maximum: UInt32) {
        self.minimum = minimum
        self.maximum = maximum
        age = 0
    }

    /// Zero stays zero, and so does what has none left: such an answer is for one use.
    func clamp(_ ttl: UInt32) -> UInt32 { ttl <= age ? 0 : min(max(ttl - age, minimum), maximum) }
}
