package import LinuxIO
package import NetworkTypes
package import ResolverCore
package import Telemetry

/// A change of state that an operator should know of: told once, not per attempt.
package enum WorkerNotice: Equatable, Sendable {
    /// No connection could be made, for that reason; through that proxy, where there is one.
    case upstreamDown(String, UpstreamFailure, through: Endpoint? = nil)
    /// A connection was made again after ``upstreamDown(_:_:through:)``.
    case upstreamUp(String)
    /// What came of the cache of the process before.
    case tookOver(TakeoverOutcome)
}

/// Something happened at a descriptor that the service watches in the worker's loop.
package struct ServiceEvent: Equatable, Sendable {
    /// The service's number for the descriptor.
    package let number: UInt64
    package let readiness: Readiness
}

/// The answer to a query from the control socket.
package struct ControlAnswer: Equatable, Sendable {
    /// The stream of the client that asked.
    package let stream: UInt64
    package let message: [UInt8]
    /// The upstream that answered; nil when that is not known.
    package let upstream: String?
}

/// What became of a query from the control socket at once.
package enum ControlReception: Equatable, Sendable {
    case answered([UInt8], fromCache: Bool)
    case pending
    /// The bytes are no query.
    case refused
}

/// What a worker counts besides what its resolver counts.
package struct WorkerCounters: Equatable, Sendable {
    /// Datagrams that deserved no answer: not a query, or longer than any.
    package var ignoredDatagrams: UInt64 = 0
    package var ignoredStreamMessages: UInt64 = 0
    package var streamsAccepted: UInt64 = 0
    /// Closed to make room for a new client.
    package var streamsEvicted: UInt64 = 0
    /// Closed because nothing happened for the idle limit.
    package var streamsTimedOut: UInt64 = 0
    /// Connections to upstreams.
    package var connectionsOpened: UInt64 = 0
    /// Connections to upstreams that ended before the handshake did.
    package var connectionsFailed: UInt64 = 0
    /// From the moment when the worker woke up for a query that the cache answered to that when its answer had left;
    /// what waited in the kernel before that is not known. One reading of the clock stands for all of a turn.
    package var hitLatency = LatencyHistogram()
    /// From the start of connecting to an upstream to the end of the handshake.
    package var handshakeLatency = LatencyHistogram()
    /// Calls on listening sockets that the kernel refused.
    package var socketErrors: UInt64 = 0

    package init() {}

    /// Adds what another worker has counted.
    mutating func add(_ other: WorkerCounters) {
        ignoredDatagrams &+= other.ignoredDatagrams
        ignoredStreamMessages &+= other.ignoredStreamMessages
        streamsAccepted &+= other.streamsAccepted
        streamsEvicted &+= other.streamsEvicted
        streamsTimedOut &+= other.streamsTimedOut
        connectionsOpened &+= other.connectionsOpened
        connectionsFailed &+= other.connectionsFailed
        hitLatency.merge(other.hitLatency)
        handshakeLatency.merge(other.handshakeLatency)
        socketErrors &+= other.socketErrors
    }
}
