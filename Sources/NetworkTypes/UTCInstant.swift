/// A moment of the day's clock, for records that people and other machines read. It may jump: durations are measured
/// between ``MonotonicInstant``s.
package struct UTCInstant: Hashable, Sendable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

extension UTCInstant: CustomStringConvertible {
    /// RFC 3339, in UTC with milliseconds: `2026-01-31T23:59:59.042Z`.
    package var description: String {
        let (day, rest) = UTCInstant.divide(milliseconds, by: 86_400_000)
        let date = UTCInstant.date(ofDay: day)
        let seconds = rest / 1000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { UTCInstant.digits($0, 2) }
        let calendar = [
            UTCInstant.digits(date.year, 4), UTCInstant.digits(date.month, 2), UTCInstant.digits(date.day, 2),
        ]
        return "\(calendar.joined(separator: "-"))T\(time.joined(separator: ":")).\(UTCInstant.digits(rest % 1000, 3))Z"
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`): years that
    /// begin in March, in eras of 400.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Rounds towards the past.
    private static func divide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let quotient = value >= 0 ? value / divisor : (value - divisor + 1) / divisor
        return (quotient, value - quotient * divisor)
    }

    private static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
