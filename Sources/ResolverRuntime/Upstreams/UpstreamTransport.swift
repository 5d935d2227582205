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
    private var way = UpstreamWay()
    /// A connection has left another way, and nothing else was done about that yet.
    private var isMoveUnhandled = false

    /// `number` is no other transport's.
    init(plan: UpstreamPlan, number: UInt64) {
        self.plan = plan
        pool = ConnectionPool(number: number, families: plan.endpoints.map(\.address.family))
    }

    /// Grows with every change of the way to the upstream: tickets and connections are good within one.
    var networkEpoch: UInt64 { way.epoch }

    /// A connection leaves from `source` towards that address; whether nobody knew yet that this is another way.
    func opens(from source: IPAddress?, towards address: Int) -> Bool {
        guard way.leaves(from: source, towards: address, current: { self.source(towards: $0) }) else { return false }
        isMoveUnhandled = true
        return true
    }

    /// Whether the way is another one than that of the last connection: then what went before is of no more use.
    func hasMoved() -> Bool { isMoveUnhandled || way.hasMoved { source(towards: $0) } }

    private func source(towards address: Int) -> IPAddress? {
        let endpoint = plan.endpoints[address]
        return Routing.source(towards: plan.egress.hop(towards: endpoint), by: plan.egress.device(towards: endpoint))
    }

    /// The way is another one, or may be: no ticket of the old one is shown on it.
    func beginEpoch() {
        // A connection that showed it is the new epoch's first.
        if !isMoveUnhandled { way.begin() }
        isMoveUnhandled = false
        pool.networkChanged()
    }

    /// Remembers how a handshake went; answers whether that is news.
    func established(_ connection: UpstreamConnection, _ details: TLSDetails, now: MonotonicInstant) -> Bool {
        lastHandshake = UpstreamHandshake(endpoint: connection.endpoint, details: details, at: now)
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
