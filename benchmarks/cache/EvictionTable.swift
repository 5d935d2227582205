/// What each rule answers of each trace, in per cent of all requests; the first fifth of a trace only warms up.
struct EvictionTable {
    private let traces: [RequestTrace]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        traces = RequestTrace.all(capacity: capacity)
    }

    func text() -> String {
        let header = row("", traces.map(\.name))
        return header
            + [
                hitRatios(LeastRecentlyUsed.self), hitRatios(Sieve.self), hitRatios(TinyLFU.self),
                hitRatios(CachedResolver.self),
            ].joined()
    }

    private func hitRatios<Rule: EvictionRule>(_: Rule.Type) -> String {
        row(
            Rule.name,
            traces.map { trace in
                var rule = Rule(capacity: capacity)
                let warmUp = trace.requests.count / 5
                for request in trace.requests[..<warmUp] { _ = rule.ask(request) }
                let hits = trace.requests[warmUp...].count { rule.ask($0) }
                return perCent(hits, of: trace.requests.count - warmUp)
            })
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: 16 - name.utf8.count)
            + cells.map { String(repeating: " ", count: max(1, 18 - $0.utf8.count)) + $0 }.joined() + "\n"
    }

    private func perCent(_ part: Int, of whole: Int) -> String {
        let tenths = (2000 * part + whole) / (2 * whole)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
