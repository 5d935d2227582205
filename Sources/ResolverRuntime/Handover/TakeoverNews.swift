/// What came of taking over the cache of the process before: each worker tells of its own part, and the log of the whole.
struct TakeoverNews {
    private var waitingWorkers: Int
    private var answers = 0
    private var isDamaged = false

    init(workers: Int) { waitingWorkers = workers }

    /// Counts what one worker has done; what all have done, once the last one has.
    mutating func add(_ outcome: TakeoverOutcome) -> TakeoverOutcome? {
        waitingWorkers -= 1
        switch outcome {
        case .complete(let count): answers += count
        case .damaged: isDamaged = true
        }
        guard waitingWorkers == 0 else { return nil }
        return isDamaged ? .damaged : .complete(answers)
    }
}
