internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes
internal import ServiceHost

/// What an apply spends its time on.
struct ApplyStopwatch {
    enum Stage: String, CaseIterable {
        /// The bundle is read, checked and understood.
        case read
        /// Its table is made for this machine.
        case prepare
        /// The batch is written and the kernel has taken it.
        case commit
        /// The table is read back and compared.
        case compare
        /// What was done is on the disk.
        case record
    }

    private var nanoseconds: [Stage: UInt64] = [:]
    private let start: MonotonicInstant
    private var last: MonotonicInstant

    init() {
        start = MonotonicClock.now
        last = start
    }

    /// Time since the last stage was finished belongs to this one.
    mutating func finish(_ stage: Stage) {
        let now = MonotonicClock.now
        nanoseconds[stage, default: 0] += now.nanoseconds(since: last)
        last = now
    }

    /// From the start to the last stage that was finished.
    var milliseconds: Double { ApplyStopwatch.milliseconds(last.nanoseconds(since: start)) }

    /// In milliseconds, by stage.
    var json: JSONValue {
        .object(
            JSONObject(
                Stage.allCases.map { stage in
                    (stage.rawValue, .double(ApplyStopwatch.milliseconds(nanoseconds[stage] ?? 0)))
                }))
    }

    /// To the microsecond.
    private static func milliseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds / 1000) / 1000 }
}
