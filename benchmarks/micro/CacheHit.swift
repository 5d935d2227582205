import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore

/// The whole way of a hit in the machine: query bytes in, answer bytes out.
struct CacheHit: Benchmark, ~Copyable {
    static let name = "cache-hit"
    static let summary = "answer a query from the cache, bytes to bytes"
    static let operationsPerTurn = 10_000

    private static let client = Client(
        transport: .datagram, peer: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 40_000))
    private static let filledAt = MonotonicInstant.zero.advanced(bySeconds: 1_000)
    /// A second after the answer came, so that TTLs have to be aged.
    private static let askedAt = MonotonicInstant.zero.advanced(bySeconds: 1_001)

    private var resolver: Resolver
    private let query: [UInt8]
    private var response: [UInt8]

    init() throws {
        let query = try SampleMessages.query("www.lab.example")
        let resolver = try Self.filled(query)
        self.resolver = resolver
        self.query = query
        response = [UInt8](repeating: 0, count: Resolver.maximumDatagramSize)
    }

    mutating func turn(_ meter: inout Meter) {
        let client = Self.client
        let query = query
        meter.start()
        meter.checksum &+= Self.measuredTurn(&resolver, query.span, client, &response)
        meter.stop()
    }

    @inline(never)
    private static func measuredTurn(
        _ resolver: inout Resolver, _ query: Span<UInt8>, _ client: Client, _ response: inout [UInt8]
    ) -> UInt64 {
        var sum: UInt64 = 0
        var span = response.mutableSpan
        for _ in 0..<operationsPerTurn {
            let reception = resolver.receive(query, from: client, now: askedAt, response: &span)
            guard case .answered(let byteCount) = reception else { preconditionFailure("the answer is not cached") }
            sum &+= UInt64(byteCount)
        }
        return sum
    }

    /// A resolver that has asked its upstream once and keeps the answer.
    private static func filled(_ query: [UInt8]) throws -> Resolver {
        let configuration = ResolverConfiguration(upstreams: [UpstreamConfiguration(name: "lab")])
        var resolver = Resolver(configuration: configuration, seed: (1, 2), now: filledAt)
        var bytes = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        var span = bytes.mutableSpan
        guard resolver.receive(query.span, from: client, now: filledAt, response: &span) == .pending,
            case .forward(let attempt, _, _, _) = resolver.nextEffect(into: &span)
        else { throw BenchmarkError("the query is not forwarded") }
        let answer = try SampleMessages.answer("www.lab.example")
        resolver.upstreamAnswered(attempt, message: answer.span, now: filledAt)
        while resolver.nextEffect(into: &span) != nil {}
        return resolver
    }
}
