internal import LinuxIO
internal import NetworkTypes

/// When the machine is looked at: soon after something told of a change, and else from time to time.
struct SurveyTimes {
    /// When it is looked at again.
    private(set) var next = MonotonicClock.now
    /// Before that nobody has it looked at.
    private(set) var earliest = MonotonicClock.now

    /// Something has changed.
    mutating func hasten(now: MonotonicInstant) {
        next = min(next, max(earliest, now.advanced(byMilliseconds: MachineSurvey.delayMilliseconds)))
    }

    mutating func looked(from start: MonotonicInstant, to end: MonotonicInstant) {
        earliest = end.advanced(byNanoseconds: end.nanoseconds(since: start) * MachineSurvey.restFactor)
        next = max(earliest, end.advanced(bySeconds: MachineSurvey.periodSeconds))
    }
}
