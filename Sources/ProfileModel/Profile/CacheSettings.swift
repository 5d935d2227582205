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
