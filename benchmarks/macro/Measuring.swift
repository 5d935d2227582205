import LinuxIO
import NetworkTypes

/// A load, and what serving it took.
struct Measured {
    let load: LoadResult
    /// Processor time of the server for each query, in microseconds.
    let processorMicroseconds: Double
    /// The same of the upstreams.
    let upstreamMicroseconds: Double
    /// How much of its processor something else took meanwhile, in per cent.
    let disturbedPercent: Double
}

/// What every workload needs: servers to start, upstreams for them, and how to measure.
struct Measuring {
    let launcher: ServerLauncher
    let upstreams: UpstreamServers
    let plan: Plan
    let interruption: Interruption

    /// Asks `server` what `source` has.
    func load(
        _ server: RunningServer, _ source: inout some QuerySource, outstanding: Int, milliseconds: Int = .max
    ) throws -> Measured {
        var generator = try LoadGenerator(
            server: server.endpoint, outstanding: outstanding, interruption: interruption)
        let before = try reading(server)
        let load = try generator.run(&source, milliseconds: milliseconds)
        let after = try reading(server)
        if let exit = server.exit() { throw BenchFailure("\(server.name) ended while it was asked, \(exit.text)") }
        let used = after.server - before.server
        let busy = after.processor - before.processor
        let elapsed = after.instant.nanoseconds(since: before.instant)
        let queries = Double(max(1, load.answered + load.failed))
        return Measured(
            load: load, processorMicroseconds: Double(used) / queries / 1000,
            upstreamMicroseconds: Double(after.upstream - before.upstream) / queries / 1000,
            disturbedPercent: Double(busy > used ? busy - used : 0) * 100 / Double(max(1, elapsed)))
    }

    /// How many system calls the server makes for each query; nil where nobody can tell.
    func systemCalls(
        _ server: RunningServer, _ source: inout some QuerySource, outstanding: Int
    ) throws -> Double? {
        guard let counter = SystemCallCounter(process: server.figures.identifier) else { return nil }
        let load = try load(server, &source, outstanding: outstanding, milliseconds: plan.countingMilliseconds).load
        return Double(counter.count) / Double(max(1, load.answered + load.failed))
    }

    /// Asks once for each of `list`, so that all of it is in the server's cache: again, when something was lost. Answers
    /// what the first time took.
    func fill(_ server: RunningServer, with list: QueryList) throws -> Measured {
        let deadline = MonotonicClock.now.advanced(byMilliseconds: Self.fillingMilliseconds)
        var first: Measured?
        while true {
            var source = list.rewound(repeating: false)
            let left = deadline.nanoseconds(since: MonotonicClock.now) / 1_000_000
            let measured = try load(
                server, &source, outstanding: Plan.fillingOutstanding, milliseconds: Int(left))
            let result = first ?? measured
            first = result
            if source.isAtEnd, measured.load.lost == 0 { return result }
            guard source.isAtEnd else {
                throw BenchFailure("it did not answer \(list.count) names in \(Self.fillingMilliseconds / 1000) s")
            }
        }
    }

    /// The slowest peer takes half of this for a million names on a quiet machine.
    private static let fillingMilliseconds: UInt64 = 90_000

    /// A server that has the answers to all of `names` in its cache.
    func start(_ server: Server, knowing names: PopularNames) throws -> RunningServer {
        let running = try launcher.start(
            server, upstream: upstreams.addresses, cacheEntries: PopularNames.nameCount * 10)
        _ = try fill(running, with: names.distinct)
        return running
    }

    /// Asks for `names` as often as the server answers.
    func ask(_ server: RunningServer, _ names: PopularNames, milliseconds: Int) throws -> Measured {
        var source = names.queries.rewound(repeating: true)
        let measured = try load(
            server, &source, outstanding: Plan.saturatedOutstanding, milliseconds: milliseconds)
        guard measured.load.answered > 0 else { throw BenchFailure("\(server.name) answered nothing") }
        return measured
    }

    private struct Reading {
        let instant: MonotonicInstant
        let server: UInt64
        let upstream: UInt64
        let processor: UInt64
    }

    private func reading(_ server: RunningServer) throws -> Reading {
        Reading(
            instant: MonotonicClock.now, server: server.figures.processorNanoseconds,
            upstream: upstreams.processorNanoseconds,
            processor: try Machine.busyNanoseconds(launcher.machine.serverProcessor))
    }
}
