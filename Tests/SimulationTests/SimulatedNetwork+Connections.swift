import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TLSEngine
import TestSupport

// Connections: made, found good, and ended.

extension SimulatedNetwork {
    /// Milliseconds that a session gives a handshake, and a server that stopped answering.
    static let handshakeTime = 3000
    static let stallTime = 5000

    mutating func perform(
        _ upstream: Int, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        while let action = pools[upstream].nextAction() {
            switch action {
            case .open(let number, let address): open(number, address, upstream, &random, now: now)
            case .send(let attempt, let number): try send(attempt, on: number, upstream, resolver, &random, now: now)
            case .close(let number): connections.removeAll { $0.number == number }
            case .evict(let number): try end(number, .evicted, resolver, &random, now: now)
            case .fail(let attempt, let failure): fail(attempt, failure, upstream, resolver, now: now)
            case .giveUp: lastFault[upstream] = now
            }
        }
    }

    mutating func fail(
        _ attempt: AttemptIdentifier, _ failure: UpstreamFailure, _ upstream: Int, _ resolver: ResolverBox,
        now: MonotonicInstant
    ) {
        forget(attempt, now: now)
        // In order, others are asked before the same one a third time.
        let isFault = failure != .closedOnReuse || judge?.selection == .ordered
        if isFault, !failure.isOurs { lastFault[upstream] = now }
        resolver.core.upstreamFailed(attempt, failure, now: now)
    }

    private mutating func open(
        _ number: UInt64, _ address: Int, _ upstream: Int, _ random: inout SplitMix, now: MonotonicInstant
    ) {
        opened += 1
        let server = servers[upstream]
        let ticket = leave(towards: address, of: upstream) ? takeTicket(of: upstream) : nil
        let age = ticket.map { now.nanoseconds(since: $0.madeAt) / 1_000_000 } ?? 0
        let isKnown = server.tickets == .honoured && age < UInt64(SimulatedServer.ticketLifetime)
        let isResumed = ticket != nil && isKnown
        connections.append(
            SimulatedConnection(
                number: number, upstream: upstream, startedAt: now, place: places.current, epoch: ways[upstream].epoch,
                shown: ticket, isResumed: isResumed, lifetime: 1 + random.below(30)))
        let dead = server.habit == .hasDeadAddress && address == 0
        switch obstacle(upstream) {
        case .handshakeTimedOut:
            schedule(.failed(.handshakeTimedOut), number, after: SimulatedNetwork.handshakeTime, now)
        case .connectRefused, .unreachable: schedule(.established, number, after: random.below(3), now)
        case nil where dead:
            schedule(.failed(.handshakeTimedOut), number, after: SimulatedNetwork.handshakeTime, now)
        default:
            // TCP takes one.
            let roundTrips = 1 + server.handshake.roundTrips(isResumed: isResumed)
            let time = (0..<roundTrips).reduce(0) { sum, _ in sum + 10 + delay(&random) }
            schedule(.established, number, after: time, now)
        }
    }

    mutating func establish(
        _ index: Int, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        let connection = connections[index]
        let (number, upstream) = (connection.number, connection.upstream)
        if connection.isSilent {
            let waited = Int(now.nanoseconds(since: connection.startedAt) / 1_000_000)
            let rest = max(0, SimulatedNetwork.handshakeTime - waited)
            return schedule(.failed(.handshakeTimedOut), number, after: rest, now)
        }
        if let failure = obstacle(upstream) { return try end(number, failure, resolver, &random, now: now) }
        connections[index].isEstablished = true
        handshakes += 1
        if connection.isResumed { resumed += 1 }
        scheduleTickets(connection, &random, now: now)
        pools[upstream].established(number, now: now)
        try perform(upstream, resolver, &random, now: now)
    }

    mutating func end(
        _ number: UInt64, _ failure: UpstreamFailure, isReset: Bool = false, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard let index = connections.firstIndex(where: { $0.number == number }) else { return }
        let connection = connections.remove(at: index)
        let unanswered = connection.given.sorted { $0.rawValue < $1.rawValue }
        if failure != .closedOnReuse, !failure.isOurs { lastFault[connection.upstream] = now }
        pools[connection.upstream].ended(number, failure, isReset: isReset, unanswered: unanswered, now: now)
        try perform(connection.upstream, resolver, &random, now: now)
    }

    /// Some packets are lost, and sent again.
    func delay(_ random: inout SplitMix) -> Int {
        random.below(60) + (random.oneIn(50) ? 200 + random.below(600) : 0)
    }

    mutating func schedule(
        _ happening: Happening, _ connection: UInt64, after milliseconds: Int, _ now: MonotonicInstant
    ) {
        let at = now.advanced(byMilliseconds: UInt64(milliseconds))
        let place = events.lastIndex { $0.at <= at }.map { $0 + 1 } ?? 0
        events.insert(Event(at: at, connection: connection, happening: happening), at: place)
    }
}

// MARK: - Tickets

extension SimulatedNetwork {
    /// The product's store gives the ticket; here is watched what it is.
    private mutating func takeTicket(of upstream: Int) -> SimulatedTicket? {
        // Where the clock is wrong, the certificate that a ticket stands for is not valid.
        guard let ticket = tickets[upstream].take(epoch: ways[upstream].epoch), places.clock == .right else {
            return nil
        }
        if ticket.place != places.current {
            complaints.append("a ticket of network \(ticket.place) is shown on network \(places.current)")
        }
        let isFirst = shownTickets.insert(ticket.serial).inserted
        if servers[upstream].handshake.hasSingleUseTickets, !isFirst { complaints.append("a ticket is shown twice") }
        return ticket
    }

    /// As TLS 1.3 gives them they follow the handshake, as TLS 1.2 does they are part of it; one of these stays good.
    private mutating func scheduleTickets(
        _ connection: SimulatedConnection, _ random: inout SplitMix, now: MonotonicInstant
    ) {
        let server = servers[connection.upstream]
        guard server.tickets != .none else { return }
        guard server.handshake == .version12 else {
            return schedule(
                .tickets(SimulatedServer.ticketsPerHandshake), connection.number, after: delay(&random), now)
        }
        if connection.isResumed, let shown = connection.shown {
            tickets[connection.upstream].insert(shown, epoch: connection.epoch)
        } else {
            keepTicket(of: connection, now: now)
        }
    }

    mutating func keepTicket(of connection: SimulatedConnection, now: MonotonicInstant) {
        ticketCount += 1
        let ticket = SimulatedTicket(serial: ticketCount, place: connection.place, madeAt: now)
        tickets[connection.upstream].insert(ticket, epoch: connection.epoch)
    }
}
