internal import Telemetry

/// How long the slow ones among an upstream's recent answers take: what 95 of 100 do not pass.
struct AnswerTail {
    /// Fewer answers say nothing about the slowest of twenty.
    static let minimumSamples: UInt64 = 32
    /// After so many the tail is looked up again, and what came before is forgotten.
    static let windowSamples: UInt64 = 256

    private var recent = LatencyHistogram()
    /// Nanoseconds; nil while too little is known.
    private(set) var p95: UInt64?

    /// What took longer and was not waited for is recorded, too, with the time that was waited: without it the tail would
    /// seem shorter with every answer that another upstream gave first.
    mutating func record(nanoseconds: UInt64) {
        recent.record(nanoseconds: nanoseconds)
        if p95 == nil, recent.count == AnswerTail.minimumSamples { p95 = recent.percentile(0.95) }
        guard recent.count == AnswerTail.windowSamples else { return }
        p95 = recent.percentile(0.95)
        recent.removeAll()
    }

    /// The network is another one.
    mutating func removeAll() {
        recent.removeAll()
        p95 = nil
    }
}
