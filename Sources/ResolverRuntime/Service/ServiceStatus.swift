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
    /// How each upstream is asked, `tls` or `https`, by its name.
    private var transports: [String: String]

    /// `closed`: in what its listeners fall short.
    init(_ accepted: AcceptedBundle, bundlePath: String, _ closed: [String], now: MonotonicInstant) {
        startedAt = now
        profile = accepted.manifest.profile
        digest = accepted.digest
        self.bundlePath = bundlePath
        views = accepted.manifest.resolver.views
        settingsReasons = ServiceStatus.degradedReasons(accepted.manifest.resolver)
        self.closed = closed
        transports = ServiceStatus.transports(accepted.manifest.resolver)
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

    /// The parameters of the control interface's `Stats`.
    func report(of workers: WorkerReport, now: MonotonicInstant) -> JSONObject {
        let (statistics, counters, upstreams) = (workers.statistics, workers.counters, workers.upstreams)
        return [
            "bundleDigest": .string(digest.hexadecimal),
            "profile": .string(profile.name),
            "profileVersion": .count(profile.version),
            "uptimeSeconds": .count(now.nanoseconds(since: startedAt) / 1_000_000_000),
            "degraded": .array(degradedReasons.map { .string($0) }),
            "counters": .object(StatisticsReport.counters(statistics, counters, upstreams)),
            "histograms": [
                StatisticsReport.histogram("hitLatency", counters.hitLatency),
                StatisticsReport.histogram("missLatency", statistics.missLatency),
                StatisticsReport.histogram("handshakeLatency", counters.handshakeLatency),
            ],
            "upstreams": .array(
                zip(upstreams, workers.handshakes).map {
                    StatisticsReport.upstream($0, transport: transports[$0.name], handshake: $1?.details)
                }),
        ]
    }

    private static func transports(_ settings: ResolverSettings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.upstreams.map { ($0.name, $0.service == .tls ? "tls" : "https") })
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
