internal import CanonicalJSON
internal import ServiceHost

/// The number of the table in force, in every flow's mark: flows of another epoch are judged anew. Numbers are reserved
/// on the disk before they are used, several at a time, so that none is used twice until all 65,535 have been, whatever
/// moment a crash chooses; and an apply need not wait for the disk before it commits.
struct EpochCounter: Equatable {
    /// So many are skipped when a daemon dies.
    static let reservation: UInt16 = 16

    /// Of the table in force; 0 when none was ever put in force.
    private(set) var current: UInt16 = 0
    /// The last that may have been used.
    private var last: UInt16 = 0
    /// The last that may be used.
    private var reserved: UInt16 = 0

    init() {}

    /// What an earlier run left: it may have used any number that it had reserved. Nil when `json` is damaged.
    init?(json: JSONObject) {
        guard let current = json["epoch"]?.integer.flatMap(UInt16.init(exactly:)),
            let reserved = json["reserved-epoch"]?.integer.flatMap(UInt16.init(exactly:))
        else { return nil }
        self.current = current
        last = reserved
        self.reserved = reserved
    }

    var json: JSONObject { ["epoch": .integer(Int64(current)), "reserved-epoch": .integer(Int64(reserved))] }

    /// Whether ``reserve()`` comes before the next ``take()``, and on the disk.
    var isExhausted: Bool { last == reserved }

    mutating func reserve() { reserved = EpochCounter.number(after: last, steps: EpochCounter.reservation) }

    /// The next number; never 0, which is the mark of a flow that no table has judged.
    mutating func take() -> UInt16 {
        precondition(!isExhausted, "a number is on the disk before it is used")
        last = EpochCounter.number(after: last, steps: 1)
        return last
    }

    /// A table with that number is in force.
    mutating func confirm(_ epoch: UInt16) { current = epoch }

    private static func number(after number: UInt16, steps: UInt16) -> UInt16 {
        let sum = UInt32(number) + UInt32(steps)
        return UInt16(sum > UInt32(UInt16.max) ? sum - UInt32(UInt16.max) : sum)
    }
}
