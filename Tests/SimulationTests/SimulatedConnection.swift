import NetworkTypes
import ResolverCore

/// One connection, as both of its ends see it.
struct SimulatedConnection {
    let number: UInt64
    let upstream: Int
    let startedAt: MonotonicInstant
    /// The network that it was made on, and the epoch of the way to the upstream.
    let place: Int
    let epoch: UInt64
    /// The ticket that it was begun with, and whether the server took it.
    let shown: SimulatedTicket?
    let isResumed: Bool
    /// After so many answers its server does what it has the habit of.
    let lifetime: Int
    var isEstablished = false
    var isSilent = false
    /// Its session has noticed that no answer comes.
    var isStalled = false
    /// The server takes nothing more on it.
    var isLeaving = false
    var given: [AttemptIdentifier] = []
    /// Over HTTPS: given, and waiting for a stream.
    var queued: [(attempt: AttemptIdentifier, message: [UInt8])] = []
    var answered = 0

    /// How the resolver is told of its end: a connection that has answered may end at any time.
    func ending(isReset: Bool = false) -> UpstreamFailure {
        answered > 0 ? .closedOnReuse : isReset ? .reset : .closed
    }

    mutating func forget(_ attempt: AttemptIdentifier) {
        given.removeAll { $0 == attempt }
        queued.removeAll { $0.attempt == attempt }
    }
}
