/// The bounds of the answer cache.
package struct CacheSettings: Equatable, Sendable {
    /// Ten million answers: some 1.6 GB.
    package static let maximumEntries = 10_000_000
    /// A week, the longest any resolver of the field keeps an answer (RFC 8767 section 4 advises the same cap).
    package static let maximumTTLSeconds: UInt32 = 604_800

    /// A week as well: RFC 8767 section 5 suggests one to three days.
    package static let maximumStaleSeconds: UInt32 = 604_800

    package var entries: Int
    /// Seconds; an answer is kept at least this long.
    package var minimumTTL: UInt32
    /// Seconds; an answer is kept at most this long.
    package var maximumTTL: UInt32

    /// Seconds after its end for which an answer is told when no upstream answers (RFC 8767); 0 for never.
    package var stale: UInt32
    /// Popular answers are renewed before their end.
    package var prefetch: Bool

    package init(
        entries: Int = 20_000, minimumTTL: UInt32 = 0, maximumTTL: UInt32 = 86_400, stale: UInt32 = 86_400,
        prefetch: Bool = true
    ) {
        self.entries = entries
        self.minimumTTL = minimumTTL
        self.maximumTTL = maximumTTL
        self.stale = stale
        self.prefetch = prefetch
    }
}
