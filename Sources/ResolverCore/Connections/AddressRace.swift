internal import NetworkTypes

/// The addresses of one upstream, tried one after the other until one of them has finished its handshake (RFC 8305).
struct AddressRace {
    /// One bit an address.
    private var begun: UInt64 = 0
    /// When the next one joins those that are being tried; nil when all have.
    var nextAt: MonotonicInstant?
    /// Why addresses failed: what needs an operator tells more than what may pass.
    private(set) var failure: UpstreamFailure?

    /// Those beyond are not tried.
    static let maximumAddresses = 64

    /// The next address: first the one that worked last, then the other family's and this one's in turn.
    mutating func next(of families: [AddressFamily], preferred: Int, last: Int?) -> Int? {
        let left = families.indices.prefix(AddressRace.maximumAddresses).filter { begun & 1 << UInt64($0) == 0 }
        let other = last.flatMap { last in left.first { families[$0] != families[last] } }
        let next = left.contains(preferred) ? preferred : other ?? left.first
        if let next { begun |= 1 << UInt64(next) }
        return next
    }

    func hasMore(than count: Int) -> Bool { begun.nonzeroBitCount < min(count, AddressRace.maximumAddresses) }

    mutating func note(_ failure: UpstreamFailure) {
        if let known = self.failure, known.consequence == .lasting, failure.consequence != .lasting { return }
        self.failure = failure
    }
}

extension ConnectionPool {
    mutating func startRace(now: MonotonicInstant) {
        guard race == nil else { return }
        race = AddressRace()
        openNextAddress(now: now)
    }

    /// Lets the next address join the race.
    mutating func openNextAddress(now: MonotonicInstant) {
        guard makeRoom(now: now) else {
            // All there may be are in use: one of them ends, or speaks.
            race?.nextAt = now.advanced(byNanoseconds: ConnectionPool.stagger)
            return
        }
        let last = connections.last { !$0.isEstablished }?.address
        guard let address = race?.next(of: families, preferred: preferred, last: last) else { return }
        open(address, now: now)
        let hasMore = race?.hasMore(than: families.count) ?? false
        race?.nextAt = hasMore ? now.advanced(byNanoseconds: ConnectionPool.stagger) : nil
    }

    /// An address could not be used: the next one need not wait, and after the last one nobody does.
    mutating func addressFailed(_ failure: UpstreamFailure, now: MonotonicInstant) {
        let isLast = connections.allSatisfy(\.isEstablished)
        guard race != nil else {
            // It was one more to an address that had worked.
            if isLast, !waiting.isEmpty { startRace(now: now) }
            return
        }
        race?.note(failure)
        if let race, race.hasMore(than: families.count) { return openNextAddress(now: now) }
        guard isLast else { return }
        let told = race?.failure ?? failure
        race = nil
        preferred = (preferred + 1) % families.count
        for attempt in waiting.takeAll() { act(.fail(attempt, told)) }
        act(.giveUp(told))
    }

    /// As many connections as those who wait need: a race for the first, and where the server takes few queries on each
    /// more to the address that it has been found at.
    mutating func openForWaiting(now: MonotonicInstant) {
        guard !waiting.isEmpty, race == nil else { return }
        var opening = connections.count { !$0.isEstablished }
        let isAddressGood = connections.contains { $0.isEstablished && !$0.isSuspect(at: now) }
        guard isAddressGood || opening > 0 else { return startRace(now: now) }
        let needed = (waiting.count + limits.capacity - 1) / limits.capacity
        while opening < needed, makeRoom(now: now) {
            open(preferred, now: now)
            opening += 1
        }
    }

    /// Whether there may be one more; one that is of no use goes for it.
    private mutating func makeRoom(now: MonotonicInstant) -> Bool {
        guard connections.count >= ConnectionPool.maximumConnections else { return true }
        let useless = connections.firstIndex { $0.isEstablished && $0.underWay == 0 }
        guard let useless else {
            evictSilent(now: now)
            return false
        }
        act(.close(connections.remove(at: useless).number))
        return true
    }

    /// Of those that may be dead the one that is longest silent need not be waited for: there is room once its end is told.
    private mutating func evictSilent(now: MonotonicInstant) {
        guard !connections.contains(where: \.isEvicted) else { return }
        let silent = connections.indices.filter { connections[$0].isSuspect(at: now) }
        let longest = silent.min { connections[$0].silentSince ?? now < connections[$1].silentSince ?? now }
        guard let longest else { return }
        connections[longest].isEvicted = true
        act(.evict(connections[longest].number))
    }

    private mutating func open(_ address: Int, now: MonotonicInstant) {
        connections.append(PooledConnection(number: nextNumber, address: address, now: now))
        act(.open(nextNumber, address: address))
        nextNumber += 1
    }
}
