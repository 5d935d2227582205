import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport

/// Connections to upstreams as a worker has them, with servers at their ends and a network between that delays, loses,
/// resets and changes. What leaves open connections and pools apart is a complaint.
struct SimulatedNetwork {
    /// What a server does with its connections. All of them answer every question that reaches them.
    enum Habit: CaseIterable {
        case steady
        /// Closes a connection that was idle for 4 to 30 seconds.
        case closesIdle
        /// Closes after some answers, in order.
        case closesAfterSome
        /// Closes after some answers without reading what is on its way: answers that had left are lost.
        case resets
        /// Says that it takes no more (GOAWAY), answers what it has, and closes.
        case goesAway
        /// Some of its connections fall silent for ever.
        case stalls
        /// Its first address does not answer.
        case hasDeadAddress
        case refuses
    }

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

    private struct Connection {
        let number: UInt64
        let upstream: Int
        let startedAt: MonotonicInstant
        var isEstablished = false
        var isSilent = false
        /// Its session has noticed that no answer comes.
        var isStalled = false
        var given: [AttemptIdentifier] = []
        var answered = 0
        /// After so many answers its server does what it has the habit of.
        let lifetime: Int
    }

    private enum Happening {
        case established
        case failed(UpstreamFailure)
        case answer(AttemptIdentifier, [UInt8])
        case idle(answered: Int)
        case stalled
        case closes
    }

    private struct Event {
        let at: MonotonicInstant
        let connection: UInt64
        let happening: Happening
    }

    let habits: [Habit]
    private var pools: [ConnectionPool]
    private var connections: [Connection] = []
    private var events: [Event] = []
    private(set) var opened = 0
    private var troubles: [Trouble?]
    private var isOffline = false
    private var clock = Clock.right
    /// Since when each upstream could be reached without a break; nil where it cannot be.
    private var reachedSince: [MonotonicInstant?]

    init(_ habits: [Habit]) {
        self.habits = habits
        pools = habits.indices.map { ConnectionPool(number: UInt64($0) + 1, families: [.v4, .v6]) }
        troubles = Array(repeating: nil, count: habits.count)
        reachedSince = habits.map { $0 == .refuses ? nil : .zero }
    }

    /// Since when one of the upstreams could be reached without a break; nil when none can be.
    var reachableSince: MonotonicInstant? { reachedSince.compactMap(\.self).min() }

    /// When something happens next.
    var nextMoment: MonotonicInstant {
        let deadlines = pools.compactMap(\.deadline)
        return min(events.first?.at ?? .distantFuture, deadlines.min() ?? .distantFuture)
    }

    /// Says what is wrong with the books.
    var complaint: String? {
        for upstream in pools.indices {
            let open = connections.count { $0.upstream == upstream }
            if open != pools[upstream].connectionCount {
                return "\(open) connections, \(pools[upstream].connectionCount) in the pool"
            }
            if open > ConnectionPool.maximumConnections { return "\(open) connections to one upstream" }
            if pools[upstream].waitingCount > ConnectionPool.maximumWaiting / 2 {
                return "\(pools[upstream].waitingCount) wait for a connection"
            }
        }
        return nil
    }

    /// No attempt waits that somebody waits for, and nothing is under way.
    var isQuiet: Bool { connections.allSatisfy { $0.given.isEmpty || $0.isSilent } }

    mutating func forward(
        _ attempt: AttemptIdentifier, upstream: Int, fresh: Bool, _ resolver: ResolverBox, _ random: inout SplitMix,
        now: MonotonicInstant
    ) throws {
        if let number = pools[upstream].place(attempt, fresh: fresh, now: now) {
            try send(attempt, on: number, upstream, resolver, &random, now: now)
        }
        try perform(upstream, resolver, &random, now: now)
    }

    mutating func abandon(
        _ attempt: AttemptIdentifier, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard let index = connections.firstIndex(where: { $0.given.contains(attempt) }) else { return }
        let (number, upstream) = (connections[index].number, connections[index].upstream)
        connections[index].given.removeAll { $0 == attempt }
        pools[upstream].abandoned(number, now: now)
        try perform(upstream, resolver, &random, now: now)
    }

