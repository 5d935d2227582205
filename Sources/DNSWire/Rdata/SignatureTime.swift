/// The times of signatures: seconds since 1970 without leap seconds, in 32 bits, written as `YYYYMMDDHHmmSS` or as
/// the number (RFC 4034 section 3.2).
enum SignatureTime {
    static func text(_ seconds: UInt32) -> String {
        let (year, month, day) = date(ofDay: Int(seconds) / secondsOfDay)
        let time = Int(seconds) % secondsOfDay
        return [year, month, day, time / 3600, time / 60 % 60, time % 60].reduce(into: "") { text, part in
            text += part < 10 ? "0\(part)" : "\(part)"
        }
    }

    /// Nil for what is no date, and for one that 32 bits cannot hold.
    static func seconds(_ text: String) -> UInt32? {
        let digits = text.utf8.map { Int($0) - 0x30 }
        guard digits.allSatisfy({ 0...9 ~= $0 }) else { return nil }
        guard digits.count == 14 else { return UInt32(text) }
        let pairs = stride(from: 0, to: 14, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        let (year, month, day) = (pairs[0] * 100 + pairs[1], pairs[2], pairs[3])
        let days = dayNumber(year, month, day)
        let isDate = date(ofDay: days) == (year, month, day)
        guard isDate, pairs[4] < 24, pairs[5] < 60, pairs[6] < 60 else { return nil }
        return UInt32(exactly: days * secondsOfDay + pairs[4] * 3600 + pairs[5] * 60 + pairs[6])
    }

    private static let secondsOfDay = 86_400

    /// Days since 1970 in the Gregorian calendar, counted from March so that the leap day is the last of a year.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month > 2 ? year : year - 1
        let months = (month + 9) % 12
        return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1 - daysBefore1970
    }

    private static func date(ofDay day: Int) -> (Int, Int, Int) {
        let days = day + daysBefore1970
        var years = days * 400 / 146_097
        if dayNumber(years, 3, 1) > day { years -= 1 }
        let rest = day - dayNumber(years, 3, 1)
        let months = (rest * 5 + 2) / 153
        return (months < 10 ? years : years + 1, (months + 2) % 12 + 1, rest - (months * 153 + 2) / 5 + 1)
    }

    /// From the first of March of the year 0.
    private static let daysBefore1970 = 719_468
}
