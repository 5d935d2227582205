internal import NetworkTypes
package import ResolverCore

/// One upstream as a worker, or all of them together, sees it: how it answers, and what the way to it is.
package struct UpstreamReport: Sendable {
    /// Its state is `failing`, too, while no connection can be made and nobody has asked.
    package var answers: UpstreamSnapshot
    package var connections: ConnectionPoolSnapshot
    /// The last one that succeeded.
    package var handshake: UpstreamHandshake?
    /// How often the way to it has become another one.
    package var networkEpoch: UInt64
    /// The only view that has it, where views share no connection.
    package let view: String?

    /// `downSince`: since when no connection can be made, for that reason; nil when the last one was.
    init(
        _ answers: UpstreamSnapshot, _ connections: ConnectionPoolSnapshot, _ handshake: UpstreamHandshake?,
        networkEpoch: UInt64, view: String?, down: (failure: UpstreamFailure, since: MonotonicInstant)?
    ) {
        self.answers = answers
        self.connections = connections
        self.handshake = handshake
        self.networkEpoch = networkEpoch
        self.view = view
        guard let down else { return }
        if answers.state != .failing {
            self.answers.state = .failing
            self.answers.since = down.since
        }
        guard answers.lastFailureAt.map({ $0 < down.since }) ?? true else { return }
        self.answers.lastFailure = down.failure
        self.answers.lastFailureAt = down.since
    }

    /// Adds what another worker knows of the same upstream.
    mutating func add(_ other: UpstreamReport) {
        answers.add(other.answers)
        connections.add(other.connections)
        networkEpoch = max(networkEpoch, other.networkEpoch)
        guard let theirs = other.handshake else { return }
        if handshake.map({ $0.at < theirs.at }) ?? true { handshake = theirs }
    }
}
