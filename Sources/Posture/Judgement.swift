internal import CanonicalJSON
internal import NetworkTypes

/// What the observations say about one signal, before it is known how long it has been so.
struct Judgement {
    /// What is not as it should be; the worst one decides. None: `enforced`.
    private var findings: [(value: SignalValue, reason: String)] = []
    /// What is good, for the case that everything is.
    private let confirmation: String
    /// When the observed process knows it: its word stands above what earlier documents saw.
    var knownSince: UTCInstant?
    var observedAt: UTCInstant?
    let method: String
    let evidence: JSONValue

    init(confirmation: String, method: String, evidence: JSONValue) {
        self.confirmation = confirmation
        self.method = method
        self.evidence = evidence
    }

    /// Nobody could look, and this is why.
    static func unknown(_ reason: String, method: String, evidence: JSONValue) -> Judgement {
        var judgement = Judgement(confirmation: "", method: method, evidence: evidence)
        judgement.find(.unknown, reason)
        return judgement
    }

    mutating func find(_ value: SignalValue, _ reason: String) { findings.append((value, reason)) }

    /// What was seen to be wrong weighs more than what could not be seen, and that more than a shortcoming: a value
    /// may not be better than the least that is known.
    var value: SignalValue {
        let order: [SignalValue] = [.violated, .unknown, .degraded]
        return order.first { worst in findings.contains { $0.value == worst } } ?? .enforced
    }

    var reason: String {
        findings.isEmpty ? confirmation : findings.map(\.reason).joined(separator: "; ")
    }

    /// The signal at `now`. When nobody knows since when, the moment of `earlier` stays as long as the value does.
    func signal(_ name: SignalName, at now: UTCInstant, earlier: EarlierSignal?) -> Signal {
        let observedAt = min(observedAt ?? now, now)
        let remembered = earlier.flatMap { $0.value == value && $0.since <= observedAt ? $0.since : nil }
        return Signal(
            name: name, value: value, reason: reason,
            since: min(knownSince ?? remembered ?? observedAt, observedAt), observedAt: observedAt, method: method,
            evidence: evidence)
    }
}
