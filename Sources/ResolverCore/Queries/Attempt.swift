internal import NetworkTypes

/// One sending of a query to an upstream.
struct Attempt {
    /// After so long without an answer another attempt is made; the answer is still welcome. Three fit into the
    /// budget of a query.
    static let patience: UInt64 = 1_200_000_000

    var identifier: AttemptIdentifier
    let query: UInt32
    /// Changes when a reload moves the upstream.
    var upstream: Int
    let sentAt: MonotonicInstant
    let onFreshConnection: Bool
    /// Its effect has been taken.
    var isUnderWay = false
    /// Its patience has ended: it is in the list of its query only.
    var isLate = false
    /// The next attempt of the same query.
    var nextOfQuery = Slab<Attempt>.none
    /// The neighbours in order of sending.
    var earlier = Slab<Attempt>.none
    var later = Slab<Attempt>.none

    var deadline: MonotonicInstant { sentAt.advanced(byNanoseconds: Attempt.patience) }
}

extension AttemptIdentifier {
    private static let slotBits: UInt64 = 24

    /// The slot finds the attempt at once, the sequence tells it from earlier ones in the same slot.
    init(sequence: UInt64, slot: UInt32) {
        self.init(rawValue: sequence << AttemptIdentifier.slotBits | UInt64(slot))
    }

    var slot: UInt32 { UInt32(rawValue & (1 << AttemptIdentifier.slotBits - 1)) }
}
