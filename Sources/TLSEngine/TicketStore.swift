/// The tickets of one upstream, each usable only on the network it was given on: a ticket shown elsewhere would
/// tell the server, and whoever watches, that both networks have seen the same device.
struct TicketStore {
    /// Servers give one to four per connection; more would only age.
    static let maximumTickets = 4

    private var epoch: UInt64 = 0
    /// Oldest first.
    private var tickets: [SessionTicket] = []

    var count: Int { tickets.count }

    mutating func insert(_ ticket: SessionTicket, epoch: UInt64) {
        enter(epoch)
        if tickets.count == TicketStore.maximumTickets { tickets.removeFirst() }
        tickets.append(ticket)
    }

    /// The newest ticket of that network, which leaves the store.
    mutating func take(epoch: UInt64) -> SessionTicket? {
        enter(epoch)
        return tickets.popLast()
    }

    mutating func removeAll() { tickets.removeAll() }

    private mutating func enter(_ epoch: UInt64) {
        guard epoch != self.epoch else { return }
        self.epoch = epoch
        tickets.removeAll()
    }
}
