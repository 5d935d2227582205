package import NetworkTypes

/// The connections to one upstream, and who may use them: a machine that opens no socket and holds no session.
///
/// One connection carries everything as long as the server lets it. Attempts that come while none is ready wait
/// together for the same one. After each call but ``place(_:fresh:now:)`` that answers a connection, the caller takes
/// actions until there are none.
package struct ConnectionPool {
    /// What the caller is to do.
    package enum Action: Equatable, Sendable {
        /// Connect to that address of the upstream, and tell how it ends.
        case open(UInt64, address: Int)
        /// Send the attempt's query: ``Resolver/compose(_:into:)`` writes it.
        case send(AttemptIdentifier, on: UInt64)
        /// Close a connection that nobody needs; nothing more is to be told of it.
        case close(UInt64)
        /// End a connection that has fallen silent, to make room for another one, and tell that it was evicted.
        case evict(UInt64)
        /// The attempt has failed.
        case fail(AttemptIdentifier, UpstreamFailure)
        /// No address of the upstream can be used.
        case giveUp(UpstreamFailure)
    }

    /// At once. More than one is open only while a server takes few queries on each, or one may be dead.
    package static let maximumConnections = 8
    /// Two for each question that may be under way; what waits beyond that fails.
    package static let maximumWaiting = 2 * PendingQueryTable.maximumQueries
    /// How long the next address waits for the one before it (RFC 8305 section 8).
    package static let stagger: UInt64 = 250_000_000
    /// After so long without a byte, when an answer is due, new attempts go elsewhere.
    static let maximumSilence: UInt64 = 1_000_000_000
    /// How long a server that has given its last answer on a connection has to close it.
    static let closingTime: UInt64 = 250_000_000

    /// Its addresses' families, in the profile's order.
    let families: [AddressFamily]
    var connections: [PooledConnection] = []
    var limits = PipelineLimits()
    var waiting = WaitingAttempts()
    /// The addresses that are being tried, while none has worked.
    var race: AddressRace?
    /// The address that worked last.
    var preferred = 0
    var nextNumber: UInt64
    private var actions: [Action] = []
    private var nextActionIndex = 0

    /// The connections of pool `number` have numbers that no other pool's have.
    package init(number: UInt64, families: [AddressFamily]) {
        precondition(!families.isEmpty, "an upstream has an address")
        self.families = families
        nextNumber = number << 32
    }

    /// The connection that a query is sent on now; nil when it waits for one. `fresh`: none that has answered before,
    /// for one of those was the last thing that failed it, and none that may be dead.
    package mutating func place(_ attempt: AttemptIdentifier, fresh: Bool, now: MonotonicInstant) -> UInt64? {
        if waiting.isEmpty, let index = usableIndex(fresh: fresh, now: now) {
            connections[index].give(now: now)
            return connections[index].number
        }
        if waiting.count == ConnectionPool.maximumWaiting {
            act(.fail(attempt, .sessionFull))
            return nil
        }
        waiting.append(attempt, first: fresh ? firstFreshNumber(now: now) : 0)
        serveWaiting(now: now)
        return nil
    }

    /// Opens a connection for those who will come, when there is none.
    package mutating func prepare(now: MonotonicInstant) {
        if connections.isEmpty { startRace(now: now) }
    }

    package mutating func nextAction() -> Action? {
        guard nextActionIndex < actions.count else {
            actions.removeAll(keepingCapacity: true)
            nextActionIndex = 0
            return nil
        }
        defer { nextActionIndex += 1 }
        return actions[nextActionIndex]
    }

    /// When ``deadlineReached(now:)`` wants to be called.
    package var deadline: MonotonicInstant? {
        var deadline = race?.nextAt
        for case let moment? in connections.lazy.map(\.restsUntil) { deadline = min(deadline ?? moment, moment) }
        return deadline
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        if let moment = race?.nextAt, moment <= now { openNextAddress(now: now) }
        for index in connections.indices {
            guard let moment = connections[index].restsUntil, moment <= now else { continue }
            connections[index].restsUntil = nil
            limits.noteOpenAfterQuota()
        }
        serveWaiting(now: now)
    }

    /// The network is another one: what was learnt may have been of something on the way.
    package mutating func networkChanged() {
        limits = PipelineLimits()
        race = nil
    }

    /// The upstream is gone, and nobody waits for it any more.
    package mutating func removeWaiting() { _ = waiting.takeAll() }

    /// How many connections there are, whatever their state.
    package var connectionCount: Int { connections.count }

    /// How many attempts wait for a connection; some may have been abandoned since.
    package var waitingCount: Int { waiting.count }

    /// The one that was used longest ago, of those that nothing is awaited of if there are any.
    package var idlest: (number: UInt64, isIdle: Bool, usedAt: MonotonicInstant)? {
        let established = connections.filter(\.isEstablished)
        let idle = established.filter { $0.underWay == 0 }
        let candidates = idle.isEmpty ? established : idle
        return candidates.min { $0.usedAt < $1.usedAt }.map { ($0.number, !idle.isEmpty, $0.usedAt) }
    }

    mutating func act(_ action: Action) { actions.append(action) }
}

// MARK: - What happens to connections

