internal import CanonicalJSON

/// The resolver's upstreams as aligned text, one a line.
struct UpstreamTable {
    private static let header = [
        "upstream", "state", "for", "over", "address", "tls", "group", "by", "p50", "p95", "open", "in flight",
        "limit", "epoch", "last error",
    ]
    private static let numeric: Set<Int> = [2, 8, 9, 10, 11, 13]

    private let upstreams: [JSONObject]

    init(_ report: JSONObject) { upstreams = (report["upstreams"]?.array ?? []).compactMap(\.object) }

    var text: String {
        let rows = upstreams.map(UpstreamTable.row)
        return StatsTable.aligned([UpstreamTable.header] + rows, numeric: UpstreamTable.numeric)
            .map { $0 + "\n" }.joined()
    }

    private static func row(_ upstream: JSONObject) -> [String] {
        func text(_ key: String) -> String { upstream[key]?.string ?? "-" }
        func count(_ key: String) -> String { String(upstream[key]?.integer ?? 0) }
        func time(_ key: String) -> String {
            upstream[key]?.double.map { StatsTable.time(nanoseconds: $0) } ?? "-"
        }
        return [
            text("name") + (upstream["view"]?.string.map { " (\($0))" } ?? ""), text("state"),
            upstream["stateSeconds"]?.integer.map(StatsTable.duration) ?? "-",
            text("transport"), upstream["address"]?.string ?? onlyAddress(upstream), session(upstream),
            upstream["tls"]?.object?["group"]?.string ?? "-", text("authentication"), time("p50"), time("p95"),
            count("open"), count("underWay"), limit(upstream), count("networkEpoch"), lastError(upstream),
        ]
    }

    /// Before the first handshake nobody knows which of several it will be.
    private static func onlyAddress(_ upstream: JSONObject) -> String {
        let addresses = (upstream["addresses"]?.array ?? []).compactMap(\.string)
        return addresses.count == 1 ? addresses[0] : "one of \(addresses.count)"
    }

    private static func session(_ upstream: JSONObject) -> String {
        guard let version = upstream["tls"]?.object?["version"]?.string else { return "-" }
        return upstream["resumed"]?.bool == true ? "\(version), resumed" : "\(version), full"
    }

    private static func limit(_ upstream: JSONObject) -> String {
        let limits = [
            upstream["atOnce"]?.integer.map { "\($0) at once" },
            upstream["perConnection"]?.integer.map { "\($0) each" },
        ].compactMap(\.self)
        return limits.isEmpty ? "-" : limits.joined(separator: ", ")
    }

    private static func lastError(_ upstream: JSONObject) -> String {
        guard let error = upstream["lastError"]?.string else { return "-" }
        return upstream["lastErrorSeconds"]?.integer.map { "\(error), \(StatsTable.duration($0)) ago" } ?? error
    }
}
