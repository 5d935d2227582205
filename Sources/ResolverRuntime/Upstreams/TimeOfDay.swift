internal import LinuxIO
internal import NetworkTypes

/// The time of day, which certificates are judged by: what the clock says, and what it cannot be before.
package struct TimeOfDay: Sendable {
    /// Seconds that a clock may be corrected by without having been wrong.
    static let tolerance: Int64 = 86_400

    /// Unix seconds: it was that late before. It never goes back.
    package private(set) var floor: Int64
    /// The clock is so far behind that it must be wrong, as it was read last.
    private(set) var isBehind = false
    private let read: @Sendable () -> Int64

    /// `read`: the clock in Unix seconds; another one in tests.
    package init(floor: Int64 = 0, read: @escaping @Sendable () -> Int64 = { WallClock.unixSeconds }) {
        self.floor = floor
        self.read = read
        _ = self.now()
    }

    /// Unix seconds, by the clock.
    mutating func now() -> Int64 {
        let now = read()
        isBehind = now < floor - TimeOfDay.tolerance
        return now
    }

    /// It is at least that late: a certificate was valid.
    mutating func note(_ time: Int64) { floor = max(floor, time) }

    /// Why certificates may be judged wrongly; nil where the clock may be right.
    mutating func complaint() -> String? {
        let now = now()
        guard isBehind else { return nil }
        return "the clock says \(UTCInstant(milliseconds: now * 1000)), and it was later than "
            + "\(UTCInstant(milliseconds: floor * 1000)) before: set it; until then certificates that are not valid by it "
            + "are refused, unless pins say whose they are"
    }
}
