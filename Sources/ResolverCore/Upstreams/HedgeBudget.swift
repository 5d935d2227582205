/// How many second attempts may be made before the first has failed: a share of all attempts, so that a network that has
/// become slow is not given twice the work.
struct HedgeBudget {
    /// One in so many. One in twenty answers is slower than the p95 by definition.
    static let attemptsPerHedge = 16
    /// What may be saved up for a moment in which many are late.
    static let maximumHedges = 16
    /// Nanoseconds. Below that a second attempt costs more than it saves.
    static let minimumDelay: UInt64 = 5_000_000

    private var credit = 0

    mutating func noteAttempt() {
        credit = min(credit + 1, HedgeBudget.maximumHedges * HedgeBudget.attemptsPerHedge)
    }

    /// Whether there may be one now.
    mutating func spend() -> Bool {
        guard credit >= HedgeBudget.attemptsPerHedge else { return false }
        credit -= HedgeBudget.attemptsPerHedge
        return true
    }
}
