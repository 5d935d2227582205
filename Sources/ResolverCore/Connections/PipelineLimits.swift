/// How much a server takes on one connection, learnt from the way in which its connections end.
///
/// A server that closes after so many answers shows the same number again and again. One that closes without reading
/// what is still on its way resets the connection, and answers that had left are lost with it: then less is sent at
/// once, until the answers come and the number shows.
struct PipelineLimits {
    /// What a session has room for.
    static let maximumWindow = 4_096
    /// A server that answers more than that before it closes need not be told from one that restarts.
    static let maximumQuota = 1_024
    /// By so much less is tried after a connection that was lost.
    private static let shrinkFactor = 4

    /// Attempts under way at once.
    private(set) var window = maximumWindow
    /// Attempts in the life of a connection; nil when there is no end.
    private(set) var quota: Int?
    /// What the last connection had answered that ended while attempts were under way.
    private var lastEnding: Int?

    /// What one more connection brings.
    var capacity: Int { min(window, quota ?? window) }

    func permitsMore(on connection: PooledConnection) -> Bool {
        connection.underWay < window && !isSpent(connection)
    }

    func isSpent(_ connection: PooledConnection) -> Bool { quota.map { connection.given >= $0 } ?? false }

    /// An attempt was answered: twice what fits into the window shows that it may be wider.
    mutating func noteAnswer(on connection: inout PooledConnection) {
        guard window < PipelineLimits.maximumWindow else { return }
        connection.answeredInWindow += 1
        guard connection.answeredInWindow >= 2 * window else { return }
        window = min(2 * window, PipelineLimits.maximumWindow)
        connection.answeredInWindow = 0
    }

    /// The server has ended a connection with so many attempts unanswered; true when they deserve another try because
    /// there were too many at once.
    mutating func noteEnd(of connection: PooledConnection, unanswered: Int, isReset: Bool) -> Bool {
        guard unanswered > 0 else { return false }
        if connection.answered > 0, connection.answered <= PipelineLimits.maximumQuota {
            if lastEnding == connection.answered { quota = connection.answered }
            lastEnding = connection.answered
        }
        guard unanswered > 1, connection.answered == 0 || isReset else { return false }
        window = max(1, min(window, unanswered) / PipelineLimits.shrinkFactor)
        return connection.answered == 0
    }

    /// The session says that it takes no more than so many at once.
    mutating func noteFull(at count: Int) { window = max(1, min(window, count)) }

    /// A connection stayed open after its last attempt: the number was a coincidence.
    mutating func noteOpenAfterQuota() {
        guard let quota else { return }
        self.quota = 2 * quota > PipelineLimits.maximumQuota ? nil : 2 * quota
        lastEnding = nil
    }
}
