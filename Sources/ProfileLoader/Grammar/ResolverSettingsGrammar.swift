internal import ProfileModel

/// The `resolver.cache` key.
enum CacheGrammar {
    static let entries = Key(
        "entries", Form<Located<Int>>.number(0...10_000_000, example: "20000"), example: "20000",
        help: "how many answers are kept")
    static let stale = Key(
        "stale", .duration(example: "1d"), example: "1d",
        help: "how long past its end an answer may serve when no upstream answers (RFC 8767)")
    static let prefetch = Key(
        "prefetch", .truth, example: "true", help: "whether answers in use are renewed before their end")
    static let minimumTTL = Key(
        "min-ttl", .timeToLive(example: "0s"), example: "0s", help: "shorter times to live are raised to this")
    static let maximumTTL = Key(
        "max-ttl", .timeToLive(example: "1d"), example: "1d", help: "longer times to live are cut to this")

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

/// The `resolver.privacy` key.
enum PrivacyGrammar {
    static let padding = Key(
        "padding", Form<Located<Int>>.number(0...4_096, example: "128"), example: "128",
        help: "queries are padded to multiples of this many bytes (RFC 8467)")
    static let clientSubnet = Key(
        "client-subnet", Form<Located<PrivacySettings.ClientSubnet>>.choice(), example: "strip",
        help: "what becomes of client subnets in queries (RFC 7871)")
    static let cover = Key(
        "cover", Form<Located<Bool>>.word(["on": true, "off": false], ["on", "off"]), example: "off",
        help: "whether made-up queries hide the real ones")

    static let form = Form<PrivacySettings>.record(
        "privacy", [padding.erased, clientSubnet.erased, cover.erased]
    ) { fields, _ in
        var privacy = PrivacySettings(range: fields.key.range)
        fields.assign(padding, to: &privacy.padding)
        fields.assign(clientSubnet, to: &privacy.clientSubnet)
        fields.assign(cover, to: &privacy.cover)
        return privacy
    }
}

/// The `resolver.gate` key.
enum GateGrammar {
    static let deadline = Key(
        "deadline", .duration(.milliseconds(1) ... .seconds(5), example: "50ms"), example: "50ms",
        help: "how long an answer waits until the kernel has its addresses")
    static let minimumTTL = Key(
        "min-ttl", .timeToLive(from: .seconds(1), example: "60s"), example: "60s",
        help: "how long the kernel keeps an address at least")
    static let grace = Key(
        "grace", .timeToLive(example: "60s"), example: "60s",
        help: "how long beyond an answer's end its addresses stay")
    static let maximumAddresses = Key(
        "max-addresses", Form<Located<Int>>.number(1...1_024, example: "64"), example: "64",
        help: "how many addresses of one name are kept")

    static let form = Form<GateSettings>.record(
        "the gate", [deadline.erased, minimumTTL.erased, grace.erased, maximumAddresses.erased]
    ) { fields, _ in
        var gate = GateSettings(range: fields.key.range)
        fields.assign(deadline, to: &gate.deadline)
        fields.assign(minimumTTL, to: &gate.minimumTTL)
        fields.assign(grace, to: &gate.grace)
        fields.assign(maximumAddresses, to: &gate.maximumAddresses)
        return gate
    }
}