    /// All connections have gone, and perhaps nobody noticed until now.
    mutating func change(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws {
        for upstream in pools.indices {
            pools[upstream].networkChanged()
            for connection in connections where connection.upstream == upstream {
                try end(connection.number, .networkChanged, resolver, &random, now: now)
            }
        }
    }

    mutating func happen(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws {
        for upstream in pools.indices where pools[upstream].deadline.map({ $0 <= now }) ?? false {
            pools[upstream].deadlineReached(now: now)
            try perform(upstream, resolver, &random, now: now)
        }
        guard let event = events.first, event.at <= now else { return }
        events.removeFirst()
        guard let index = connections.firstIndex(where: { $0.number == event.connection }) else { return }
        let upstream = connections[index].upstream
        switch event.happening {
        case .established:
            if let failure = obstacle(upstream) {
                return try end(event.connection, failure, resolver, &random, now: now)
            }
            connections[index].isEstablished = true
            pools[upstream].established(event.connection, now: now)
            try perform(upstream, resolver, &random, now: now)
        case .failed(let failure): try end(event.connection, failure, resolver, &random, now: now)
        case .answer(let attempt, let message):
            try answer(attempt, message, index, resolver, &random, now: now)
        case .idle(let answered):
            guard connections[index].answered == answered, connections[index].given.isEmpty else { return }
            try end(event.connection, .closedOnReuse, resolver, &random, now: now)
        case .stalled: try end(event.connection, .answerTimedOut, resolver, &random, now: now)
        case .closes: try end(event.connection, .closedOnReuse, resolver, &random, now: now)
        }
    }
}

// MARK: - What becomes of the network

extension SimulatedNetwork {
    mutating func set(
        _ trouble: Trouble?, of upstream: Int, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        troubles[upstream] = trouble
        noteReach(now: now)
        for index in connections.indices where connections[index].upstream == upstream && trouble == .lost {
            connections[index].isSilent = true
            expectStall(of: index, now: now)
        }
        guard trouble == .refuses else { return }
        for connection in connections where connection.upstream == upstream && connection.isEstablished {
            try end(connection.number, .closedOnReuse, resolver, &random, now: now)
        }
    }

    mutating func set(isOffline: Bool, now: MonotonicInstant) {
        self.isOffline = isOffline
        noteReach(now: now)
    }

    /// A wrong certificate is looked at again after ``lastingPause``: nobody tells the resolver that the clock was set.
    mutating func set(_ clock: Clock, now: MonotonicInstant) {
        self.clock = clock
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

    /// Its session waits for as long as sessions do, when something is due.
    private mutating func expectStall(of index: Int, now: MonotonicInstant) {
        guard !connections[index].given.isEmpty, !connections[index].isStalled else { return }
        connections[index].isStalled = true
        schedule(.stalled, connections[index].number, after: 5000, now)
    }
}

extension SimulatedNetwork {
    private mutating func perform(
        _ upstream: Int, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        while let action = pools[upstream].nextAction() {
            switch action {
            case .open(let number, let address): open(number, address, upstream, &random, now: now)
            case .send(let attempt, let number): try send(attempt, on: number, upstream, resolver, &random, now: now)
            case .close(let number): connections.removeAll { $0.number == number }
            case .evict(let number): try end(number, .evicted, resolver, &random, now: now)
            case .fail(let attempt, let failure): resolver.core.upstreamFailed(attempt, failure, now: now)
            case .giveUp: break
            }
        }
    }

    private mutating func open(
        _ number: UInt64, _ address: Int, _ upstream: Int, _ random: inout SplitMix, now: MonotonicInstant
    ) {
        opened += 1
        connections.append(
            Connection(number: number, upstream: upstream, startedAt: now, lifetime: 1 + random.below(30)))
        let dead = habits[upstream] == .hasDeadAddress && address == 0
        switch obstacle(upstream) {
        case .handshakeTimedOut: schedule(.failed(.handshakeTimedOut), number, after: 3000, now)
        case .connectRefused, .unreachable: schedule(.established, number, after: random.below(3), now)
        case nil where dead: schedule(.failed(.handshakeTimedOut), number, after: 3000, now)
        default: schedule(.established, number, after: 20 + delay(&random), now)
        }
    }

    /// How a connection to the upstream would fail now.
    private func obstacle(_ upstream: Int) -> UpstreamFailure? {
        if isOffline { return .unreachable }
        if habits[upstream] == .refuses || troubles[upstream] == .refuses { return .connectRefused }
        if troubles[upstream] == .lost { return .handshakeTimedOut }
        return switch clock {
        case .right: nil
        case .ahead: .certificateExpired
        case .behind: .certificateNotYetValid
        }
    }

    private mutating func send(
        _ attempt: AttemptIdentifier, on number: UInt64, _ upstream: Int, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        var buffer = [UInt8](repeating: 0, count: Resolver.minimumBufferSize)
        var span = buffer.mutableSpan
        guard let count = resolver.core.compose(attempt, into: &span),
            let index = connections.firstIndex(where: { $0.number == number })
        else { return pools[upstream].skipped(on: number, now: now) }
        let query = try Reply(Array(buffer[..<count]))
        connections[index].given.append(attempt)
        if habits[upstream] == .stalls, random.oneIn(300), !connections[index].isSilent {
            connections[index].isSilent = true
        }
        if connections[index].isSilent { expectStall(of: index, now: now) }
        schedule(.answer(attempt, SimulatedUpstream.truth(query)), number, after: 10 + delay(&random), now)
    }

    /// Some packets are lost, and sent again.
    private func delay(_ random: inout SplitMix) -> Int {
        random.below(60) + (random.oneIn(50) ? 200 + random.below(600) : 0)
    }

    private mutating func answer(
        _ attempt: AttemptIdentifier, _ message: [UInt8], _ index: Int, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard !connections[index].isSilent else { return }
        let (number, upstream) = (connections[index].number, connections[index].upstream)
        pools[upstream].heard(number, now: now)
        guard let place = connections[index].given.firstIndex(of: attempt) else { return }
        connections[index].given.remove(at: place)
        connections[index].answered += 1
        let connection = connections[index]
        pools[upstream].answered(number, now: now)
        resolver.core.upstreamAnswered(attempt, message: message.span, now: now)
        try perform(upstream, resolver, &random, now: now)
        switch habits[upstream] {
        case .closesIdle:
            schedule(.idle(answered: connection.answered), number, after: 4000 + random.below(26_000), now)
        case .closesAfterSome where connection.answered >= connection.lifetime:
            try end(number, .closedOnReuse, resolver, &random, now: now)
        case .resets where connection.answered >= min(connection.lifetime, 3):
            let isReset = !connection.given.isEmpty
            try end(number, .closedOnReuse, isReset: isReset, resolver, &random, now: now)
        case .goesAway where connection.answered == connection.lifetime:
            pools[upstream].leaves(number)
            schedule(.closes, number, after: 1000, now)
        default: schedule(.idle(answered: connection.answered), number, after: 30_000, now)
        }
    }

    private mutating func end(
        _ number: UInt64, _ failure: UpstreamFailure, isReset: Bool = false, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard let index = connections.firstIndex(where: { $0.number == number }) else { return }
        let connection = connections.remove(at: index)
        let unanswered = connection.given.sorted { $0.rawValue < $1.rawValue }
        pools[connection.upstream].ended(number, failure, isReset: isReset, unanswered: unanswered, now: now)
        try perform(connection.upstream, resolver, &random, now: now)
    }

    private mutating func schedule(
        _ happening: Happening, _ connection: UInt64, after milliseconds: Int, _ now: MonotonicInstant
    ) {
        let at = now.advanced(byMilliseconds: UInt64(milliseconds))
        let place = events.lastIndex { $0.at <= at }.map { $0 + 1 } ?? 0
        events.insert(Event(at: at, connection: connection, happening: happening), at: place)
    }
}
