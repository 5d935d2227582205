internal import LinuxIO
internal import ServiceHost

/// The cache's way over a restart: a file in memory, which the service manager keeps meanwhile (sd_notify(3), FDSTORE).
/// Why this way: docs/decisions/0010-cache-over-restarts.md.
enum CacheHandover {
    /// The manager's name for it.
    static let name = "enigm-cache"

    /// Gives the manager what the workers know, once nothing is under way any more; answers whether it has it.
    static func store(
        _ crew: inout WorkerCrew, _ terms: HandoverTerms, by notifier: borrowing ServiceNotifier
    ) -> Bool {
        // Who has no memory left for it leaves the next one an empty cache.
        guard notifier.hasManager, let writer = try? HandoverWriter(terms) else { return false }
        let limit = (HandoverFormat.maximumBytes - HandoverFormat.headLength) / crew.count
        let counts = crew.each { $0.handOver(to: writer, limitBytes: limit, now: MonotonicClock.now) }
        return counts.contains { $0 > 0 } && writer.give(to: notifier)
    }

    /// What the process before left; nil, and a line in the log, where that is of no use. The manager forgets it before it
    /// is read: what ends one process shall not end the next.
    static func take(
        from activated: inout ActivatedSockets, by notifier: inout ServiceNotifier, _ log: ServiceLog,
        terms: () -> HandoverTerms
    ) -> HandoverFile? {
        guard let stored = activated.takeStored(name: name) else { return nil }
        notifier.forgetStored(name: name)
        do throws(HandoverFile.Refusal) {
            return try HandoverFile(stored, terms())
        } catch {
            log.write(error == .damaged ? .warning : .info, error.line)
            return nil
        }
    }
}
