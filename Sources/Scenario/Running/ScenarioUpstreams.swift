internal import DNSWire

/// The upstreams of a scenario: which entry answers a query at which step.
struct ScenarioUpstreams {
    private let ranges: [AnswerRange]
    private let forwarders: [String]
    private let looksAhead: Bool

    init(_ file: ScenarioFile) {
        ranges = file.ranges
        forwarders = file.configuration.forwarders
        looksAhead = file.configuration.hasSections
    }

    /// The upstreams' names: addresses, or one that stands for all servers of the scenario.
    var names: [String] { forwarders.isEmpty ? ["servers"] : forwarders }

    func isAt(_ address: String?, _ upstream: Int) -> Bool {
        guard let address, !forwarders.isEmpty else { return true }
        return forwarders[upstream] == address
    }

    /// The entry that answers. A forwarder's first one that matches counts, as the field's servers have it; where
    /// one upstream stands for all servers the most precise one, and of several the last: what is nearest to the
    /// data stands behind what leads there.
    func entry(for query: MessageContents, at upstream: Int, step: Int, next: Int?) -> ScenarioEntry? {
        let step = looksAhead ? next ?? step : step
        var best: ScenarioEntry?
        for range in ranges where range.steps.contains(step) && answers(range, upstream) {
            for entry in range.entries where matches(entry, query) {
                if !forwarders.isEmpty { return entry }
                if entry.match.count >= best?.match.count ?? 0 { best = entry }
            }
        }
        return best
    }

    private func answers(_ range: AnswerRange, _ upstream: Int) -> Bool {
        forwarders.isEmpty || range.addresses.isEmpty || range.addresses.contains(forwarders[upstream])
    }

    private func matches(_ entry: ScenarioEntry, _ query: MessageContents) -> Bool {
        guard let expected = try? MessageContents(entry.questionMessage) else { return false }
        return MessageComparison(rules: entry.match, expected: expected).matches(query)
    }
}

extension ScenarioEntry {
    /// The entry without its answer: what a query is compared with.
    fileprivate var questionMessage: [UInt8] {
        var entry = self
        entry.raw = nil
        return entry.message()
    }
}
