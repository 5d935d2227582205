internal import ProfileModel

/// The `resolver.cache` key.
enum CacheGrammar {
    static let entries = Key(
        "entries", Form<Located<Int>>.number(0...10_000_000, example: "20000"), child: .free, example: "20000",
        help: "how many answers are kept")
    static let stale = Key(
        "stale", .duration(example: "1d"), child: .free, example: "1d",
        help: "how long past its end an answer may serve when no upstream answers (RFC 8767)")
    static let prefetch = Key(
        "prefetch", .truth, child: .free, example: "true", help: "whether answers in use are renewed before their end")
    static let minimumTTL = Key(
        "min-ttl", .timeToLive(example: "0s"), child: .free, example: "0s",
        help: "shorter times to live are raised to this")
    static let maximumTTL = Key(
        "max-ttl", .timeToLive(example: "1d"), child: .free, example: "1d", help: "longer times to live are cut to this"
    )

    static let form = Form<CacheSettings>.record(
        "the cache", [entries.erased, stale.erased, prefetch.erased, minimumTTL.erased, maximumTTL.erased]
    ) { fields, reading in
        var cache = CacheSettings(range: fields.key.range)
        fields.assign(entries, to: &cache.entries)
        fields.assign(stale, to: &cache.stale)
        fields.assign(prefetch, to: &cache.prefetch)
        fields.assign(minimumTTL, to: &cache.minimumTTL)
        fields.assign(maximumTTL, to: &cache.maximumTTL)
        checkOrder(cache, &reading)
        return cache
    }

    private static func checkOrder(_ cache: CacheSettings, _ reading: inout ProfileReading) {
        guard cache.minimumTTL.value > cache.maximumTTL.value else { return }
        reading.report(
            .emptyInterval, "`min-ttl` is longer than `max-ttl`", at: cache.minimumTTL.range,
            notes: [Diagnostic.Note("`max-ttl` is `\(cache.maximumTTL.value.written)`", at: cache.maximumTTL.range)],
            help: "make it shorter, or `max-ttl` longer")
    }
}
