import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TLSEngine
import TestSupport

/// Connections to upstreams as a worker has them, with servers at their ends and a network between that delays, loses,
/// resets and changes. Pools, ways and tickets are the product's. What leaves open connections and pools apart is a
/// complaint, and so is a ticket that is shown on another network.
struct SimulatedNetwork {
    enum Happening {
        case established
        case failed(UpstreamFailure)
        case tickets(Int)
        case answer(AttemptIdentifier, [UInt8])
        case idle(answered: Int)
        case stalled
        case closes
    }

    struct Event {
        let at: MonotonicInstant
        let connection: UInt64
        let happening: Happening
    }

    /// Who asks for what, by attempt.
    struct Asked {
        let name: String
        let upstream: Int
        let since: MonotonicInstant
    }

    /// Milliseconds without an answer, after which the resolver holds that against an upstream.
    private static let patience: UInt64 = 1200

    let servers: [SimulatedServer]
    var pools: [ConnectionPool]
    var connections: [SimulatedConnection] = []
    var events: [Event] = []
    var opened = 0
    /// Handshakes that succeeded, and those of them that were shortened by a ticket.
    var handshakes = 0
    var resumed = 0
    // What SimulatedNetwork+Places has.
    var places = SimulatedPlaces()
    var ways: [UpstreamWay]
    var isMoveUnhandled: [Bool]
    /// A connection has left another way than those before, and nothing was done about that yet.
    var hasNoticedMove = false
    /// Since when each upstream could be reached without a break; nil where it cannot be.
    var reachedSince: [MonotonicInstant?]
    /// When a server last let a connection fall silent.
    var lastStall: MonotonicInstant?
    // Tickets.
    var tickets: [TicketStore<SimulatedTicket>]
    var ticketCount: UInt64 = 0
    var shownTickets: Set<UInt64> = []
    // Who hears of what.
    var judge: SelectionJudge?
    var asked: [AttemptIdentifier: Asked] = [:]
    var lastFault: [MonotonicInstant]
    /// What went wrong and was not told yet.
    var complaints: [String] = []

    init(_ servers: [SimulatedServer], judge: SelectionJudge? = nil) {
        self.servers = servers
        self.judge = judge
        pools = servers.indices.map { ConnectionPool(number: UInt64($0) + 1, families: [.v4, .v6]) }
        ways = servers.map { _ in UpstreamWay() }
        isMoveUnhandled = servers.map { _ in false }
        tickets = servers.map { _ in TicketStore() }
        places.troubles = servers.map { _ in nil }
        reachedSince = servers.map { $0.habit == .refuses ? nil : .zero }
        lastFault = servers.map { _ in .zero }
    }

    /// When something happens next.
    var nextMoment: MonotonicInstant {
        let deadlines = pools.compactMap(\.deadline)
        return min(events.first?.at ?? .distantFuture, deadlines.min() ?? .distantFuture)
    }

    /// Says what is wrong with the books, or was done wrong.
    mutating func takeComplaint() -> String? {
        if !complaints.isEmpty { return complaints.removeFirst() }
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
    var isQuiet: Bool { asked.isEmpty && connections.allSatisfy { $0.given.isEmpty || $0.isSilent } }

    mutating func forward(
        _ attempt: AttemptIdentifier, name: String, upstream: Int, fresh: Bool, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        asked[attempt] = Asked(name: name, upstream: upstream, since: now)
        if let number = pools[upstream].place(attempt, fresh: fresh, now: now) {
            try send(attempt, on: number, upstream, resolver, &random, now: now)
        }
        try perform(upstream, resolver, &random, now: now)
    }

    mutating func abandon(
        _ attempt: AttemptIdentifier, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        forget(attempt, now: now)
        guard let index = connections.firstIndex(where: { $0.given.contains(attempt) }) else { return }
        let (number, upstream) = (connections[index].number, connections[index].upstream)
        connections[index].forget(attempt)
        serveQueue(of: index, &random, now: now)
        pools[upstream].abandoned(number, now: now)
        try perform(upstream, resolver, &random, now: now)
    }

    /// Nothing is awaited of that attempt any more.
    mutating func forget(_ attempt: AttemptIdentifier, now: MonotonicInstant) {
        guard let ended = asked.removeValue(forKey: attempt), isLate(ended, now: now) else { return }
        lastFault[ended.upstream] = now
    }

    func isLate(_ attempt: Asked, now: MonotonicInstant) -> Bool {
        attempt.since.advanced(byMilliseconds: SimulatedNetwork.patience) <= now
    }

    mutating func happen(_ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant) throws {
        for upstream in pools.indices where pools[upstream].deadline.map({ $0 <= now }) ?? false {
            pools[upstream].deadlineReached(now: now)
            try perform(upstream, resolver, &random, now: now)
        }
        guard let event = events.first, event.at <= now else { return }
        events.removeFirst()
        guard let index = connections.firstIndex(where: { $0.number == event.connection }) else { return }
        let connection = connections[index]
        switch event.happening {
        case .established: try establish(index, resolver, &random, now: now)
        case .failed(let failure): try end(event.connection, failure, resolver, &random, now: now)
        case .tickets(let count):
            guard !connection.isSilent else { return }
            for _ in 0..<count { keepTicket(of: connection, now: now) }
        case .answer(let attempt, let message):
            try answer(attempt, message, index, resolver, &random, now: now)
        case .idle(let answered):
            guard connection.answered == answered, connection.given.isEmpty else { return }
            try end(event.connection, connection.ending(), resolver, &random, now: now)
        case .stalled: try end(event.connection, .answerTimedOut, resolver, &random, now: now)
        case .closes: try end(event.connection, connection.ending(), resolver, &random, now: now)
        }
    }
}
