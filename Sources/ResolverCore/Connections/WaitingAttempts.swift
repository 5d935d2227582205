/// Attempts that wait for a connection, oldest first.
struct WaitingAttempts {
    private struct Entry {
        let attempt: AttemptIdentifier
        /// The first connection that it may be given to.
        let first: UInt64
    }

    private var entries: [Entry] = []
    private var head = 0

    var isEmpty: Bool { head == entries.count }

    var count: Int { entries.count - head }

    mutating func append(_ attempt: AttemptIdentifier, first: UInt64) {
        // Where somebody always waits, the queue is never empty: once more is dead than alive, the rest moves up.
        if head > 0, head >= count {
            entries.removeSubrange(..<head)
            head = 0
        }
        entries.append(Entry(attempt: attempt, first: first))
    }

    /// Puts those back that were taken: older attempts come first, whoever takes them.
    mutating func putBack(_ attempts: [AttemptIdentifier]) {
        entries.replaceSubrange(..<head, with: attempts.map { Entry(attempt: $0, first: 0) })
        head = 0
        entries.sort { $0.attempt.rawValue < $1.attempt.rawValue }
    }

    /// The oldest that a connection may be given.
    mutating func take(for connection: UInt64) -> AttemptIdentifier? {
        guard let index = entries[head...].firstIndex(where: { $0.first <= connection }) else { return nil }
        let attempt = entries[index].attempt
        if index == head {
            head += 1
        } else {
            entries.remove(at: index)
        }
        if isEmpty { removeAll() }
        return attempt
    }

    /// All that are left.
    mutating func takeAll() -> [AttemptIdentifier] {
        defer { removeAll() }
        return entries[head...].map(\.attempt)
    }

    private mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        head = 0
    }
}
