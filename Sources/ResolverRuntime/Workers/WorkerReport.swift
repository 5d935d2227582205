internal import ResolverCore

/// What a worker has counted, and what it knows of its upstreams; of several workers, all together.
struct WorkerReport: Sendable {
    var statistics: ResolverStatistics
    var counters: WorkerCounters
    /// In the configuration's order.
    var upstreams: [UpstreamReport]

    init(_ worker: borrowing Worker) {
        statistics = worker.resolver.statistics
        counters = worker.counters
        upstreams = worker.upstreamReports
    }

    mutating func add(_ other: WorkerReport) {
        statistics.add(other.statistics)
        counters.add(other.counters)
        for index in upstreams.indices { upstreams[index].add(other.upstreams[index]) }
    }
}
