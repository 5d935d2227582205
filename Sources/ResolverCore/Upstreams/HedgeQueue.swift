internal import NetworkTypes

/// The attempts at one upstream that another may be asked about in time, oldest first. Those that have ended are left in
/// it until all before them have.
struct HedgeQueue {
    struct Entry {
        let attempt: AttemptIdentifier
        let at: MonotonicInstant
    }

    private var entries: [Entry] = []
    private var head = 0

    var first: Entry? { head < entries.count ? entries[head] : nil }

    mutating func append(_ attempt: AttemptIdentifier, at moment: MonotonicInstant) {
        entries.append(Entry(attempt: attempt, at: moment))
    }

    mutating func removeFirst() {
        head += 1
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= HedgeQueue.compactionCount, head * 2 > entries.count {
            entries.removeSubrange(..<head)
            head = 0
        }
    }

    /// So many dead entries at the front are worth moving the rest.
    private static let compactionCount = 1024
}
