internal import LinuxIO
package import NetworkTypes
internal import ResolverCore
internal import SecureTransport
package import TLSEngine

/// A worker's way to one upstream: the pool that decides about its connections, and what is known of the network
/// between.
final class UpstreamTransport {
    enum Condition: Equatable {
        case unknown
        case up
        case down(UpstreamFailure)
    }

    let plan: UpstreamPlan
    var pool: ConnectionPool
    private var condition = Condition.unknown
    private var conditionSince = MonotonicInstant.zero
    /// What the last handshake that succeeded agreed on, and with whom.
    private(set) var lastHandshake: UpstreamHandshake?
    /// Grows with every change of the way to the upstream: tickets are good within one epoch.
    private(set) var networkEpoch: UInt64 = 0
    /// Where from the last connection went, and where to.
    private var way: (source: IPAddress, target: Endpoint)?

    /// `number` is no other transport's.
    init(plan: UpstreamPlan, number: UInt64) {
        self.plan = plan
        pool = ConnectionPool(number: number, families: plan.endpoints.map(\.address.family))
    }

    /// A connection is on its way.
    func opened(_ connection: UpstreamConnection) {
        way = connection.source.map { ($0, connection.endpoint) }
    }

    /// Whether packets to the upstream leave from another address than its connections have, or not at all: then these are
    /// of no more use. Changes elsewhere, such as a container's, do not matter to it.
    func hasMoved() -> Bool {
        guard let way else { return false }
        let (hop, device) = (plan.egress.hop(towards: way.target), plan.egress.device(towards: way.target))
        return Routing.source(towards: hop, by: device) != way.source
    }

    /// The way is another one, or may be: no ticket of the old one is shown on it.
    func beginEpoch() {
        way = nil
        networkEpoch += 1
        pool.networkChanged()
    }

    /// Remembers how a handshake went; answers whether that is news.
    func established(_ connection: UpstreamConnection, _ details: TLSDetails, now: MonotonicInstant) -> Bool {
        lastHandshake = UpstreamHandshake(endpoint: connection.endpoint, details: details, at: now)
        opened(connection)
        defer { condition = .up }
        if case .down = condition { return true }
        return false
    }

    /// Remembers that no connection could be made; answers whether that is news.
    func failed(_ failure: UpstreamFailure, now: MonotonicInstant) -> Bool {
        guard condition != .down(failure) else { return false }
        condition = .down(failure)
        conditionSince = now
        return true
    }

    /// For operators; `answers` is what the resolver knows of the upstream.
    func report(_ answers: UpstreamSnapshot) -> UpstreamReport {
        var down: (UpstreamFailure, MonotonicInstant)?
        if case .down(let failure) = condition { down = (failure, conditionSince) }
        return UpstreamReport(
            answers, pool.snapshot, lastHandshake, networkEpoch: networkEpoch, view: plan.view, down: down)
    }
}

/// A handshake that succeeded.
package struct UpstreamHandshake: Equatable, Sendable {
    package let endpoint: Endpoint
    package let details: TLSDetails
    package let at: MonotonicInstant
}
