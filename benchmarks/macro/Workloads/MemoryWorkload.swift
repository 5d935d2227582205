import LinuxIO

/// What is resident: of a server that has answered one question, and for each answer in its cache.
struct MemoryWorkload: Workload {
    let name = "memory"

    /// Long enough for what follows a start.
    private static let settlingMilliseconds = 300
    /// Of the names in the cache every so many is asked for again, to see whether they are still there.
    private static let sampleStride = 20

    private static let columns: [Table.Column] = [
        Table.Column("idle", "idle, MiB", places: 1), Table.Column("idle-dirty", "of it private dirty, MiB", places: 1),
        Table.Column("answer-100000", "bytes per answer of 100,000", places: 0),
        Table.Column("answer-1000000", "bytes per answer of 1,000,000", places: 0),
        Table.Column("held", "of them still there, %", places: 0),
    ]

    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings {
        var table = Table(name, Self.columns)
        let lists = measuring.plan.cachedNames.map { QueryList.names(0..<$0) }
        try forEach(servers.filter { $0 != .batch }, &table) { server, table in
            for _ in 0..<(server.role == .own ? measuring.plan.memoryRepetitions : 1) {
                let idle = try measureIdle(measuring, server)
                table.add(Self.mebibytes(idle.resident), "idle", of: server)
                table.add(Self.mebibytes(idle.privateDirty), "idle-dirty", of: server)
                guard server.abilities.contains(.caches) else { continue }
                try fill(measuring, server, lists, residentIdle: idle.resident, &table)
            }
        }
        return Findings(table: table, charts: Self.charts(of: table, measuring.plan))
    }

    private func measureIdle(_ measuring: Measuring, _ server: Server) throws -> ProcessFigures.Memory {
        let running = try measuring.launcher.start(server, upstream: measuring.upstreams.addresses)
        MonotonicClock.sleep(milliseconds: Self.settlingMilliseconds)
        return try running.figures.memory()
    }

    /// What is resident beyond an idle server counts, so that memory taken beforehand counts too.
    private func fill(
        _ measuring: Measuring, _ server: Server, _ lists: [QueryList], residentIdle: Int, _ table: inout Table
    ) throws {
        let last = lists[lists.count - 1]
        let running = try measuring.launcher.start(
            server, upstream: measuring.upstreams.addresses, cacheEntries: last.count * 11 / 10)
        var filling = try measuring.fill(running, with: lists[0])
        for (index, list) in lists.enumerated() {
            if index > 0 { filling = try measuring.fill(running, with: list) }
            let grown = try running.figures.memory().resident - residentIdle
            table.add(Double(grown) / Double(list.count), "answer-\(list.count)", of: server)
        }
        let sample = QueryList.names(stride(from: 0, to: last.count, by: Self.sampleStride))
        let repeated = try measuring.fill(running, with: sample)
        guard filling.upstreamMicroseconds > 0 else { return }
        let asked = repeated.upstreamMicroseconds / filling.upstreamMicroseconds
        table.add(100 * (1 - min(1, asked)), "held", of: server)
    }

    private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }

    private static func charts(of table: Table, _ plan: Plan) -> [(name: String, chart: BarChart)] {
        [
            (
                "memory-idle",
                BarChart(
                    table, "idle", title: "Memory: idle",
                    caption: "resident after the first answer, MiB (less is better)",
                    mark: (9.5, "goal 9.5"))
            ),
            (
                "memory-answer",
                BarChart(
                    table, "answer-\(plan.cachedNames[plan.cachedNames.count - 1])", title: "Memory: cached answers",
                    caption: "resident bytes for each answer in a full cache (less is better)", mark: (160, "goal 160"))
            ),
        ]
    }
}

extension Server: Equatable {
    static func == (left: Server, right: Server) -> Bool { left.name == right.name }
}
