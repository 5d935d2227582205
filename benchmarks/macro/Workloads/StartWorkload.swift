/// From the start of a program to its first answer, which has come from the upstream over TLS.
struct StartWorkload: Workload {
    let name = "start"

    private static let columns = [Table.Column("start", "start to first answer, ms", places: 1)]

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(name, Self.columns)
        try forEach(servers.filter { $0.abilities.contains(.forwardsOverTLS) }, &table) { server, table in
            for _ in 0..<measuring.plan.startRepetitions {
                let running = try measuring.launcher.start(server, upstream: measuring.upstreams.addresses)
                table.add(Double(running.startNanoseconds) / 1e6, "start", of: server)
            }
        }
        let chart = BarChart(
            table, "start", title: "Start",
            caption: "milliseconds from exec to the first answer over TLS (less is better)",
            mark: (9, "goal 9"))
        return Findings(table: table, charts: [("start", chart)])
    }
}
