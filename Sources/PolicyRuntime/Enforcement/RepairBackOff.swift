internal import NetworkTypes

/// Keeps two programs that undo each other's work from filling the machine with it.
struct RepairBackOff {
    /// So many repairs in ``windowSeconds`` are made at once; those beyond wait for ``pauseSeconds``.
    static let maximumRepairs = 50
    static let windowSeconds: UInt64 = 10
    static let pauseSeconds: UInt64 = 1

    private var recent: [MonotonicInstant] = []

    /// Nil when a repair may be made now, else when.
    mutating func delay(now: MonotonicInstant) -> MonotonicInstant? {
        recent.removeAll { $0.advanced(bySeconds: RepairBackOff.windowSeconds) <= now }
        guard recent.count < RepairBackOff.maximumRepairs else {
            return now.advanced(bySeconds: RepairBackOff.pauseSeconds)
        }
        recent.append(now)
        return nil
    }
}
