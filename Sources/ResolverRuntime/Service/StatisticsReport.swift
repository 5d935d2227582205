internal import Bundle
internal import CanonicalJSON
internal import ResolverCore
internal import ServiceHost
internal import TLSEngine
internal import Telemetry

/// Counters and upstreams in the words of the control interface: stable names, whole numbers.
enum StatisticsReport {
    static func counters(
        _ statistics: ResolverStatistics, _ worker: WorkerCounters, _ upstreams: [UpstreamSnapshot]
    ) -> JSONObject {
        var object = JSONObject()
        for (name, value) in values(of: statistics) + values(of: worker) { object[name] = .count(value) }
        for upstream in upstreams {
            for (cause, count) in upstream.failures {
                let name = "upstreamFailures.\(cause.identifier)"
                object[name] = .count(count &+ UInt64(object[name]?.integer ?? 0))
            }
        }
        return object
    }

    /// In nanoseconds.
    static func histogram(_ name: String, _ histogram: LatencyHistogram) -> JSONValue {
        func percentile(_ share: Double) -> JSONValue { .count(histogram.percentile(share) ?? 0) }
        let buckets = histogram.occupiedBuckets.map { bucket -> JSONValue in
            ["upTo": .count(bucket.upTo), "count": .count(bucket.count)]
        }
        return [
            "name": .string(name), "unit": "nanoseconds", "count": .count(histogram.count),
            "sum": .count(histogram.sum), "p50": percentile(0.5), "p90": percentile(0.9), "p95": percentile(0.95),
            "p99": percentile(0.99),
            "buckets": .array(buckets),
        ]
    }

    /// `settings`: what the bundle in force says of it, if anything.
    static func upstream(_ report: UpstreamReport, _ settings: UpstreamSettings?) -> JSONValue {
        let snapshot = report.answers
        var object: JSONObject = [
            "name": .string(snapshot.name),
            "state": .string(snapshot.state.rawValue),
            "asked": .count(snapshot.forwarded),
            "answered": .count(snapshot.answered),
            "failed": .count(snapshot.failures.reduce(0) { $0 &+ $1.count }),
            "answerLatency": histogram("answerLatency", snapshot.answerLatency),
        ]
        object["view"] = report.view.map { .string($0) }
        object["transport"] = settings.map { .string($0.service.name) }
        object["lastFailure"] = snapshot.lastFailure.map { .string($0.description(through: settings?.egress.proxy)) }
        object["milliseconds"] = snapshot.smoothedRoundTripTime.map { .double(Double($0 / 1000) / 1000) }
        object["tls"] = report.handshake.map { tls($0.details) }
        return .object(object)
    }

    static func tls(_ details: TLSDetails) -> JSONValue {
        [
            "version": .string(details.version.description), "cipher": .string(details.cipher),
            "group": .string(details.group),
        ]
    }

    private static func values(of counts: ResolverStatistics) -> [(String, UInt64)] {
        [
            ("queries", counts.queries), ("hits", counts.hits), ("negativeHits", counts.negativeHits),
            ("failureHits", counts.failureHits),
            ("local", counts.local), ("outOfScope", counts.outOfScope),
            ("blocked", counts.blocked), ("misses", counts.misses),
            ("coalesced", counts.coalesced),
            ("rejected", counts.rejected),
            ("ignored", counts.ignored), ("forwarded", counts.forwarded), ("retried", counts.retried),
            ("failedOver", counts.failedOver), ("hedged", counts.hedged), ("hedgesWon", counts.hedgesWon),
            ("staleAnswers", counts.staleAnswers), ("prefetches", counts.prefetches),
            ("lateAnswers", counts.lateAnswers), ("unexpectedAnswers", counts.unexpectedAnswers),
            ("rebindingBlocked", counts.rebindingBlocked), ("recordsOutOfBailiwick", counts.recordsOutOfBailiwick),
            ("serverFailures", counts.serverFailures), ("truncated", counts.truncated), ("timedOut", counts.timedOut),
            ("shed", counts.shed),
            ("abandonedByClient", counts.abandonedByClient), ("insertions", counts.insertions),
            ("evictions", counts.evictions),
            ("cacheEntries", counts.cacheEntries), ("cacheBytes", counts.cacheBytes),
            ("pendingQueries", counts.pendingQueries),
        ]
    }

    private static func values(of counts: WorkerCounters) -> [(String, UInt64)] {
        [
            ("ignoredDatagrams", counts.ignoredDatagrams), ("ignoredStreamMessages", counts.ignoredStreamMessages),
            ("streamsAccepted", counts.streamsAccepted), ("streamsEvicted", counts.streamsEvicted),
            ("streamsTimedOut", counts.streamsTimedOut), ("connectionsOpened", counts.connectionsOpened),
            ("connectionsFailed", counts.connectionsFailed), ("socketErrors", counts.socketErrors),
        ]
    }
}
