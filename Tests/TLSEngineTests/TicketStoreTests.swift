import Testing

@testable import TLSEngine

@Suite struct TicketStoreTests {
    private var store = TicketStore<Int>()

    private mutating func take(_ count: Int, epoch: UInt64) -> [Int?] {
        (0..<count).map { _ in store.take(epoch: epoch) }
    }

    @Test mutating func `the newest is taken first, and once`() {
        for ticket in 1...3 { store.insert(ticket, epoch: 0) }
        let taken = take(4, epoch: 0)
        #expect(taken == [3, 2, 1, nil])
    }

    @Test mutating func `no more are kept than will be used`() {
        for ticket in 1...9 { store.insert(ticket, epoch: 0) }
        #expect(store.count == TicketStore<Int>.maximumTickets)
        let taken = take(1, epoch: 0)
        #expect(taken == [9])
    }

    @Test mutating func `a ticket is of no use on another network, nor when that one comes back`() {
        store.insert(1, epoch: 1)
        let taken = take(1, epoch: 2) + take(1, epoch: 1)
        #expect(taken == [nil, nil])
    }

    @Test mutating func `what an earlier network still brings is refused, and takes nothing with it`() {
        store.insert(1, epoch: 2)
        store.insert(2, epoch: 1)
        let taken = take(1, epoch: 1) + take(1, epoch: 2)
        #expect(taken == [nil, 1])
    }
}
