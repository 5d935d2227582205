internal import NetworkTypes

/// A moment in UTC, to the second, written as RFC 3339 has it: `2027-03-01T00:00:00Z`.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let secondsSinceEpoch: Int64

    package init(secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// UTC only, whole seconds only.
    package init(written text: String) throws(ValueProblem) {
        guard let numbers = Timestamp.numbers(Array(text.utf8)), let seconds = Timestamp.seconds(numbers) else {
            throw ValueProblem(
                .badTimestamp, "`\(text)` is not a moment in UTC", help: "write it like `2027-03-01T00:00:00Z`")
        }
        secondsSinceEpoch = seconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// Year, month, day, hour, minute, second.
    private static func numbers(_ bytes: [UInt8]) -> [Int64]? {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == form.count else { return nil }
        var numbers: [Int64] = [0]
        for (byte, expected) in zip(bytes, form) {
            if expected == UInt8(ascii: "0") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - UInt8(ascii: "0"))
            } else {
                guard byte == expected else { return nil }
                numbers.append(0)
            }
        }
        return numbers
    }

    private static func seconds(_ numbers: [Int64]) -> Int64? {
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard year >= 1970, (1...12).contains(month), (1...daysIn(month, of: year)).contains(day), numbers[3] < 24,
            numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let days = daysSinceEpoch(year: year) + (1..<month).reduce(0) { $0 + daysIn($1, of: year) } + day - 1
        return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
    }

    private static func daysSinceEpoch(year: Int64) -> Int64 {
        let past = year - 1
        return 365 * (year - 1970) + (past / 4 - past / 100 + past / 400) - 477
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Timestamp: CustomStringConvertible {
    /// As it is written.
    package var description: String {
        UTCInstant(milliseconds: secondsSinceEpoch * 1000).description.dropLast(".000Z".utf8.count) + "Z"
    }
}
