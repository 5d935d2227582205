internal import NetworkTypes

/// The upstreams of a profile, and the choice between them.
struct UpstreamPool {
    /// Where the next attempt of a query goes.
    enum Choice: Equatable {
        case use(Int)
        /// All that may still answer are paused; the first pause ends then.
        case wait(until: MonotonicInstant)
        /// None is left that may answer.
        case none
    }

    /// Queries remember by one bit each which upstreams they have asked.
    static let maximumUpstreams = 64

    private(set) var all: [Upstream]
    private let selection: UpstreamSelection
    /// Of each upstream, where the selection is `sharded`.
    private let salts: [UInt64]

    init(_ configuration: ResolverConfiguration) {
        let upstreams = configuration.upstreams.prefix(UpstreamPool.maximumUpstreams)
        all = upstreams.map { Upstream($0) }
        selection = configuration.selection
        salts = configuration.sharding.map { sharding in upstreams.map { sharding.salt(of: $0) } } ?? []
    }

    /// Whether a name is meant for one upstream, and told to others only when that one fails.
    var isSharded: Bool { selection == .sharded }

    subscript(index: Int) -> Upstream {
        _read { yield all[index] }
        _modify { yield &all[index] }
    }

    /// Chooses among those of `order` for a query that has asked those in `tried` and whose question those in `refused`
    /// do not answer. `shard` is that of the name.
    func choose(
        _ order: [Int], tried: UInt64, refused: UInt64, shard: UInt64 = 0, now: MonotonicInstant
    ) -> Choice {
        var best: (rank: Rank, cost: UInt64, index: Int)?
        for index in order where refused & 1 << UInt64(index) == 0 {
            guard let rank = rank(index, tried, now) else { continue }
            let cost = cost(of: index, shard, now)
            if let best, (best.rank.rawValue, best.cost) <= (rank.rawValue, cost) { continue }
            best = (rank, cost, index)
        }
        if let best { return .use(best.index) }
        return pauseEnd(refused: refused, now: now)
    }

    /// Of two that work as well, the one with the lower cost is asked.
    private func cost(of index: Int, _ shard: UInt64, _ now: MonotonicInstant) -> UInt64 {
        switch selection {
        case .ordered: 0
        case .fastest: all[index].health.effectiveRoundTripTime(at: now)
        case .sharded: ~Sharding.weight(shard, salts[index])
        }
    }

    /// One that works and may be asked as well, among those of `order`; nil when there is none.
    func secondChoice(_ order: [Int], except used: UInt64, now: MonotonicInstant) -> Int? {
        guard case .use(let index) = choose(order, tried: 0, refused: used, now: now) else { return nil }
        return now >= all[index].health.avoidedUntil ? index : nil
    }

    /// The operators' words for why nothing works: one sentence an upstream, of those in `tried` and of those that
    /// are failing and might have been asked.
    func explanation(tried: UInt64, refused: UInt64) -> String {
        var reasons: [String] = []
        for (index, upstream) in all.enumerated() {
            let isFailing = upstream.health.state == .failing && refused & 1 << UInt64(index) == 0
            guard tried & 1 << UInt64(index) != 0 || isFailing else { continue }
            guard let failure = upstream.health.lastFailure else { continue }
            let (name, proxy) = (upstream.configuration.name, upstream.configuration.proxy)
            reasons.append("upstream `\(name)`: \(failure.description(through: proxy))")
        }
        return reasons.joined(separator: "; ")
    }

    /// The words for why nobody could be asked.
    var absence: String { all.isEmpty ? "no upstream is configured" : "no upstream is for this name" }

    /// The network is another one.
    mutating func forgetHealth() {
        for index in all.indices { all[index].forget() }
    }

    mutating func forgiveAll() {
        for index in all.indices { all[index].health.forgive() }
    }

    /// Takes a new configuration and answers the new index of every old upstream; nil for those that are gone.
    mutating func reconfigure(_ configuration: ResolverConfiguration) -> [Int?] {
        let old = self
        self = UpstreamPool(configuration)
        return old.all.map { upstream in
            let index = all.firstIndex { $0.configuration == upstream.configuration }
            if let index { all[index] = upstream }
            return index
        }
    }
}

extension UpstreamPool {
    /// In order of preference.
    private enum Rank: Int {
        case fresh
        case triedBefore
        case avoidedButFresh
        case avoided
    }

    /// Nil while the upstream is paused.
    private func rank(_ index: Int, _ tried: UInt64, _ now: MonotonicInstant) -> Rank? {
        let health = all[index].health
        let wasTried = tried & 1 << UInt64(index) != 0
        if now >= health.avoidedUntil { return wasTried ? .triedBefore : .fresh }
        guard now >= health.pausedUntil else { return nil }
        return wasTried ? .avoided : .avoidedButFresh
    }

    private func pauseEnd(refused: UInt64, now: MonotonicInstant) -> Choice {
        var end: MonotonicInstant?
        for index in all.indices where refused & 1 << UInt64(index) == 0 {
            let health = all[index].health
            guard !health.isLastingFailure(at: now) else { continue }
            end = min(end ?? health.pausedUntil, health.pausedUntil)
        }
        return end.map { .wait(until: $0) } ?? .none
    }
}
