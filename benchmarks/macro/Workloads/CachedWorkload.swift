/// Names that are asked for again and again, all of them in the cache.
struct CachedWorkload: Workload {
    let name = "cached"

    private static let columns: [Table.Column] = [
        Table.Column("cpu", "CPU per query, µs", places: 2), Table.Column("cpu-ratio", "× ref-batch", places: 2),
        Table.Column("rate", "queries/s", places: 0), Table.Column("rate-ratio", "of ref-batch", places: 2),
        Table.Column("upstream", "upstream's CPU, µs", places: 2), Table.Column("disturbed", "disturbed, %", places: 0),
    ]

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(name, Self.columns)
        let names = PopularNames()
        let reference = try measuring.launcher.start(.batch, upstream: measuring.upstreams.addresses)
        try forEach(servers.filter { $0.abilities.contains(.caches) }, &table) { server, table in
            let running = try measuring.start(server, knowing: names)
            for _ in 0..<measuring.plan.repetitions {
                let least = try measuring.ask(reference, names, milliseconds: measuring.plan.referenceMilliseconds)
                let taken = try measuring.ask(running, names, milliseconds: measuring.plan.saturatedMilliseconds)
                record(least, of: .batch, against: least, &table)
                record(taken, of: server, against: least, &table)
            }
        }
        return Findings(table: table, charts: Self.charts(of: table))
    }

    private func record(_ measured: Measured, of server: Server, against least: Measured, _ table: inout Table) {
        table.add(measured.processorMicroseconds, "cpu", of: server)
        table.add(measured.processorMicroseconds / least.processorMicroseconds, "cpu-ratio", of: server)
        table.add(measured.load.queriesPerSecond, "rate", of: server)
        table.add(measured.load.queriesPerSecond / least.load.queriesPerSecond, "rate-ratio", of: server)
        table.add(measured.upstreamMicroseconds, "upstream", of: server)
        table.add(measured.disturbedPercent, "disturbed", of: server)
        table.count(measured.load, of: server)
    }

    private static func charts(of table: Table) -> [(name: String, chart: BarChart)] {
        [
            (
                "cached-cpu",
                BarChart(
                    table, "cpu-ratio", title: "Cached answers: processor time",
                    caption: "per query over UDP, as a multiple of ref-batch (less is better)",
                    mark: (1.1, "goal 1.10"))
            ),
            (
                "cached-rate",
                BarChart(
                    table, "rate-ratio", title: "Cached answers: throughput",
                    caption: "queries per second on one processor, as a share of ref-batch (more is better)",
                    lessIsBetter: false, mark: (0.92, "goal 0.92"))
            ),
        ]
    }
}
