import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// A resolver with a clock that tests turn by hand.
final class Bench {
    struct Sent: Equatable {
        let attempt: AttemptIdentifier
        let upstream: Int
        let query: Reply
        let onFreshConnection: Bool
    }

    var resolver: Resolver
    var now = MonotonicInstant.zero.advanced(bySeconds: 1000)
    /// What the resolver wanted since they were looked at last.
    var sent: [Sent] = []
    var answers: [(client: Client, reply: Reply)] = []
    var abandoned: [AttemptIdentifier] = []
    private var buffer = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)

    init(
        upstreams: [String] = ["one", "two"], selection: UpstreamSelection = .ordered,
        cache: CacheConfiguration = CacheConfiguration(entries: 1000), paddingBlock: Int = 128,
        rebinding: RebindingProtection = .block
    ) {
        let configuration = ResolverConfiguration(
            upstreams: upstreams.map { UpstreamConfiguration(name: $0) },
            views: Bench.alike([0, 1, 7], upstreams: upstreams.count), selection: selection, cache: cache,
            paddingBlock: paddingBlock, rebinding: rebinding)
        resolver = Resolver(configuration: configuration, seed: (1, 2), now: now)
    }

    init(_ configuration: ResolverConfiguration) {
        resolver = Resolver(configuration: configuration, seed: (1, 2), now: now)
    }

    /// Views that differ in nothing but their answers.
    static func alike(_ identifiers: [UInt16], upstreams: Int) -> [ViewConfiguration] {
        identifiers.map { ViewConfiguration(identifier: $0, upstreams: Array(0..<upstreams)) }
    }

    static func client(
        _ port: UInt16 = 40_000, _ transport: Client.Transport = .datagram, stream: UInt64 = 0, view: UInt16 = 0
    ) -> Client {
        Client(
            transport: transport, view: view, stream: stream,
            peer: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port))
    }

    /// Gives the query to the resolver and takes the effects. Nil when the answer is not there at once.
    @discardableResult
    func receive(_ bytes: [UInt8], from client: Client = client(), room: Int? = nil) throws -> Reply? {
        let room = room ?? (client.transport == .datagram ? Resolver.maximumDatagramSize : Resolver.maximumMessageSize)
        var response = [UInt8](repeating: 0xEE, count: room)
        var span = response.mutableSpan
        let reception = resolver.receive(bytes.span, from: client, now: now, response: &span)
        try takeEffects()
        guard case .answered(let byteCount) = reception else { return nil }
        return try Reply(Array(response[..<byteCount]))
    }

    @discardableResult
    func ask(
        _ name: String, _ type: RecordType = .a, id: UInt16 = 1, edns: Int? = nil, wantsDNSSEC: Bool = false,
        from client: Client = client()
    ) throws -> Reply? {
        try receive(query(name, type, id: id, edns: edns, wantsDNSSEC: wantsDNSSEC), from: client)
    }

    /// Asks, and lets the upstream answer; gives what the client gets.
    @discardableResult
    func resolve(
        _ name: String, _ type: RecordType = .a, _ records: [TestRecord], code: ResponseCode = .noError,
        edns: Int? = nil, wantsDNSSEC: Bool = false, from client: Client = client()
    ) throws -> Reply {
        #expect(try ask(name, type, edns: edns, wantsDNSSEC: wantsDNSSEC, from: client) == nil)
        try answer(response(name, type, records, code: code))
        let last = answers.popLast()
        return try #require(last).reply
    }

    /// The upstream of the attempt that was sent last answers.
    func answer(_ message: [UInt8], to attempt: AttemptIdentifier? = nil, age: UInt32 = 0) throws {
        let attempt = try attempt ?? #require(sent.last).attempt
        resolver.upstreamAnswered(attempt, message: message.span, age: age, now: now)
        try takeEffects()
    }

    func fail(_ failure: UpstreamFailure, _ attempt: AttemptIdentifier? = nil) throws {
        let attempt = try attempt ?? #require(sent.last).attempt
        resolver.upstreamFailed(attempt, failure, now: now)
        try takeEffects()
    }

    /// Lets time pass, with every deadline on the way.
    func advance(seconds: Double) throws {
        let end = now.advanced(byNanoseconds: UInt64(seconds * 1e9))
        while let deadline = resolver.deadline, deadline <= end {
            now = max(now, deadline)
            resolver.deadlineReached(now: now)
            try takeEffects()
        }
        now = end
    }

    /// Lets a cache of another size come over.
    func carry() {
        while resolver.isCarrying {
            var span = buffer.mutableSpan
            resolver.carry(through: &span, now: now)
        }
    }

    /// What the resolver hands over, in one piece.
    func handedOver() -> [UInt8] {
        var position = Resolver.HandoverPosition()
        var span = buffer.mutableSpan
        let end = resolver.handOver(from: &position, now: now, into: &span, from: 0)
        return Array(buffer[..<end])
    }

    func takeEffects() throws {
        while true {
            var span = buffer.mutableSpan
            guard let effect = resolver.nextEffect(into: &span) else { return }
            switch effect {
            case .answer(let client, let byteCount):
                answers.append((client, try Reply(Array(buffer[..<byteCount]))))
            case .forward(let attempt, let upstream, let byteCount, let onFreshConnection):
                let query = try Reply(Array(buffer[..<byteCount]))
                sent.append(
                    Sent(attempt: attempt, upstream: upstream, query: query, onFreshConnection: onFreshConnection))
            case .abandon(let attempt, _):
                abandoned.append(attempt)
            }
        }
    }

    var reply: Reply? { answers.last?.reply }
}
