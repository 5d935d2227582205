internal import ResolverCore

/// The part before CONFIG_END: the options of the field's servers that mean something to this resolver. Most do
/// not, and are passed over; those that ask for what it does not do are refused by name.
struct ScenarioConfiguration {
    /// Whom the scenario forwards everything to, in order. None: it was written for a resolver that asks its way
    /// down from the root, and one upstream answers in the place of all its servers.
    private(set) var forwarders: [String] = []
    /// Written for a resolver with sections of options. Such a scenario counts a step as begun when the one before
    /// is done.
    private(set) var hasSections = false
    private(set) var cache = CacheConfiguration(entries: 10_000)
    private(set) var rebinding = RebindingProtection.allow

    private var options = Options()
    private var section = ""
    private var zone = ""

    /// Only what is known when all lines are read.
    private struct Options {
        var forwardAddresses: [String] = []
        var forwardsOtherZones = false
        var servesStale = false
        /// Seconds; 0 for as long as it may be.
        var staleAge: UInt32 = 86_400
        /// Milliseconds.
        var staleDelay: UInt64 = 1800
        var staleTTL: UInt32 = 30
        var minimumTTL: UInt32 = 0
        var maximumTTL: UInt32 = 86_400
        var prefetches = false
        var entries = 10_000

        var stale: StaleAnswers {
            let age = staleAge == 0 ? StaleAnswers.longestAge : staleAge
            return StaleAnswers(maximumAge: servesStale ? age : 0, delay: staleDelay * 1_000_000, ttl: staleTTL)
        }
    }

    init() {}

    init(_ lines: [ScenarioLine]) throws(ScenarioError) {
        for line in lines {
            var words = ScenarioConfiguration.words(line.text)[...]
            while let key = words.popFirst() { try read(key, &words, line) }
        }
        conclude()
    }

    /// Several options may stand in one line.
    private mutating func read(
        _ key: String, _ words: inout ArraySlice<String>, _ line: ScenarioLine
    ) throws(ScenarioError) {
        guard key.hasSuffix(":") else { return }
        if ScenarioConfiguration.sections.contains(key) {
            section = key
            zone = ""
            hasSections = true
            return
        }
        if ScenarioConfiguration.refused.contains(key) || section.hasPrefix("rpz") || section.hasPrefix("auth-zone") {
            throw .unsupported(String(key.dropLast()), line: line.number)
        }
        guard let value = words.popFirst() else { return }
        try set(key, value, line)
    }

    private mutating func set(_ key: String, _ value: String, _ line: ScenarioLine) throws(ScenarioError) {
        switch key {
        case "name:":
            zone = value
            if section == "forward-zone:", zone != "." { options.forwardsOtherZones = true }
        case "forward-addr:": options.forwardAddresses.append(String(value.prefix { $0 != "@" && $0 != "#" }))
        case "serve-expired:": options.servesStale = value == "yes"
        case "serve-expired-ttl:": options.staleAge = try number(value, line)
        case "serve-expired-client-timeout:": options.staleDelay = UInt64(try number(value, line))
        case "serve-expired-reply-ttl:": options.staleTTL = try number(value, line)
        case "cache-min-ttl:": options.minimumTTL = try number(value, line)
        case "cache-max-ttl:": options.maximumTTL = try number(value, line)
        case "cache-entries:": options.entries = Int(try number(value, line))
        case "prefetch:": options.prefetches = value == "yes"
        case "private-address:": rebinding = .block
        case "module-config:":
            for module in value.split(separator: " ") where !ScenarioConfiguration.modules.contains(module) {
                throw .unsupported("module-config \(module)", line: line.number)
            }
        default: break
        }
    }

    private mutating func conclude() {
        if !options.forwardsOtherZones { forwarders = options.forwardAddresses }
        cache = CacheConfiguration(
            entries: options.entries, minimumTTL: min(options.minimumTTL, options.maximumTTL),
            maximumTTL: options.maximumTTL, stale: options.stale, prefetch: options.prefetches)
    }

    private func number(_ text: String, _ line: ScenarioLine) throws(ScenarioError) -> UInt32 {
        guard let number = UInt32(text) else { throw .malformed("`\(text)` is no number", line: line.number) }
        return number
    }
}

extension ScenarioConfiguration {
    private static let sections: Set = [
        "server:", "forward-zone:", "stub-zone:", "remote-control:", "auth-zone:", "rpz:", "view:", "python:",
        "dynlib:", "cachedb:", "dnscrypt:", "dnstap:",
    ]

    /// Without these the scenario would be another one.
    private static let refused: Set = [
        "trust-anchor:", "trust-anchor-file:", "auto-trust-anchor-file:", "dlv-anchor:", "local-zone:", "local-data:",
        "local-data-ptr:", "dns64-prefix:", "access-control:", "access-control-view:", "response-ip:",
        "send-client-subnet:", "client-subnet-zone:", "answer-cookie:", "serve-original-ttl:", "ratelimit:",
        "ip-ratelimit:", "redirect:",
    ]

    private static let modules: Set<Substring> = ["validator", "iterator"]

    /// Words between blanks, with what is quoted in one; a comment begins with `#`.
    private static func words(_ text: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
                word = word ?? ""
            } else if isQuoted || !character.isWhitespace && character != "#" {
                word = (word ?? "") + String(character)
            } else {
                if let word { words.append(word) }
                word = nil
                if character == "#" { return words }
            }
        }
        return word.map { words + [$0] } ?? words
    }
}
