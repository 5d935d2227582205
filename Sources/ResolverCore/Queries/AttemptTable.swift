internal import NetworkTypes

/// All attempts whose outcome is awaited: found by identifier, ordered by the end of their patience.
struct AttemptTable: ~Copyable {
    private(set) var attempts = Slab<Attempt>()
    private var oldest = Slab<Attempt>.none
    private var newest = Slab<Attempt>.none
    private var sequence: UInt64 = 0

    subscript(index: UInt32) -> Attempt {
        _read { yield attempts[index] }
        _modify { yield &attempts[index] }
    }

    /// The place of an attempt; nil when nobody waits for it any more.
    func find(_ identifier: AttemptIdentifier) -> UInt32? {
        let slot = identifier.slot
        return slot < attempts.endIndex && attempts[slot].identifier == identifier ? slot : nil
    }

    /// The attempt whose patience ends first.
    var oldestAttempt: Attempt? { oldest == Slab<Attempt>.none ? nil : attempts[oldest] }

    /// Places below this one may hold an attempt.
    var endIndex: UInt32 { attempts.endIndex }

    /// Begins an attempt; attempts begin in order of time.
    mutating func begin(
        for query: UInt32, at upstream: Int, onFreshConnection: Bool, before next: UInt32, now: MonotonicInstant
    ) -> UInt32 {
        sequence += 1
        var attempt = Attempt(
            identifier: .none, query: query, upstream: upstream, sentAt: now, onFreshConnection: onFreshConnection)
        attempt.nextOfQuery = next
        let index = attempts.insert(attempt)
        let identifier = AttemptIdentifier(sequence: sequence, slot: index)
        attempts[index].identifier = identifier
        attempts[index].earlier = newest
        if newest != Slab<Attempt>.none { attempts[newest].later = index }
        newest = index
        if oldest == Slab<Attempt>.none { oldest = index }
        return index
    }

    /// The attempt's patience has ended; its answer is still welcome.
    mutating func becomeLate(_ index: UInt32) {
        unlinkFromOrder(index)
        attempts[index].isLate = true
    }

    /// Nothing more is awaited of that attempt. It has already left the list of its query.
    mutating func end(_ index: UInt32) {
        if !attempts[index].isLate { unlinkFromOrder(index) }
        attempts[index].identifier = .none
        attempts.remove(index)
    }

    private mutating func unlinkFromOrder(_ index: UInt32) {
        let attempt = attempts[index]
        if attempt.later == Slab<Attempt>.none {
            newest = attempt.earlier
        } else {
            attempts[attempt.later].earlier = attempt.earlier
        }
        if attempt.earlier == Slab<Attempt>.none {
            oldest = attempt.later
        } else {
            attempts[attempt.earlier].later = attempt.later
        }
    }
}

extension AttemptIdentifier {
    /// No attempt's: sequences begin at 1.
    static let none = AttemptIdentifier(rawValue: .max)
}
