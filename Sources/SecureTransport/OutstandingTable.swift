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
        var attempt: UInt64
        /// The keyed hash of the question that was sent.
        var question: UInt64
    }

    private struct Slot {
        var identifier: UInt16 = 0
        var isTaken = false
        var entry = Entry(attempt: 0, question: 0)
    }

    private var slots = [Slot](repeating: Slot(), count: OutstandingTable.minimumSlots)
    private(set) var count = 0
    /// No slot before it is taken; only ``removeNext()`` moves it.
    private var removalStart = 0

    init() {}

    var isFull: Bool { count == OutstandingTable.maximumCount }

    /// Adds an entry under an id near `proposal` that no other entry has, and answers the id.
    mutating func insert(_ entry: Entry, proposal: UInt16) -> UInt16 {
        precondition(!isFull, "the table is full")
        if count * 2 >= slots.count { grow() }
        let mask = slots.count - 1
        var index = Int(proposal) & mask
        // At most half of the slots are taken.
        while slots[index].isTaken { index = (index + 1) & mask }
        let identifier = UInt16(truncatingIfNeeded: Int(proposal) & ~mask | index)
        slots[index] = Slot(identifier: identifier, isTaken: true, entry: entry)
        count += 1
        return identifier
    }

    func entry(for identifier: UInt16) -> Entry? {
        let slot = slots[Int(identifier) & (slots.count - 1)]
        return slot.isTaken && slot.identifier == identifier ? slot.entry : nil
    }

    mutating func remove(_ identifier: UInt16) {
        let index = Int(identifier) & (slots.count - 1)
        guard slots[index].isTaken, slots[index].identifier == identifier else { return }
        removeSlot(at: index)
    }

    /// Looks at every slot: for the rare attempt that is given up. False when it is not there.
    mutating func remove(attempt: UInt64) -> Bool {
        guard let index = slots.firstIndex(where: { $0.isTaken && $0.entry.attempt == attempt }) else { return false }
        removeSlot(at: index)
        return true
    }

    /// Removes one entry after another, for a connection that has ended: nothing is inserted any more.
    mutating func removeNext() -> UInt64? {
        while removalStart < slots.count {
            defer { removalStart += 1 }
            guard slots[removalStart].isTaken else { continue }
            removeSlot(at: removalStart)
            return slots[removalStart].entry.attempt
        }
        return nil
    }

    private mutating func removeSlot(at index: Int) {
        slots[index].isTaken = false
        count -= 1
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.isTaken { slots[Int(slot.identifier) & (slots.count - 1)] = slot }
    }
}
