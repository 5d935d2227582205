/// The tickets of one upstream, each usable only on the network it was given on: a ticket shown elsewhere would
/// tell the server, and whoever watches, that both networks have seen the same device.
package struct TicketStore<Ticket> {
    /// Servers give one to four per connection; more would only age.
    static var maximumTickets: Int { 4 }

    /// In the order of networks: what was given on an earlier one is refused.
    private var epoch: UInt64 = 0
    /// Oldest first.
    private var tickets: [Ticket] = []

    package init() {}

    package var count: Int { tickets.count }

    package mutating func insert(_ ticket: Ticket, epoch: UInt64) {
        enter(epoch)
        guard epoch == self.epoch else { return }
        if tickets.count == TicketStore.maximumTickets { tickets.removeFirst() }
        tickets.append(ticket)
    }

    /// The newest ticket of that network, which leaves the store.
    package mutating func take(epoch: UInt64) -> Ticket? {
        enter(epoch)
        return epoch == self.epoch ? tickets.popLast() : nil
    }

    package mutating func removeAll() { tickets.removeAll() }

    private mutating func enter(_ epoch: UInt64) {
        guard epoch > self.epoch else { return }
        self.epoch = epoch
        tickets.removeAll()
    }
}
