/// Cached answers from one worker and from two.
struct ScalingWorkload: Workload {
    let name = "scaling"

    private static let columns: [Table.Column] = [
        Table.Column("cpu", "CPU per query, µs", places: 2), Table.Column("cpu-ratio", "× one worker", places: 2),
        Table.Column("rate", "queries/s", places: 0), Table.Column("rate-ratio", "of one worker", places: 2),
    ]

    private static let one = Server.own(named: "one worker", workers: 1)
    private static let two = Server.own(named: "two workers", workers: 2)

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(name, Self.columns)
        let names = PopularNames()
        let single = try measuring.start(Self.one, knowing: names)
        try forEach([Self.two], &table) { server, table in
            let double = try measuring.start(server, knowing: names)
            for _ in 0..<measuring.plan.repetitions {
                let base = try measuring.ask(single, names, milliseconds: measuring.plan.saturatedMilliseconds)
                let both = try measuring.ask(double, names, milliseconds: measuring.plan.saturatedMilliseconds)
                record(base, of: Self.one, against: base, &table)
                record(both, of: server, against: base, &table)
            }
        }
        return Findings(table: table)
    }

    private func record(_ measured: Measured, of server: Server, against base: Measured, _ table: inout Table) {
        table.add(measured.processorMicroseconds, "cpu", of: server)
        table.add(measured.processorMicroseconds / base.processorMicroseconds, "cpu-ratio", of: server)
        table.add(measured.load.queriesPerSecond, "rate", of: server)
        table.add(measured.load.queriesPerSecond / base.load.queriesPerSecond, "rate-ratio", of: server)
        table.count(measured.load, of: server)
    }
}
