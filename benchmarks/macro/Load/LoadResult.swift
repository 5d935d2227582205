/// What came of asking for a while.
struct LoadResult {
    /// Queries that got an answer without an error, an answer of another kind, and none within a second.
    var answered = 0
    var failed = 0
    var lost = 0
    /// From the first query to the last answer.
    var nanoseconds: UInt64 = 0
    /// From query to answer, in nanoseconds.
    private(set) var latencies: [UInt32] = []

    init(answered: Int = 0, failed: Int = 0, lost: Int = 0) {
        self.answered = answered
        self.failed = failed
        self.lost = lost
    }

    var queriesPerSecond: Double {
        nanoseconds == 0 ? 0 : Double(answered) * 1e9 / Double(nanoseconds)
    }

    /// The latency that this share of the answers did not exceed, in microseconds; 0 without answers.
    func latencyMicroseconds(quantile: Double) -> Double {
        guard !latencies.isEmpty else { return 0 }
        let sorted = latencies.sorted()
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]) / 1000
    }

    mutating func count(_ response: Span<UInt8>, afterNanoseconds latency: UInt64) {
        let isError = response[3] & 0x0F != 0
        let isEmpty = response[6] == 0 && response[7] == 0
        if isError || isEmpty { failed += 1 } else { answered += 1 }
        latencies.append(UInt32(clamping: latency))
    }
}
