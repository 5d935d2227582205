import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport

// What servers do with what they are asked.

extension SimulatedNetwork {
    mutating func send(
        _ attempt: AttemptIdentifier, on number: UInt64, _ upstream: Int, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard let index = connections.firstIndex(where: { $0.number == number }) else {
            forget(attempt, now: now)
            return resolver.core.upstreamFailed(attempt, .evicted, now: now)
        }
        var buffer = [UInt8](repeating: 0, count: Resolver.minimumBufferSize)
        var span = buffer.mutableSpan
        guard let count = resolver.core.compose(attempt, into: &span) else {
            return pools[upstream].skipped(on: number, now: now)
        }
        let query = try Reply(Array(buffer[..<count]))
        note(query.question.lowercased(), at: upstream, now: now)
        connections[index].given.append(attempt)
        if servers[upstream].habit == .stalls, random.oneIn(300), mayStall(now: now) {
            connections[index].isSilent = true
            lastStall = now
        }
        if connections[index].isSilent { expectStall(of: index, now: now) }
        connections[index].queued.append((attempt, SimulatedUpstream.truth(query)))
        serveQueue(of: index, &random, now: now)
    }

    /// Not twice under one query: with a second and a half until silence is noticed, and packets lost on the third
    /// connection, nothing could be left of its time.
    private func mayStall(now: MonotonicInstant) -> Bool {
        lastStall.map { now.nanoseconds(since: $0) > SimulatedWorld.budget } ?? true
    }

    /// Over HTTPS a server deals with so many questions at once; the others wait for their turn.
    mutating func serveQueue(of index: Int, _ random: inout SplitMix, now: MonotonicInstant) {
        let server = servers[connections[index].upstream]
        while let next = connections[index].queued.first {
            let underWay = connections[index].given.count - connections[index].queued.count
            guard server.transport == .tls || underWay < server.streams else { return }
            connections[index].queued.removeFirst()
            schedule(
                .answer(next.attempt, next.message), connections[index].number, after: 10 + delay(&random), now)
        }
    }

    /// Its session waits for as long as sessions do, when something is due.
    mutating func expectStall(of index: Int, now: MonotonicInstant) {
        guard !connections[index].given.isEmpty, !connections[index].isStalled else { return }
        connections[index].isStalled = true
        schedule(.stalled, connections[index].number, after: SimulatedNetwork.stallTime, now)
    }

    mutating func answer(
        _ attempt: AttemptIdentifier, _ message: [UInt8], _ index: Int, _ resolver: ResolverBox,
        _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard !connections[index].isSilent else { return }
        let (number, upstream) = (connections[index].number, connections[index].upstream)
        pools[upstream].heard(number, now: now)
        guard connections[index].given.contains(attempt) else { return }
        connections[index].forget(attempt)
        serveQueue(of: index, &random, now: now)
        let server = servers[upstream]
        if server.habit == .isOverloaded, random.oneIn(50) {
            pools[upstream].abandoned(number, now: now)
            fail(attempt, .httpUnavailable, upstream, resolver, now: now)
        } else if server.habit == .resetsStreams, random.oneIn(30) {
            // The session takes nothing more on a connection where that has happened.
            let failure = connections[index].ending(isReset: true)
            leave(index, now: now)
            pools[upstream].abandoned(number, now: now)
            fail(attempt, failure, upstream, resolver, now: now)
        } else {
            connections[index].answered += 1
            forget(attempt, now: now)
            pools[upstream].answered(number, now: now)
            let age = server.transport == .https ? UInt32(random.below(5)) : 0
            resolver.core.upstreamAnswered(attempt, message: message.span, age: age, now: now)
        }
        try perform(upstream, resolver, &random, now: now)
        try followHabit(of: number, resolver, &random, now: now)
    }

    private mutating func followHabit(
        of number: UInt64, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        guard let index = connections.firstIndex(where: { $0.number == number }) else { return }
        let connection = connections[index]
        let idle = Happening.idle(answered: connection.answered)
        if connection.isLeaving {
            if connection.given.isEmpty { try end(number, connection.ending(), resolver, &random, now: now) }
            return
        }
        switch servers[connection.upstream].habit {
        case .closesIdle: schedule(idle, number, after: 4000 + random.below(26_000), now)
        case .closesAfterSome where connection.answered >= connection.lifetime:
            try end(number, connection.ending(), resolver, &random, now: now)
        case .resets where connection.answered >= min(connection.lifetime, 3):
            let isReset = !connection.given.isEmpty
            try end(number, connection.ending(isReset: isReset), isReset: isReset, resolver, &random, now: now)
        case .goesAway where connection.answered == connection.lifetime:
            try goAway(index, resolver, &random, now: now)
        default: schedule(idle, number, after: 30_000, now)
        }
    }

    /// Says that it takes no more, and which it has not taken: these have done no harm, and go elsewhere.
    private mutating func goAway(
        _ index: Int, _ resolver: ResolverBox, _ random: inout SplitMix, now: MonotonicInstant
    ) throws {
        let (number, upstream) = (connections[index].number, connections[index].upstream)
        leave(index, now: now)
        guard servers[upstream].transport == .https else { return }
        let failure = connections[index].ending()
        let untaken = connections[index].queued.map(\.attempt)
        for attempt in untaken {
            connections[index].forget(attempt)
            pools[upstream].abandoned(number, now: now)
            fail(attempt, failure, upstream, resolver, now: now)
        }
        try perform(upstream, resolver, &random, now: now)
    }

    private mutating func leave(_ index: Int, now: MonotonicInstant) {
        connections[index].isLeaving = true
        pools[connections[index].upstream].leaves(connections[index].number)
        schedule(.closes, connections[index].number, after: 1000, now)
    }

    /// Somebody hears of a name. Others could have been asked that have worked for long, and are not being asked.
    private mutating func note(_ name: String, at upstream: Int, now: MonotonicInstant) {
        guard judge != nil else { return }
        let others = servers.indices.filter { other in
            guard other != upstream, let since = reachedSince[other] else { return false }
            let good = max(since, lastFault[other]).advanced(byMilliseconds: SelectionJudge.memory)
            let waits = asked.values.contains { $0.upstream == other && ($0.name == name || isLate($0, now: now)) }
            return good < now && !waits
        }
        if let complaint = judge?.heard(name, at: upstream, others: others) { complaints.append(complaint) }
    }
}
