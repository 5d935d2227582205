import LinuxIO

/// Names that nobody has asked for before: every query goes to the upstream, over TLS or over HTTPS. The reference is the
/// same for both, and asks over TLS.
struct ForwardWorkload: Workload {
    enum Transport {
        case tls
        case https
    }

    private let transport: Transport

    init(over transport: Transport) { self.transport = transport }

    var name: String {
        switch transport {
        case .tls: "forward"
        case .https: "forward-doh"
        }
    }

    private static let columns: [Table.Column] = [
        Table.Column("cpu", "CPU per query, µs", places: 1), Table.Column("cpu-ratio", "× ref-dot", places: 2),
        Table.Column("rate", "queries/s", places: 0), Table.Column("rate-ratio", "of ref-dot", places: 2),
        Table.Column("latency", "latency of one at a time, µs", places: 0),
        Table.Column("latency-ratio", "× ref-dot's", places: 2),
        Table.Column("calls", "system calls per query", places: 2),
        Table.Column("single-calls", "of one at a time", places: 1),
        Table.Column("upstream", "upstream's CPU, µs", places: 1), Table.Column("disturbed", "disturbed, %", places: 0),
    ]

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(name, Self.columns)
        let ability: Server.Ability = transport == .tls ? .forwardsOverTLS : .forwardsOverHTTPS
        let reference = try measuring.launcher.start(.forwarder, upstream: measuring.upstreams.addresses)
        try forEach(servers.filter { $0.abilities.contains(ability) && $0.role != .reference }, &table) {
            server, table in
            let running = try measuring.launcher.start(
                server, upstream: measuring.upstreams.addresses, isOverHTTPS: transport == .https)
            for _ in 0..<measuring.plan.repetitions {
                let least = try Turn(measuring, reference, measuring.plan.referenceMilliseconds)
                let taken = try Turn(measuring, running, measuring.plan.saturatedMilliseconds)
                record(least, of: .forwarder, against: least, &table)
                record(taken, of: server, against: least, &table)
            }
        }
        return Findings(table: table, charts: charts(of: table))
    }

    /// One repetition of one server.
    private struct Turn {
        let saturated: Measured
        let latencyMicroseconds: Double
        /// Of each query; nil where they cannot be counted.
        let calls: Double?
        let singleCalls: Double?

        init(_ measuring: Measuring, _ server: RunningServer, _ milliseconds: Int) throws {
            var names = FreshNames(run: EntropySource.nextUInt64())
            saturated = try measuring.load(
                server, &names, outstanding: Plan.saturatedOutstanding, milliseconds: milliseconds)
            guard saturated.load.answered > 0 else { throw BenchFailure("\(server.name) answered nothing") }
            let single = try measuring.load(
                server, &names, outstanding: 1, milliseconds: measuring.plan.singleMilliseconds)
            latencyMicroseconds = single.load.latencyMicroseconds(quantile: 0.5)
            calls = try measuring.systemCalls(server, &names, outstanding: Plan.saturatedOutstanding)
            singleCalls = try measuring.systemCalls(server, &names, outstanding: 1)
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
        if let calls = turn.calls { table.add(calls, "calls", of: server) }
        if let calls = turn.singleCalls { table.add(calls, "single-calls", of: server) }
        table.add(saturated.upstreamMicroseconds, "upstream", of: server)
        table.add(saturated.disturbedPercent, "disturbed", of: server)
        table.count(saturated.load, of: server)
    }

    private func charts(of table: Table) -> [(name: String, chart: BarChart)] {
        let (title, most, advantage) =
            transport == .tls ? ("Forwarding over TLS", 2.0, 2.0) : ("Forwarding over HTTPS", 3.0, 2.5)
        let bestPeer = table.rows.filter { $0.role == .peer }.compactMap { $0["rate"].median }.max()
        return [
            (
                "\(name)-cpu",
                BarChart(
                    table, "cpu-ratio", title: "\(title): processor time",
                    caption: "per query, as a multiple of ref-dot (less is better)",
                    mark: (most, "goal \(most.text(places: 1))"), limit: 20)
            ),
            (
                "\(name)-rate",
                BarChart(
                    table, "rate", title: "\(title): throughput",
                    caption: "queries per second on one processor (more is better)", lessIsBetter: false,
                    mark: bestPeer.map { ($0 * advantage, "goal \(advantage.text(places: 1)) × the best peer") })
            ),
        ]
    }
}
