internal import Bundle
internal import CanonicalJSON
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import TLSEngine
internal import Telemetry

/// An upstream in the words of the control interface's `Upstreams`: what the bundle says of it, and how it does.
struct UpstreamDescription {
    private let settings: UpstreamSettings
    private let now: MonotonicInstant

    init(_ settings: UpstreamSettings, now: MonotonicInstant) {
        self.settings = settings
        self.now = now
    }

    /// `reports`: how each worker sees it; there is one at least.
    func json(_ reports: [UpstreamReport]) -> JSONObject {
        let whole = reports.dropFirst().reduce(into: reports[0]) { $0.add($1) }
        var object: JSONObject = ["name": .string(settings.name), "condition": .object(condition(whole))]
        object["view"] = whole.view.map { .string($0) }
        object["way"] = settings.egress.words.map { .string($0) }
        object["transport"] = .string(settings.service.name)
        object["serverName"] = .string(settings.serverName)
        object["authentication"] = .string(settings.authentication)
        object["addresses"] = .array(
            settings.addresses.map { .string(Endpoint(address: $0, port: settings.port).description) })
        object["workers"] = .array(reports.map { .object(condition($0)) })
        return object
    }

    private func condition(_ report: UpstreamReport) -> JSONObject {
        var object: JSONObject = [
            "state": .string(report.answers.state.rawValue),
            "open": .count(UInt64(report.connections.open)),
            "connecting": .count(UInt64(report.connections.connecting)),
            "underWay": .count(UInt64(report.connections.underWay)),
            "waiting": .count(UInt64(report.connections.waiting)),
            "networkEpoch": .count(report.networkEpoch),
        ]
        object["atOnce"] = report.connections.window.map { .count(UInt64($0)) }
        object["perConnection"] = report.connections.quota.map { .count(UInt64($0)) }
        object["stateSeconds"] = report.answers.since.map(seconds)
        object["retryMilliseconds"] = report.answers.avoidedUntil.flatMap { moment in
            moment > now ? .count(moment.nanoseconds(since: now) / 1_000_000) : nil
        }
        object["p50"] = report.answers.answerLatency.percentile(0.5).map { .count($0) }
        object["p95"] = report.answers.answerLatency.percentile(0.95).map { .count($0) }
        if let handshake = report.handshake {
            object["address"] = .string(handshake.endpoint.description)
            object["tls"] = StatisticsReport.tls(handshake.details)
            object["resumed"] = .bool(handshake.details.isResumed)
            object["handshakeSeconds"] = seconds(since: handshake.at)
        }
        if let failure = report.answers.lastFailure {
            object["lastError"] = .string(failure.description(through: settings.egress.proxy))
            object["lastErrorCause"] = .string(failure.identifier)
            object["lastErrorSeconds"] = report.answers.lastFailureAt.map(seconds)
        }
        return object
    }

    private func seconds(since moment: MonotonicInstant) -> JSONValue {
        .count(now.nanoseconds(since: moment) / 1_000_000_000)
    }
}

extension UpstreamSettings.Service {
    /// As profiles write it.
    var name: String { self == .tls ? "tls" : "https" }
}

extension UpstreamSettings.Egress {
    var proxy: Endpoint? { if case .proxy(let proxy) = self { proxy.endpoint } else { nil } }

    /// As profiles write it; nil where the kernel routes.
    fileprivate var words: String? {
        switch self {
        case .routed: nil
        case .device(let name): "interface \(name)"
        case .proxy(let proxy): "\(proxy.kind.rawValue) \(proxy.endpoint)"
        }
    }
}

extension UpstreamSettings {
    /// What proves that the server is the one meant (docs/decisions/0006).
    fileprivate var authentication: String {
        if pins.isEmpty { return "name" }
        return certificateAuthority == nil ? "pins" : "name and pins"
    }
}
