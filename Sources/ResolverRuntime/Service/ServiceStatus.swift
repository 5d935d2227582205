internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import TLSEngine

/// What is in force, since when, and in what it falls short of the profile.
struct ServiceStatus {
    private let startedAt: MonotonicInstant
    private(set) var profile: ProfileIdentity
    private(set) var digest: SHA256Digest
    private(set) var bundlePath: String
    private(set) var views: [ViewSettings]
    private var settingsReasons: [String]
    private var closed: [String]

    /// One line each; empty when everything is as the profile says.
    var degradedReasons: [String] { settingsReasons + closed }
    /// By its name.
    private var upstreams: [String: UpstreamSettings]

    /// `closed`: in what its listeners fall short.
    init(_ accepted: AcceptedBundle, bundlePath: String, _ closed: [String], now: MonotonicInstant) {
        startedAt = now
        profile = accepted.manifest.profile
        digest = accepted.digest
        self.bundlePath = bundlePath
        views = accepted.manifest.resolver.views
        settingsReasons = ServiceStatus.degradedReasons(accepted.manifest.resolver)
        self.closed = closed
        upstreams = Dictionary(uniqueKeysWithValues: accepted.manifest.resolver.upstreams.map { ($0.name, $0) })
    }

    /// Listeners have changed.
    mutating func take(closed: [String]) { self.closed = closed }

    mutating func adopt(_ accepted: AcceptedBundle, bundlePath: String, _ closed: [String]) {
        self = ServiceStatus(accepted, bundlePath: bundlePath, closed, now: startedAt)
    }

    /// For a log line: ``profile `lab` version 3, digest 0123456789ab``.
    var line: String {
        "profile `\(profile.name)` version \(profile.version), digest \(digest.hexadecimal.prefix(12))"
    }

    /// The parameters of the control interface's `Stats`. `clock`: what is wrong with the time of day.
    func report(of workers: WorkerReport, clock: String?, now: MonotonicInstant) -> JSONObject {
        let (statistics, counters) = (workers.statistics, workers.counters)
        return [
            "bundleDigest": .string(digest.hexadecimal),
            "profile": .string(profile.name),
            "profileVersion": .count(profile.version),
            "uptimeSeconds": .count(now.nanoseconds(since: startedAt) / 1_000_000_000),
            "degraded": .array((degradedReasons + [clock].compactMap(\.self)).map { .string($0) }),
            "counters": .object(StatisticsReport.counters(statistics, counters, workers.upstreams.map(\.answers))),
            "histograms": [
                StatisticsReport.histogram("hitLatency", counters.hitLatency),
                StatisticsReport.histogram("missLatency", statistics.missLatency),
                StatisticsReport.histogram("handshakeLatency", counters.handshakeLatency),
            ],
            "upstreams": .array(
                workers.upstreams.map { StatisticsReport.upstream($0, upstreams[$0.answers.name]) }),
        ]
    }

    /// The parameters of the control interface's `Upstreams`; `reports` are those of each worker.
    func upstreams(_ reports: [[UpstreamReport]], now: MonotonicInstant) -> JSONObject {
        let count = reports.first?.count ?? 0
        let values = (0..<count).compactMap { index -> JSONValue? in
            let ofWorkers = reports.map { $0[index] }
            guard let first = ofWorkers.first, let settings = upstreams[first.answers.name] else { return nil }
            return .object(UpstreamDescription(settings, now: now).json(ofWorkers))
        }
        return ["upstreams": .array(values)]
    }

    private static func degradedReasons(_ settings: ResolverSettings) -> [String] {
        guard let user = settings.user else { return [] }
        guard let expected = Accounts.localUserIdentifier(user) else {
            return ["the profile's `resolver.user` is `\(user)`, and this machine has no such user"]
        }
        guard expected == Environment.userIdentifier else {
            return ["the profile's `resolver.user` is `\(user)`, and this process runs as another user"]
        }
        return []
    }
}
