package import NetworkTypes

extension UTCInstant {
    /// Exactly the form that we write, RFC 3339 in UTC with milliseconds: `2026-01-31T23:59:59.042Z`. Nil for any
    /// other text, and for days and times that do not exist.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        let template = Array("0000-00-00T00:00:00.000Z".utf8)
        guard bytes.count == template.count else { return nil }
        for (byte, expected) in zip(bytes, template) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let (hours, minutes, seconds) = (number(11..<13), number(14..<16), number(17..<19))
        guard hours < 24, minutes < 60, seconds < 60 else { return nil }
        let day = UTCInstant.dayNumber(year: number(0..<4), month: number(5..<7), day: number(8..<10))
        self.init(milliseconds: (day * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000 + number(20..<23))
        // A day that the calendar does not have is written as another one.
        guard description == text else { return nil }
    }

    /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`): years begin in March.
    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
