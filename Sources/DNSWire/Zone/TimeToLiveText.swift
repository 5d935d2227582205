/// A lifetime as zone files write it: seconds, or numbers with units as in `1h30m`.
package enum TimeToLiveText {
    /// Nil for anything else, and for more than 32 bits hold.
    package static func seconds(_ text: String) -> UInt32? {
        var total: UInt64 = 0
        var number: UInt64?
        for character in text.utf8 {
            if UInt8(ascii: "0")...UInt8(ascii: "9") ~= character {
                number = (number ?? 0) * 10 + UInt64(character - UInt8(ascii: "0"))
            } else {
                guard let count = number, let unit = secondsOfUnit(character) else { return nil }
                total += count * unit
                number = nil
            }
            guard total + (number ?? 0) <= UInt32.max else { return nil }
        }
        return text.isEmpty ? nil : UInt32(total + (number ?? 0))
    }

    private static func secondsOfUnit(_ unit: UInt8) -> UInt64? {
        switch unit.caseFolded {
        case UInt8(ascii: "w"): 604_800
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "s"): 1
        default: nil
        }
    }
}
