import NetworkTypes
import ResolverCore
import Testing

/// The addresses of one upstream, as RFC 8305 tries those of one host.
@Suite struct AddressRaceTests {
    private let now = MonotonicInstant.zero.advanced(bySeconds: 100)
    private var pool = ConnectionPool(number: 1, families: [.v4, .v4, .v6])
    private let attempt = AttemptIdentifier(rawValue: 1)

    private mutating func opened() -> [(number: UInt64, address: Int)] {
        var opened: [(UInt64, Int)] = []
        while let action = pool.nextAction() {
            if case .open(let number, let address) = action { opened.append((number, address)) }
        }
        return opened
    }

    private mutating func actions() -> [ConnectionPool.Action] {
        var actions: [ConnectionPool.Action] = []
        while let action = pool.nextAction() { actions.append(action) }
        return actions
    }

    private func after(_ milliseconds: UInt64) -> MonotonicInstant { now.advanced(byMilliseconds: milliseconds) }

    @Test mutating func `the other family joins after a quarter of a second, and the first to finish wins`() throws {
        #expect(pool.place(attempt, fresh: false, now: now) == nil)
        let first = try #require(opened().first)
        #expect(first.address == 0)
        #expect(pool.deadline == after(250))
        pool.deadlineReached(now: after(250))
        let second = try #require(opened().first)
        #expect(second.address == 2, "the other family")
        pool.deadlineReached(now: after(500))
        #expect(opened().map(\.address) == [1])
        #expect(pool.deadline == nil)

        pool.established(second.number, now: after(600))
        let done = actions()
        #expect(done.first == .send(attempt, on: second.number))
        #expect(done.count == 3 && done.contains(.close(first.number)))
        #expect(pool.connectionCount == 1)

        // It is remembered.
        pool.answered(second.number, now: after(700))
        pool.ended(second.number, .closedOnReuse, unanswered: [], now: after(800))
        #expect(pool.place(AttemptIdentifier(rawValue: 2), fresh: false, now: after(900)) == nil)
        #expect(opened().map(\.address) == [2])
    }

    @Test mutating func `an address that fails makes room for the next at once`() throws {
        #expect(pool.place(attempt, fresh: false, now: now) == nil)
        let first = try #require(opened().first)
        pool.ended(first.number, .connectRefused, unanswered: [], now: after(1))
        #expect(opened().map(\.address) == [1])
        #expect(pool.deadline == after(251))
    }

    @Test mutating func `when all addresses have failed all who waited are told the most telling reason`() throws {
        #expect(pool.place(attempt, fresh: false, now: now) == nil)
        for failure in [UpstreamFailure.connectRefused, .certificateExpired, .unreachable] {
            let opened = try #require(opened().first)
            pool.ended(opened.number, failure, unanswered: [], now: after(1))
        }
        #expect(actions() == [.fail(attempt, .certificateExpired), .giveUp(.certificateExpired)])
        #expect(pool.connectionCount == 0 && pool.deadline == nil)
    }

    @Test mutating func `connecting ahead makes one connection and keeps it`() throws {
        pool.prepare(now: now)
        pool.prepare(now: now)
        let opened = opened()
        #expect(opened.count == 1)
        pool.established(try #require(opened.first).number, now: now)
        #expect(actions().isEmpty && pool.connectionCount == 1)
    }

    @Test mutating func `on another network everybody starts again`() throws {
        #expect(pool.place(attempt, fresh: false, now: now) == nil)
        let first = try #require(opened().first)
        pool.networkChanged()
        pool.ended(first.number, .networkChanged, unanswered: [], now: now)
        #expect(opened().map(\.address) == [0])
        #expect(pool.waitingCount == 1)
    }
}
