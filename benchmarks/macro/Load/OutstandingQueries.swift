import NetworkTypes

/// The queries of one socket that wait for their answers. An id is a slot and the slot's generation, so that an answer
/// that comes after its query was given up is not taken for that of the next one.
struct OutstandingQueries {
    /// The generation takes the other half of the id.
    static let maximumCount = 256
    /// A stub asks again after a second or more.
    static let patienceNanoseconds: UInt64 = 1_000_000_000

    private struct Slot {
        var generation: UInt8 = 0
        var sentAt: MonotonicInstant?
    }

    private var slots: [Slot]
    private var free: [UInt8]

    init(limit: Int) {
        precondition((1...OutstandingQueries.maximumCount).contains(limit), "an id has room for 256 slots")
        slots = Array(repeating: Slot(), count: limit)
        free = (0..<limit).map { UInt8($0) }
    }

    var freeCount: Int { free.count }
    var count: Int { slots.count - free.count }

    /// The id for a query that is sent now; a slot must be free.
    mutating func start(at now: MonotonicInstant) -> UInt16 {
        let index = free.removeLast()
        slots[Int(index)].sentAt = now
        return UInt16(slots[Int(index)].generation) << 8 | UInt16(index)
    }

    /// When the query with that id was sent; nil when none waits. It waits no longer.
    mutating func finish(_ identifier: UInt16) -> MonotonicInstant? {
        let index = Int(identifier & 0xFF)
        guard index < slots.count, slots[index].generation == UInt8(identifier >> 8), let sentAt = slots[index].sentAt
        else { return nil }
        release(index)
        return sentAt
    }

    /// Gives up what has waited too long; how many.
    mutating func giveUp(_ now: MonotonicInstant) -> Int {
        var count = 0
        for index in slots.indices {
            guard let sentAt = slots[index].sentAt,
                now.nanoseconds(since: sentAt) > OutstandingQueries.patienceNanoseconds
            else { continue }
            release(index)
            count += 1
        }
        return count
    }

    private mutating func release(_ index: Int) {
        slots[index].sentAt = nil
        slots[index].generation &+= 1
        free.append(UInt8(index))
    }
}
