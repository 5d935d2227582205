internal import CanonicalJSON

/// The resolver's report as aligned text: what is in force, the counters that are not zero, the upstreams.
struct StatsTable {
    private let report: JSONObject
    private let previous: JSONObject?

    /// `previous`: an earlier report, to tell what has been added since.
    init(_ report: JSONObject, since previous: JSONObject? = nil) {
        self.report = report
        self.previous = previous
    }

    var text: String {
        let sections = [head, counters, latencies, upstreams].filter { !$0.isEmpty }
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var head: [String] {
        let digest = report["bundleDigest"]?.string ?? ""
        let lines = [
            "profile   \(report["profile"]?.string ?? "") version \(report["profileVersion"]?.integer ?? 0)",
            "bundle    \(digest)",
            "up        \(StatsTable.duration(report["uptimeSeconds"]?.integer ?? 0))",
        ]
        return lines + (report["degraded"]?.array ?? []).compactMap(\.string).map { "degraded  \($0)" }
    }

    private var counters: [String] {
        let values = report["counters"]?.object ?? [:]
        let rows = values.compactMap { member -> [String]? in
            guard let value = member.value.integer, value != 0 else { return nil }
            let before = previous?["counters"]?.object?[member.key]?.integer
            return [KebabCase.text(member.key), "\(value)", before.map { $0 == value ? "" : "+\(value - $0)" } ?? ""]
        }
        return StatsTable.aligned(rows, numeric: [1, 2])
    }

    /// Of hits, of misses, of handshakes, and of what each upstream answered.
    private var latencies: [String] {
        let own = (report["histograms"]?.array ?? []).compactMap(\.object).map { histogram in
            (KebabCase.text(histogram["name"]?.string ?? ""), histogram)
        }
        let upstreams = (report["upstreams"]?.array ?? []).compactMap(\.object).map { upstream in
            (
                "upstream `\(upstream["name"]?.string ?? "")`\(UpstreamTable.owner(of: upstream))",
                upstream["answerLatency"]?.object ?? [:]
            )
        }
        let rows = (own + upstreams).compactMap { StatsTable.latency($0, $1) }
        guard !rows.isEmpty else { return [] }
        return StatsTable.aligned([["latency", "count", "p50", "p95", "p99"]] + rows, numeric: [1, 2, 3, 4])
    }

    /// Nil when nothing was measured.
    private static func latency(_ name: String, _ histogram: JSONObject) -> [String]? {
        guard let count = histogram["count"]?.integer, count > 0 else { return nil }
        let percentiles = ["p50", "p95", "p99"].map { time(nanoseconds: histogram[$0]?.double ?? 0) }
        return [name, "\(count)"] + percentiles
    }

    /// In the unit that leaves one to three digits before the point.
    static func time(nanoseconds: Double) -> String {
        let units: [(Double, String)] = [(1e9, "s"), (1e6, "ms"), (1e3, "us")]
        let (size, unit) = units.first { nanoseconds >= $0.0 } ?? (1e3, "us")
        return "\(ResolverStats.hundredths(nanoseconds / size)) \(unit)"
    }

    private var upstreams: [String] {
        let header = ["upstream", "over", "state", "asked", "answered", "failed", "ms", "last failure"]
        let rows = (report["upstreams"]?.array ?? []).compactMap(\.object).map(StatsTable.row)
        return StatsTable.aligned([header] + rows, numeric: [3, 4, 5, 6])
    }

    private static func row(_ upstream: JSONObject) -> [String] {
        func text(_ key: String) -> String { upstream[key]?.string ?? "-" }
        func count(_ key: String) -> String { String(upstream[key]?.integer ?? 0) }
        let milliseconds = upstream["milliseconds"]?.double.map(ResolverStats.hundredths) ?? "-"
        return [
            UpstreamTable.label(upstream), text("transport"), text("state"), count("asked"), count("answered"),
            count("failed"),
            milliseconds,
            text("lastFailure"),
        ]
    }

    /// Columns as wide as their widest cell, two blanks apart; numbers to the right.
    static func aligned(_ rows: [[String]], numeric: Set<Int>) -> [String] {
        let widths = rows.map { $0.map(\.count) }
        let columns = (rows.first ?? []).indices.map { column in widths.map { $0[column] }.max() ?? 0 }
        return zip(rows, widths).map { row, widths in
            var line = ""
            // Nothing stands behind the last cell that has a text.
            let end = row.lastIndex { !$0.isEmpty } ?? -1
            for (column, cell) in row.enumerated().prefix(end + 1) {
                if column > 0 { line += "  " }
                let filling = String(repeating: " ", count: columns[column] - widths[column])
                if numeric.contains(column) { line += filling }
                line += cell
                if column < end, !numeric.contains(column) { line += filling }
            }
            return line
        }
    }

    static func duration(_ seconds: Int64) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days)d \(hours)h" }
        if hours > 0 { return "\(hours)h \(minutes)m" }
        return minutes > 0 ? "\(minutes)m \(seconds % 60)s" : "\(seconds)s"
    }
}
