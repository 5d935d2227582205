internal import NetworkTypes

/// What a pool knows of one of its connections.
struct PooledConnection {
    let number: UInt64
    /// Index of the upstream's address.
    let address: Int
    var isEstablished = false
    /// The server takes no more attempts on it.
    var isLeaving = false
    /// Attempts that were given to it.
    var given = 0
    /// Attempts that it has answered, and those since the window was last widened.
    var answered = 0
    var answeredInWindow = 0
    /// Attempts whose answer is awaited.
    var underWay = 0
    /// Since when an answer is due and nothing was heard.
    var silentSince: MonotonicInstant?
    var usedAt: MonotonicInstant
    /// It has had as many attempts as the server takes, and is about to be closed by it; until then it is believed.
    var restsUntil: MonotonicInstant?

    init(number: UInt64, address: Int, now: MonotonicInstant) {
        self.number = number
        self.address = address
        usedAt = now
    }

    /// It is to make room for another one.
    var isEvicted = false

    var isReady: Bool { isEstablished && !isLeaving && !isEvicted && restsUntil == nil }

    /// Nothing was heard for so long that it may be dead.
    func isSuspect(at now: MonotonicInstant) -> Bool {
        silentSince.map { now.nanoseconds(since: $0) >= ConnectionPool.maximumSilence } ?? false
    }

    mutating func give(now: MonotonicInstant) {
        given += 1
        underWay += 1
        usedAt = now
        if silentSince == nil { silentSince = now }
    }

    mutating func hear(now: MonotonicInstant) { silentSince = underWay > 0 ? now : nil }
}
