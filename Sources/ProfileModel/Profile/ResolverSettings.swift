/// The `resolver.cache` key.
package struct CacheSettings: Sendable, Equatable {
    package var entries: Located<Int>
    /// How long after its end an answer may still be served when no upstream answers (RFC 8767).
    package var stale: Located<Duration>
    package var prefetch: Located<Bool>
    package var minimumTTL: Located<Duration>
    package var maximumTTL: Located<Duration>
    /// What the keys that were left out point to: whether one was written can be told by it.
    package let range: SourceRange

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        self.range = range
        entries = Located(20_000, range)
        stale = Located(.seconds(86_400), range)
        prefetch = Located(true, range)
        minimumTTL = Located(.zero, range)
        maximumTTL = Located(.seconds(86_400), range)
    }
}

/// The `resolver.privacy` key.
package struct PrivacySettings: Sendable, Equatable {
    /// Queries are padded to a multiple of this many bytes (RFC 8467); 0 means not at all.
    package var padding: Located<Int>
    package var clientSubnet: Located<ClientSubnet>
    /// Whether made-up queries hide the real ones.
    package var cover: Located<Bool>

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        padding = Located(128, range)
        clientSubnet = Located(.strip, range)
        cover = Located(false, range)
    }

    /// What becomes of an EDNS client subnet (RFC 7871) in a query.
    package enum ClientSubnet: String, Sendable, CaseIterable {
        case strip
        case forward
    }
}

/// The `resolver.gate` key: how answers wait for the kernel.
package struct GateSettings: Sendable, Equatable {
    package var deadline: Located<Duration>
    package var minimumTTL: Located<Duration>
    package var grace: Located<Duration>
    /// Per name and family.
    package var maximumAddresses: Located<Int>

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        deadline = Located(.milliseconds(50), range)
        minimumTTL = Located(.seconds(60), range)
        grace = Located(.seconds(60), range)
        maximumAddresses = Located(64, range)
    }
}
