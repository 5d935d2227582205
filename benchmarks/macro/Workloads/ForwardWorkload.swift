import LinuxIO

/// Names that nobody has asked for before: every query goes to the upstream over TLS.
struct ForwardWorkload: Workload {
    static let name = "forward"

    private static let columns: [Table.Column] = [
        Table.Column("cpu", "CPU per query, µs", places: 1), Table.Column("cpu-ratio", "× ref-dot", places: 2),
        Table.Column("rate", "queries/s", places: 0), Table.Column("rate-ratio", "of ref-dot", places: 2),
        Table.Column("latency", "latency of one at a time, µs", places: 0),
        Table.Column("latency-ratio", "× ref-dot's", places: 2),
        Table.Column("upstream", "upstream's CPU, µs", places: 1), Table.Column("disturbed", "disturbed, %", places: 0),
    ]

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(Self.name, Self.columns)
        let reference = try measuring.launcher.start(.forwarder, upstream: measuring.upstreams.addresses)
        let able = servers.filter { $0.abilities.contains(.forwardsOverTLS) && $0.role != .reference }
        try forEach(able, &table) { server, table in
            let running = try measuring.launcher.start(server, upstream: measuring.upstreams.addresses)
            for _ in 0..<measuring.plan.repetitions {
                let least = try Turn(measuring, reference, measuring.plan.referenceMilliseconds)
                let taken = try Turn(measuring, running, measuring.plan.saturatedMilliseconds)
                record(least, of: .forwarder, against: least, &table)
                record(taken, of: server, against: least, &table)
            }
        }
        return Findings(table: table, charts: Self.charts(of: table))
    }

    /// One repetition of one server.
    private struct Turn {
        let saturated: Measured
        let latencyMicroseconds: Double

        init(_ measuring: Measuring, _ server: RunningServer, _ milliseconds: Int) throws {
            var names = FreshNames(run: EntropySource.nextUInt64())
            saturated = try measuring.load(
                server, &names, outstanding: Plan.saturatedOutstanding, milliseconds: milliseconds)
            guard saturated.load.answered > 0 else { throw BenchFailure("\(server.name) answered nothing") }
            let single = try measuring.load(
                server, &names, outstanding: 1, milliseconds: measuring.plan.singleMilliseconds)
            latencyMicroseconds = single.load.latencyMicroseconds(quantile: 0.5)
        }
    }

    private func record(_ turn: Turn, of server: Server, against least: Turn, _ table: inout Table) {
        let (saturated, reference) = (turn.saturated, least.saturated)
        table.add(saturated.processorMicroseconds, "cpu", of: server)
        table.add(saturated.processorMicroseconds / reference.processorMicroseconds, "cpu-ratio", of: server)
        table.add(saturated.load.queriesPerSecond, "rate", of: server)
        table.add(saturated.load.queriesPerSecond / reference.load.queriesPerSecond, "rate-ratio", of: server)
        table.add(turn.latencyMicroseconds, "latency", of: server)
        table.add(turn.latencyMicroseconds / max(1, least.latencyMicroseconds), "latency-ratio", of: server)
        table.add(saturated.upstreamMicroseconds, "upstream", of: server)
        table.add(saturated.disturbedPercent, "disturbed", of: server)
        table.count(saturated.load, of: server)
    }

    private static func charts(of table: Table) -> [(name: String, chart: BarChart)] {
        [
            (
                "forward-cpu",
                BarChart(
                    table, "cpu-ratio", title: "Forwarding over TLS: processor time",
                    caption: "per query, as a multiple of ref-dot (less is better)", mark: (2, "goal 2.0"), limit: 20)
            ),
            (
                "forward-rate",
                BarChart(
                    table, "rate", title: "Forwarding over TLS: throughput",
                    caption: "queries per second on one processor (more is better)", lessIsBetter: false)
            ),
        ]
    }
}
