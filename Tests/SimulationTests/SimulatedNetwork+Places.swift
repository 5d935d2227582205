import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport

// Where the machine is, and what keeps upstreams from being reached there.

struct SimulatedPlaces {
    /// What keeps an upstream from being reached, whatever habits it has.
    enum Trouble {
        /// Nobody listens where it was: connections end, and new ones are refused.
        case refuses
        /// Nothing comes through any more, and nobody says so.
        case lost
    }

    /// Whether certificates are valid at the time that the machine's clock shows.
    enum Clock {
        case right
        case ahead
        case behind
    }

    /// The network that the machine is in; each is there once.
    var current = 0
    var isOffline = false
    var clock = Clock.right
    var troubles: [Trouble?] = []

    /// The address that packets to one of an upstream's addresses leave from; nil when there is no way.
    func source(towards address: Int) -> IPAddress? {
        guard !isOffline else { return nil }
        let place = UInt16(truncatingIfNeeded: current)
        return .v4(IPv4Address(10, UInt8(address), UInt8(place >> 8), UInt8(place & 0xff)))
    }
}

extension SimulatedNetwork {
    /// Since when one of the upstreams could be reached without a break; nil when none can be.
    var reachableSince: MonotonicInstant? { reachedSince.compactMap(\.self).min() }

    mutating func set(
        _ trouble: SimulatedPlaces.Trouble?, of upstream: Int, _ resolver: ResolverBox, _ random: inout SplitMix,
        now: MonotonicInstant
    ) throws {
        places.troubles[upstream] = trouble
        noteReach(now: now)
        for index in connections.indices where connections[index].upstream == upstream && trouble == .lost {
            connections[index].isSilent = true
            expectStall(of: index, now: now)
        }
        guard trouble == .refuses else { return }
        for connection in connections where connection.upstream == upstream && connection.isEstablished {
            try end(connection.number, connection.ending(isReset: true), isReset: true, resolver, &random, now: now)
        }
    }

    mutating func set(isOffline: Bool, now: MonotonicInstant) {
        places.isOffline = isOffline
        noteReach(now: now)
    }

    /// A wrong certificate is looked at again after ``lastingPause``: nobody tells the resolver that the clock was set.
    mutating func set(_ clock: SimulatedPlaces.Clock, now: MonotonicInstant) {
        places.clock = clock
        noteReach(now: now.advanced(byMilliseconds: SimulatedNetwork.lastingPause))
    }

    private static let lastingPause: UInt64 = 5000

    /// The machine was suspended: who could be reached before could not be meanwhile.
    mutating func wake(now: MonotonicInstant) {
        for upstream in reachedSince.indices where reachedSince[upstream] != nil { reachedSince[upstream] = now }
    }

    private mutating func noteReach(now: MonotonicInstant) {
        for upstream in pools.indices {
            guard obstacle(upstream) == nil else {
                reachedSince[upstream] = nil
                continue
            }
            reachedSince[upstream] = reachedSince[upstream] ?? now
        }
    }

    /// How a connection to the upstream would fail now.
    func obstacle(_ upstream: Int) -> UpstreamFailure? {
        if places.isOffline { return .unreachable }
        if servers[upstream].habit == .refuses || places.troubles[upstream] == .refuses { return .connectRefused }
        if places.troubles[upstream] == .lost { return .handshakeTimedOut }
        return switch places.clock {
        case .right: nil
        case .ahead: .certificateExpired
        case .behind: .certificateNotYetValid
        }
    }
}

// MARK: - Other networks

extension SimulatedNetwork {
    /// The machine is in another network, which the kernel will tell: what was open is of no use any more, and shows that
    /// at once or not at all.
    mutating func move(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws {
        places.current += 1
        for connection in connections {
            guard let index = connections.firstIndex(where: { $0.number == connection.number }) else { continue }
            if random.oneIn(3) {
                try end(connection.number, connection.ending(isReset: true), isReset: true, resolver, &random, now: now)
            } else {
                connections[index].isSilent = true
                expectStall(of: index, now: now)
            }
        }
    }

    /// A connection leaves; false when there is no way.
    mutating func leave(towards address: Int, of upstream: Int) -> Bool {
        guard let source = places.source(towards: address) else { return false }
        if ways[upstream].leaves(from: source, towards: address, current: places.source) {
            isMoveUnhandled[upstream] = true
            hasNoticedMove = true
        }
        return true
    }

    /// What a worker does when the kernel tells of changes; whether the way to an upstream is another one.
    mutating func hear(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws -> Bool {
        hasNoticedMove = false
        let moved = pools.indices.filter { upstream in
            isMoveUnhandled[upstream] || ways[upstream].hasMoved(places.source)
        }
        try begin(moved, resolver, &random, now: now)
        return !moved.isEmpty
    }

    /// What it does when it has slept.
    mutating func resume(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws {
        try begin(Array(pools.indices), resolver, &random, now: now)
    }

    private mutating func begin(
        _ upstreams: [Int], _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        for upstream in upstreams {
            if !isMoveUnhandled[upstream] { ways[upstream].begin() }
            isMoveUnhandled[upstream] = false
            pools[upstream].networkChanged()
            let epoch = ways[upstream].epoch
            for connection in connections where connection.upstream == upstream && connection.epoch != epoch {
                try end(connection.number, .networkChanged, resolver, &random, now: now)
            }
        }
    }
}