extension ConnectionPool {
    /// The server has proved who it is. Other addresses that were tried at the same time have lost.
    package mutating func established(_ number: UInt64, now: MonotonicInstant) {
        guard let index = index(of: number) else { return }
        connections[index].isEstablished = true
        connections[index].usedAt = now
        preferred = connections[index].address
        race = nil
        serveWaiting(now: now)
        guard waiting.isEmpty else { return }
        for loser in connections where !loser.isEstablished { act(.close(loser.number)) }
        connections.removeAll { !$0.isEstablished }
    }

    /// Bytes have come.
    package mutating func heard(_ number: UInt64, now: MonotonicInstant) {
        guard let index = index(of: number) else { return }
        connections[index].hear(now: now)
    }

    /// The server answers what it has been asked on that connection, and takes nothing more.
    package mutating func leaves(_ number: UInt64) {
        guard let index = index(of: number) else { return }
        connections[index].isLeaving = true
    }

    package mutating func answered(_ number: UInt64, now: MonotonicInstant) {
        guard let index = index(of: number) else { return }
        connections[index].answered += 1
        if connections[index].underWay == 1 { connections[index].silentSince = nil }
        limits.noteAnswer(on: &connections[index])
        finishOne(at: index, now: now)
    }

    /// Nobody waits any more for an attempt that is under way there.
    package mutating func abandoned(_ number: UInt64, now: MonotonicInstant) {
        guard let index = index(of: number) else { return }
        finishOne(at: index, now: now)
    }

    /// The session has no room for an attempt that it was to send: it waits for another turn.
    package mutating func refused(_ attempt: AttemptIdentifier, on number: UInt64, now: MonotonicInstant) {
        if let index = index(of: number) {
            connections[index].underWay -= 1
            connections[index].given -= 1
            if !connections[index].isLeaving { noteFull(at: index, now: now) }
        }
        waiting.putBack([attempt])
        serveWaiting(now: now)
    }

    /// Nobody waits any more for an attempt that was to be sent there.
    package mutating func skipped(on number: UInt64, now: MonotonicInstant) {
        guard let index = index(of: number) else { return }
        connections[index].given -= 1
        finishOne(at: index, now: now)
    }

    /// The connection has ended, or was not made. `unanswered` in the order in which they were asked.
    package mutating func ended(
        _ number: UInt64, _ failure: UpstreamFailure, isReset: Bool = false, unanswered: [AttemptIdentifier],
        now: MonotonicInstant
    ) {
        guard let index = index(of: number) else { return }
        let connection = connections.remove(at: index)
        guard connection.isEstablished else {
            return addressFailed(failure, now: now)
        }
        let isServers = failure == .closedOnReuse || failure == .closed || failure == .reset
        let isRetried =
            isServers && limits.noteEnd(of: connection, unanswered: unanswered.count, isReset: isReset)
        if isRetried {
            waiting.putBack(unanswered)
        } else {
            for attempt in unanswered { act(.fail(attempt, failure)) }
        }
        // Whoever raced for a connection has waited for its place.
        if connection.isEvicted, race != nil { openNextAddress(now: now) }
        serveWaiting(now: now)
    }
}

// MARK: - Who gets which connection

extension ConnectionPool {
    func index(of number: UInt64) -> Int? { connections.firstIndex { $0.number == number } }

    /// The newest that may be used: it is the likeliest to be alive, and what is sent together leaves together.
    private func usableIndex(fresh: Bool, now: MonotonicInstant) -> Int? {
        connections.lastIndex { isUsable($0, now: now) && !(fresh && $0.answered > 0) }
    }

    private func isUsable(_ connection: PooledConnection, now: MonotonicInstant) -> Bool {
        connection.isReady && limits.permitsMore(on: connection) && !connection.isSuspect(at: now)
    }

    private mutating func noteFull(at index: Int, now: MonotonicInstant) {
        limits.noteFull(at: connections[index].underWay)
        // It takes nothing at all: others may have a look later.
        guard connections[index].underWay == 0 else { return }
        connections[index].restsUntil = now.advanced(byNanoseconds: ConnectionPool.closingTime)
    }

    /// The first connection that counts as fresh now.
    private func firstFreshNumber(now: MonotonicInstant) -> UInt64 {
        let fresh = connections.first { $0.answered == 0 && !$0.isLeaving && !$0.isSuspect(at: now) }
        return fresh?.number ?? nextNumber
    }

    /// Gives those who wait to connections with room, and opens more when they do not suffice.
    mutating func serveWaiting(now: MonotonicInstant) {
        guard !waiting.isEmpty else { return }
        for index in connections.indices.reversed() {
            while isUsable(connections[index], now: now), let attempt = waiting.take(for: connections[index].number) {
                connections[index].give(now: now)
                act(.send(attempt, on: connections[index].number))
            }
        }
        openForWaiting(now: now)
    }

    private mutating func finishOne(at index: Int, now: MonotonicInstant) {
        connections[index].underWay -= 1
        if connections[index].underWay == 0, limits.isSpent(connections[index]) {
            connections[index].restsUntil = now.advanced(byNanoseconds: ConnectionPool.closingTime)
        }
        serveWaiting(now: now)
    }
}
