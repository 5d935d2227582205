import NetworkTypes
import ResolverCore
import Testing

/// Who gets which connection, and what is learnt from how they end.
@Suite struct ConnectionPoolTests {
    private static let start = MonotonicInstant.zero.advanced(bySeconds: 100)
    private let now = ConnectionPoolTests.start
    private var pool = ConnectionPool(number: 1, families: [.v4])

    private func attempt(_ number: UInt64) -> AttemptIdentifier { AttemptIdentifier(rawValue: number) }

    private mutating func actions() -> [ConnectionPool.Action] {
        var actions: [ConnectionPool.Action] = []
        while let action = pool.nextAction() { actions.append(action) }
        return actions
    }

    /// Lets one attempt wait for a connection, and it be made; answers its number.
    private mutating func connect(for number: UInt64 = 1, at now: MonotonicInstant? = nil) -> UInt64 {
        let now = now ?? self.now
        #expect(pool.place(attempt(number), fresh: false, now: now) == nil)
        let opened = actions()
        guard case .open(let connection, _)? = opened.first, opened.count == 1 else {
            Issue.record("not one connection: \(opened)")
            return 0
        }
        pool.established(connection, now: now)
        #expect(actions() == [.send(attempt(number), on: connection)])
        return connection
    }

    @Test mutating func `those who wait share one connection`() {
        for number in 1...3 { #expect(pool.place(attempt(UInt64(number)), fresh: false, now: now) == nil) }
        let opened = actions()
        #expect(opened.count == 1 && pool.connectionCount == 1)
        guard case .open(let connection, 0)? = opened.first else {
            Issue.record("\(opened)")
            return
        }
        pool.established(connection, now: now)
        #expect(actions() == (1...3).map { .send(attempt($0), on: connection) })
        #expect(pool.place(attempt(4), fresh: false, now: now) == connection)
        #expect(actions().isEmpty)
    }

    @Test mutating func `a fresh connection is none that has answered, and one for all who want it`() {
        let first = connect()
        pool.answered(first, now: now)
        #expect(pool.place(attempt(2), fresh: true, now: now) == nil)
        #expect(pool.place(attempt(3), fresh: true, now: now) == nil)
        let opened = actions()
        guard case .open(let second, _)? = opened.first, opened.count == 1 else {
            Issue.record("\(opened)")
            return
        }
        #expect(pool.place(attempt(4), fresh: false, now: now) == nil, "in turn")
        #expect(actions() == [.send(attempt(4), on: first)], "who does not insist has the one that is there")
        pool.established(second, now: now)
        #expect(actions() == [.send(attempt(2), on: second), .send(attempt(3), on: second)])
        #expect(pool.place(attempt(5), fresh: true, now: now) == second)
    }

    @Test mutating func `a connection that is silent while an answer is due gets nothing more`() {
        let first = connect()
        #expect(pool.place(attempt(2), fresh: false, now: now.advanced(byMilliseconds: 999)) == first)
        let later = now.advanced(byMilliseconds: 1000)
        #expect(pool.place(attempt(3), fresh: false, now: later) == nil)
        #expect(actions().count == 1)
        pool.heard(first, now: later)
        #expect(pool.place(attempt(4), fresh: false, now: later) == nil)
        #expect(actions().first == .send(attempt(3), on: first))
    }

    @Test mutating func `silence counts only while an answer is due`() {
        let first = connect()
        pool.heard(first, now: now)
        pool.answered(first, now: now)
        let later = now.advanced(bySeconds: 20)
        #expect(pool.place(attempt(2), fresh: false, now: later) == first)
        // One that was given up is still due.
        pool.abandoned(first, now: later)
        #expect(pool.place(attempt(3), fresh: false, now: later.advanced(bySeconds: 2)) == nil)
    }

    /// All there may be, each silent for a second before the next one is made.
    private mutating func connectAllSilent() -> (numbers: [UInt64], later: MonotonicInstant) {
        let numbers = (0..<UInt64(ConnectionPool.maximumConnections)).map { index in
            connect(for: index + 1, at: now.advanced(bySeconds: index))
        }
        return (numbers, now.advanced(bySeconds: UInt64(ConnectionPool.maximumConnections)))
    }

    @Test mutating func `of as many as there may be the one that is longest silent makes room`() {
        let (numbers, later) = connectAllSilent()
        #expect(Set(numbers).count == 8 && pool.connectionCount == 8)
        #expect(pool.place(attempt(9), fresh: false, now: later) == nil)
        #expect(actions() == [.evict(numbers[0])])
        #expect(pool.place(attempt(10), fresh: false, now: later) == nil)
        #expect(actions().isEmpty, "one is enough")
        pool.ended(numbers[0], .evicted, unanswered: [attempt(1)], now: later)
        let opened = actions()
        guard opened.count == 2, opened[0] == .fail(attempt(1), .evicted), case .open(let number, 0) = opened[1] else {
            Issue.record("\(opened)")
            return
        }
        #expect(pool.connectionCount == 8)
        pool.established(number, now: later)
        #expect(actions() == [.send(attempt(9), on: number), .send(attempt(10), on: number)])
    }

    @Test mutating func `of as many as there may be none that speaks makes room`() {
        let (numbers, later) = connectAllSilent()
        for number in numbers { pool.heard(number, now: later) }
        #expect(pool.place(attempt(9), fresh: false, now: later) == numbers.last)
        #expect(pool.place(attempt(10), fresh: true, now: later) == numbers.last, "it has answered nobody")
        #expect(actions().isEmpty && pool.connectionCount == 8)
    }

    // MARK: - What is learnt

    /// Ends a connection that was given `count` attempts and has answered some.
    private mutating func end(
        _ connection: UInt64, answered: Int, of attempts: [AttemptIdentifier], isReset: Bool = false
    ) {
        for _ in 0..<answered { pool.answered(connection, now: now) }
        let failure: UpstreamFailure = answered > 0 ? .closedOnReuse : isReset ? .reset : .closed
        pool.ended(
            connection, failure, isReset: isReset, unanswered: Array(attempts.dropFirst(answered)), now: now)
    }

    private mutating func sent(_ actions: [ConnectionPool.Action]) -> [UInt64: [AttemptIdentifier]] {
        var sent: [UInt64: [AttemptIdentifier]] = [:]
        for case .send(let attempt, let connection) in actions { sent[connection, default: []].append(attempt) }
        return sent
    }

    @Test mutating func `a server that closes after so many answers is given so many`() {
        for round in 0..<2 {
            let first = UInt64(round * 10)
            let connection = connect(for: first)
            var given = [attempt(first)]
            for number in first + 1...first + 5 {
                #expect(pool.place(attempt(number), fresh: false, now: now) == connection)
                given.append(attempt(number))
            }
            end(connection, answered: 3, of: given)
            #expect(actions() == given.dropFirst(3).map { .fail($0, .closedOnReuse) })
        }
        let connection = connect(for: 100)
        #expect(pool.place(attempt(101), fresh: false, now: now) == connection)
        #expect(pool.place(attempt(102), fresh: false, now: now) == connection)
        #expect(pool.place(attempt(103), fresh: false, now: now) == nil)
        #expect(actions().count == 1, "the fourth goes over another one")
    }

    @Test mutating func `a number that was a coincidence is forgotten when the server keeps the connection`() {
        for round in 0..<2 {
            let first = UInt64(round * 10)
            let connection = connect(for: first)
            #expect(pool.place(attempt(first + 1), fresh: false, now: now) == connection)
            end(connection, answered: 1, of: [attempt(first), attempt(first + 1)])
            _ = actions()
        }
        let connection = connect(for: 50)
        pool.answered(connection, now: now)
        let moment = pool.deadline
        #expect(moment == now.advanced(byMilliseconds: 250))
        pool.deadlineReached(now: now.advanced(byMilliseconds: 250))
        #expect(pool.place(attempt(51), fresh: false, now: now.advanced(byMilliseconds: 250)) == connection)
        #expect(pool.deadline == nil)
    }

    /// Answers that had left are lost with a reset: nobody is told of a failure, and less is sent at once.
    @Test mutating func `a server that resets without answering gets less at once until it answers`() {
        for number in 1...100 { _ = pool.place(attempt(UInt64(number)), fresh: false, now: now) }
        var answered = 0
        var failed = 0
        var opened = 0
        var given: [UInt64: [AttemptIdentifier]] = [:]
        for _ in 0..<1000 where answered < 100 {
            for action in actions() {
                switch action {
                case .open(let connection, _):
                    opened += 1
                    pool.established(connection, now: now)
                case .send(let attempt, let connection): given[connection, default: []].append(attempt)
                case .fail: failed += 1
                case .close, .evict, .giveUp: break
                }
            }
            // It answers one on each connection, and resets when more was sent than that one.
            guard let (connection, attempts) = given.popFirst() else { continue }
            let good = attempts.count == 1 ? 1 : 0
            answered += good
            end(connection, answered: good, of: attempts, isReset: good == 0)
        }
        #expect(answered == 100 && failed == 0)
        #expect(opened < 150, "\(opened) connections")
        #expect(pool.connectionCount <= ConnectionPool.maximumConnections)
    }

    @Test mutating func `a window that was narrowed widens again`() {
        let attempts = (1...100).map { attempt(UInt64($0)) }
        for attempt in attempts { _ = pool.place(attempt, fresh: false, now: now) }
        guard case .open(let first, _)? = actions().first else {
            Issue.record("nothing is opened")
            return
        }
        pool.established(first, now: now)
        end(first, answered: 0, of: attempts, isReset: true)
        var number: UInt64 = 1000
        var pending = actions()
        var largest = 0
        for _ in 0..<20 {
            for case .open(let connection, _) in pending { pool.established(connection, now: now) }
            pending = actions()
            let given = sent(pending)
            largest = max(largest, given.values.map(\.count).max() ?? 0)
            for (connection, attempts) in given { for _ in attempts { pool.answered(connection, now: now) } }
            for _ in 0..<200 {
                number += 1
                if let connection = pool.place(attempt(number), fresh: false, now: now) {
                    pool.answered(connection, now: now)
                }
            }
            pending += actions()
        }
        #expect(pool.waitingCount == 0)
        let placed = (5000..<5200).map { pool.place(attempt(UInt64($0)), fresh: false, now: now) }
        #expect(placed.allSatisfy { $0 != nil }, "\(largest)")
    }

    @Test mutating func `what a session has no room for waits for its turn`() {
        let connection = connect()
        #expect(pool.place(attempt(2), fresh: false, now: now) == connection)
        pool.refused(attempt(2), on: connection, now: now)
        #expect(pool.waitingCount == 1)
        // There is one more connection for it, and it takes whichever is free first.
        #expect(actions().count == 1)
        pool.answered(connection, now: now)
        #expect(actions().first == .send(attempt(2), on: connection))
    }

    @Test mutating func `the idlest is the one that nobody waits for`() {
        let busy = connect()
        #expect(pool.idlest?.number == busy && pool.idlest?.isIdle == false)
        pool.answered(busy, now: now)
        #expect(pool.idlest?.isIdle == true && pool.idlest?.usedAt == now)
    }
}
