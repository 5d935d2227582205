package import NetfilterBackend
package import NetworkTypes

/// The prefixes under which the networks of this machine say that they translate IPv4, each for as long as was said.
/// Anybody on a link can say so, and that it is no longer so: what was said holds to its end, and counts for what leaves
/// directly alone.
package struct AnnouncedTranslators: Sendable {
    /// A network has one; whoever announces many wants something else.
    package static let maximumCount = 32
    /// How often routers repeat it at the latest (RFC 8781 section 5.1, RFC 4861 section 6.2.1): so long holds what an
    /// earlier run of the daemon has left.
    package static let repetitionSeconds: UInt64 = 1_800

    private var entries: [Entry] = []
    /// Whether there were more than are remembered.
    package private(set) var isFull = false

    private struct Entry: Sendable {
        var prefix: IPPrefix
        /// Nil for what an earlier run has left.
        var device: UInt32?
        var deadline: MonotonicInstant
    }

    package init() {}

    /// When the next one ends.
    package var deadline: MonotonicInstant? { entries.map(\.deadline).min() }

    /// On these devices, by their indices; each once.
    package func prefixes(on devices: Set<UInt32>) -> [IPPrefix] {
        let holding = entries.filter { entry in entry.device.map { devices.contains($0) } ?? true }
        return Set(holding.map(\.prefix)).sorted { ($0.address, $0.length) < ($1.address, $1.length) }
    }

    /// A shorter time, or none, is not believed.
    package mutating func take(_ announced: AnnouncedTranslator, now: MonotonicInstant) {
        guard announced.seconds > 0 else { return }
        add(announced.prefix, announced.device, until: now.advanced(bySeconds: UInt64(announced.seconds)))
    }

    /// What the kernel still holds when the daemon starts.
    package mutating func take(left prefixes: [IPPrefix], now: MonotonicInstant) {
        let end = now.advanced(bySeconds: AnnouncedTranslators.repetitionSeconds)
        for prefix in prefixes { add(prefix, nil, until: end) }
    }

    /// Forgets what has ended, and what was said on links that are no more.
    package mutating func forget(but devices: Set<UInt32>, now: MonotonicInstant) {
        entries.removeAll { entry in
            entry.deadline <= now || entry.device.map { !devices.contains($0) } ?? false
        }
        if entries.count < AnnouncedTranslators.maximumCount { isFull = false }
    }

    private mutating func add(_ prefix: IPPrefix, _ device: UInt32?, until end: MonotonicInstant) {
        if let known = entries.firstIndex(where: { $0.prefix == prefix && $0.device == device }) {
            entries[known].deadline = max(entries[known].deadline, end)
        } else if entries.count < AnnouncedTranslators.maximumCount {
            entries.append(Entry(prefix: prefix, device: device, deadline: end))
        } else {
            isFull = true
        }
    }
}
