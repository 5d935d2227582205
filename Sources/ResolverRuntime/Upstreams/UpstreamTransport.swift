internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import SecureTransport
internal import TLSEngine

/// The connections of a worker to one upstream: one in use that all queries share, and those that only still
/// wait for answers.
final class UpstreamTransport {
    enum Condition: Equatable {
        case unknown
        case up
        case down(UpstreamFailure)
    }

    let plan: UpstreamPlan
    private(set) var current: UpstreamConnection?
    /// The address that worked last, or the one after the last that failed.
    private(set) var preferredEndpoint = 0
    private var condition = Condition.unknown
    /// What the last handshake that succeeded agreed on.
    private(set) var lastHandshake: TLSDetails?
    /// Grows with every change of the way to the upstream: tickets are good within one epoch.
    private(set) var networkEpoch: UInt64 = 0
    /// Where from the last connection went, and where to.
    private var way: (source: IPAddress, target: Endpoint)?

    init(plan: UpstreamPlan) { self.plan = plan }

    /// The connection that a query may use: with `fresh`, none that had answered before, for one of those was the
    /// last thing that failed it.
    func usableConnection(fresh: Bool) -> UpstreamConnection? {
        guard let current, current.session.isAccepting, !(fresh && current.session.isReused) else { return nil }
        return current
    }

    /// Takes `connection` into use. One that was in use before keeps its unanswered queries until it ends.
    func use(_ connection: UpstreamConnection) {
        current = connection
        way = connection.source.map { ($0, plan.endpoints[connection.endpointIndex]) }
    }

    /// Whether packets to the upstream leave from another address than its connections have, or not at all: then these are
    /// of no more use. Changes elsewhere, such as a container's, do not matter to it.
    func hasMoved() -> Bool {
        guard let way, Routing.source(towards: way.target) != way.source else { return false }
        self.way = nil
        networkEpoch += 1
        return true
    }

    func forget(_ connection: UpstreamConnection) {
        if current === connection { current = nil }
    }

    /// Remembers how a handshake went; answers whether that is news.
    func established(_ connection: UpstreamConnection, _ details: TLSDetails) -> Bool {
        preferredEndpoint = connection.endpointIndex
        lastHandshake = details
        way = connection.source.map { ($0, plan.endpoints[connection.endpointIndex]) }
        defer { condition = .up }
        if case .down = condition { return true }
        return false
    }

    /// Remembers that no connection could be made; answers whether that is news.
    func failed(_ connection: UpstreamConnection, _ failure: UpstreamFailure) -> Bool {
        preferredEndpoint = (connection.endpointIndex + 1) % plan.endpoints.count
        defer { condition = .down(failure) }
        return condition != .down(failure)
    }
}
