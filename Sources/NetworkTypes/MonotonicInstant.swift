/// A moment in nanoseconds since the machine started, the time in which it was suspended included. Engines receive it as
/// data and never read a clock; tests and simulations make it up.
package struct MonotonicInstant: Hashable, Sendable, Comparable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static let zero = MonotonicInstant(nanoseconds: 0)
    /// Later than every instant that is reached.
    package static let distantFuture = MonotonicInstant(nanoseconds: .max)

    /// Whole seconds: the unit of a TTL.
    package var seconds: UInt64 { nanoseconds / 1_000_000_000 }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates instead of wrapping: a far future stays the far future.
    package func advanced(byNanoseconds amount: UInt64) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(amount)
        return MonotonicInstant(nanoseconds: overflow ? .max : sum)
    }

    package func advanced(bySeconds amount: UInt64) -> MonotonicInstant {
        let (product, overflow) = amount.multipliedReportingOverflow(by: 1_000_000_000)
        return advanced(byNanoseconds: overflow ? .max : product)
    }

    package func advanced(byMilliseconds amount: UInt64) -> MonotonicInstant {
        let (product, overflow) = amount.multipliedReportingOverflow(by: 1_000_000)
        return advanced(byNanoseconds: overflow ? .max : product)
    }

    /// Nanoseconds from `earlier` to here; 0 when `earlier` is later.
    package func nanoseconds(since earlier: MonotonicInstant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }
}
