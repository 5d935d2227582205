/// The attempts of one connection that wait for an answer, by message id.
///
/// An id's low bits are its slot, so that finding one is one comparison; twice the bits make twice the slots, and no
/// two ids that had different slots ever meet in one. Storage grows by doubling and is kept.
struct OutstandingTable {
    /// A sixteenth of the ids: a free one is found at the second try at worst, on average, and a server that stops
    /// answering cannot make us remember more.
    static let maximumCount = 4_096
    private static let minimumSlots = 16

    struct Entry {
        /// Nil when it was abandoned: the id stays taken, so that its late answer is known for what it is.
        var attempt: UInt64?
        var question: QuestionFingerprint
    }

    private struct Slot {
        var identifier: UInt16
        var entry: Entry
    }

    private var slots = [Slot?](repeating: nil, count: OutstandingTable.minimumSlots)
    private var count = 0
    private var abandonedCount = 0
    /// No slot before it is taken; only ``removeNext()`` moves it.
    private var removalStart = 0

    init() {}

    var isEmpty: Bool { count == 0 }

    /// How many attempts wait.
    var waitingCount: Int { count - abandonedCount }

    var isFull: Bool { waitingCount == OutstandingTable.maximumCount }

    /// Adds an entry under an id near `proposal` that no other entry has, and answers the id.
    mutating func insert(_ entry: Entry, proposal: UInt16) -> UInt16 {
        precondition(!isFull, "the table is full")
        if count == OutstandingTable.maximumCount { removeAbandoned() }
        if count * 2 >= slots.count { grow() }
        let mask = slots.count - 1
        var index = Int(proposal) & mask
        // At most half of the slots are taken.
        while slots[index] != nil { index = (index + 1) & mask }
        let identifier = UInt16(truncatingIfNeeded: Int(proposal) & ~mask | index)
        slots[index] = Slot(identifier: identifier, entry: entry)
        count += 1
        return identifier
    }

    subscript(identifier: UInt16) -> Entry? {
        guard let slot = slots[index(of: identifier)], slot.identifier == identifier else { return nil }
        return slot.entry
    }

    mutating func remove(_ identifier: UInt16) {
        guard self[identifier] != nil else { return }
        removeSlot(at: index(of: identifier))
    }

    /// Looks at every slot: for the rare attempt that is given up. False when it is not there.
    mutating func abandon(_ attempt: UInt64) -> Bool {
        guard let index = slots.firstIndex(where: { $0?.entry.attempt == attempt }) else { return false }
        slots[index]?.entry.attempt = nil
        abandonedCount += 1
        return true
    }

    /// Removes one waiting attempt after another, for a connection that has ended: nothing is inserted any more.
    mutating func removeNext() -> UInt64? {
        while removalStart < slots.count {
            defer { removalStart += 1 }
            guard let attempt = slots[removalStart]?.entry.attempt else { continue }
            removeSlot(at: removalStart)
            return attempt
        }
        return nil
    }

    /// Gives the ids of abandoned attempts free: by then their answers will not come any more.
    private mutating func removeAbandoned() {
        for index in slots.indices where slots[index] != nil && slots[index]?.entry.attempt == nil {
            removeSlot(at: index)
        }
    }

    private mutating func removeSlot(at index: Int) {
        if slots[index]?.entry.attempt == nil { abandonedCount -= 1 }
        slots[index] = nil
        count -= 1
    }

    private func index(of identifier: UInt16) -> Int { Int(identifier) & (slots.count - 1) }

    private mutating func grow() {
        let old = slots
        slots = [Slot?](repeating: nil, count: old.count * 2)
        for case let slot? in old { slots[index(of: slot.identifier)] = slot }
    }
}
