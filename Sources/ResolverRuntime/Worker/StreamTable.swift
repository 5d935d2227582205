internal import NetworkTypes

/// The clients' TCP connections of one worker.
struct StreamTable {
    /// A stub has a handful of clients that hold connections; more are somebody's mistake or malice, and the
    /// idlest one goes (RFC 7766 section 6.1).
    static let maximumCount = 256

    private var streams: [UInt64: ClientStream] = [:]
    private var nextIdentifier: UInt64 = 1
    /// No stream is due before this: activity only moves deadlines later.
    private(set) var sweepDeadline: MonotonicInstant?

    var count: Int { streams.count }
    var isFull: Bool { streams.count >= StreamTable.maximumCount }
    var all: [ClientStream] { Array(streams.values) }

    subscript(identifier: UInt64) -> ClientStream? { streams[identifier] }

    mutating func makeIdentifier() -> UInt64 {
        defer { nextIdentifier += 1 }
        return nextIdentifier
    }

    mutating func insert(_ stream: ClientStream) {
        streams[stream.identifier] = stream
        sweepDeadline = min(sweepDeadline ?? stream.idleDeadline, stream.idleDeadline)
    }

    /// Makes sure that the table is looked at by then.
    mutating func sweep(notLaterThan deadline: MonotonicInstant) {
        sweepDeadline = min(sweepDeadline ?? deadline, deadline)
    }

    mutating func remove(_ stream: ClientStream) { streams[stream.identifier] = nil }

    /// The one that waits longest with nothing under way, or else the one without progress for longest.
    var idlest: ClientStream? {
        streams.values.filter(\.isIdle).min { $0.lastActivity < $1.lastActivity }
            ?? streams.values.min { $0.lastActivity < $1.lastActivity }
    }

    /// Those without any progress for the idle limit.
    mutating func takeOverdue(now: MonotonicInstant) -> [ClientStream] {
        var overdue: [ClientStream] = []
        sweepDeadline = nil
        for stream in streams.values {
            if stream.isOverdue(now: now) { overdue.append(stream) }
            let next = stream.idleDeadline > now ? stream.idleDeadline : later(than: now)
            sweepDeadline = earliest(sweepDeadline, next)
        }
        return overdue
    }

    private func later(than now: MonotonicInstant) -> MonotonicInstant {
        now.advanced(byMilliseconds: ClientStream.idleMilliseconds)
    }
}
