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
        let condition = upstream["condition"]?.object ?? [:]
        func text(_ object: JSONObject, _ key: String) -> String { object[key]?.string ?? "-" }
        func count(_ key: String) -> String { String(condition[key]?.integer ?? 0) }
        func time(_ key: String) -> String {
            condition[key]?.double.map { StatsTable.time(nanoseconds: $0) } ?? "-"
        }
        return [
            label(upstream), text(condition, "state"),
            condition["stateSeconds"]?.integer.map(StatsTable.duration) ?? "-",
            text(upstream, "transport"), condition["address"]?.string ?? onlyAddress(upstream), session(condition),
            condition["tls"]?.object?["group"]?.string ?? "-", text(upstream, "authentication"), time("p50"),
            time("p95"), count("open"), count("underWay"), limit(condition), count("networkEpoch"),
            lastError(condition),
        ]
    }

    /// Its name, and whose it is where views have their own.
    static func label(_ upstream: JSONObject) -> String { (upstream["name"]?.string ?? "-") + owner(of: upstream) }

    static func owner(of upstream: JSONObject) -> String { upstream["view"]?.string.map { " (\($0))" } ?? "" }

    /// Before the first handshake nobody knows which of several it will be.
    private static func onlyAddress(_ upstream: JSONObject) -> String {
        let addresses = (upstream["addresses"]?.array ?? []).compactMap(\.string)
        return addresses.count == 1 ? addresses[0] : "one of \(addresses.count)"
    }

    private static func session(_ condition: JSONObject) -> String {
        guard let version = condition["tls"]?.object?["version"]?.string else { return "-" }
        return condition["resumed"]?.bool == true ? "\(version), resumed" : "\(version), full"
    }

    private static func limit(_ condition: JSONObject) -> String {
        let limits = [
            condition["atOnce"]?.integer.map { "\($0) at once" },
            condition["perConnection"]?.integer.map { "\($0) each" },
        ].compactMap(\.self)
        return limits.isEmpty ? "-" : limits.joined(separator: ", ")
    }

    private static func lastError(_ condition: JSONObject) -> String {
        guard let error = condition["lastError"]?.string else { return "-" }
        return condition["lastErrorSeconds"]?.integer.map { "\(error), \(StatsTable.duration($0)) ago" } ?? error
    }
}
