package import Bundle
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

/// What one of several workers is made of. Each makes TLS contexts of its own: they share nothing that changes.
package struct WorkerShare: Sendable {
    let bundle: Bundle
    /// How many workers share the cache that the profile allows.
    let workerCount: Int
    /// The same for all: a name is dealt out alike, whoever is asked for it.
    let shardKey: ShardKey
    let timeOfDay: TimeOfDay

    package init(_ bundle: Bundle, workerCount: Int, shardKey: ShardKey, timeOfDay: TimeOfDay) {
        self.bundle = bundle
        self.workerCount = workerCount
        self.shardKey = shardKey
        self.timeOfDay = timeOfDay
    }

    /// The bundle has been adopted before, so that it can be again.
    func adoption() -> BundleAdoption {
        do {
            return try BundleAdoption(bundle, shardKey: shardKey).shared(by: workerCount)
        } catch {
            preconditionFailure("a bundle that was taken before is refused: \(error)")
        }
    }
}

extension Worker {
    init(_ share: WorkerShare, now: MonotonicInstant) throws(SystemError) {
        try self.init(share.adoption(), share.timeOfDay, now: now)
    }

    init(_ adoption: BundleAdoption, _ timeOfDay: TimeOfDay, now: MonotonicInstant) throws(SystemError) {
        try self.init(
            configuration: adoption.configuration, upstreams: adoption.upstreams,
            seed: (EntropySource.nextUInt64(), EntropySource.nextUInt64()), timeOfDay: timeOfDay, now: now)
    }

    mutating func reconfigure(_ adoption: BundleAdoption, now: MonotonicInstant) {
        reconfigure(adoption.configuration, upstreams: adoption.upstreams, now: now)
    }
}
