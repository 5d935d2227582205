import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore

/// The resolver as it ships, with an upstream that knows an address for every name.
struct CachedResolver: EvictionRule {
    static let name = "enigm-resolverd"

    private let machine: Machine

    init(capacity: Int) { machine = Machine(capacity: capacity) }

    func ask(_ number: UInt64) -> Bool { machine.ask(number) }

    var statistics: ResolverStatistics { machine.resolver.statistics }

    func flush() { machine.resolver.flush() }

    /// Writes the next piece of what is cached; answers how many bytes it has.
    func handOver(from position: inout Resolver.HandoverPosition, into piece: inout [UInt8]) -> Int {
        machine.handOver(from: &position, into: &piece)
    }

    func takeOver(_ piece: ArraySlice<UInt8>) { machine.takeOver(piece) }
}

private final class Machine {
    private static let client = Client(
        transport: .datagram, peer: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 40_000))
    /// Long enough for nothing to expire.
    private static let ttl: UInt32 = 86_400

    var resolver: Resolver
    private let now = MonotonicInstant.zero.advanced(bySeconds: 1)
    private var buffer = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
    private var query: [UInt8] = []
    private var answer: [UInt8] = []

    init(capacity: Int) {
        let configuration = ResolverConfiguration(
            upstreams: [UpstreamConfiguration(name: "lab")], cache: CacheConfiguration(entries: capacity))
        resolver = Resolver(configuration: configuration, seed: (1, 2), now: now)
    }

    func ask(_ number: UInt64) -> Bool {
        writeQuery(number)
        let query = query
        var span = buffer.mutableSpan
        guard resolver.receive(query.span, from: Machine.client, now: now, response: &span) == .pending else {
            return true
        }
        while let effect = resolver.nextEffect(into: &span) {
            guard case .forward(let attempt, _, _, _) = effect else { continue }
            writeAnswer()
            let answer = answer
            resolver.upstreamAnswered(attempt, message: answer.span, now: now)
        }
        return false
    }

    func handOver(from position: inout Resolver.HandoverPosition, into piece: inout [UInt8]) -> Int {
        var span = piece.mutableSpan
        return resolver.handOver(from: &position, now: now, into: &span, from: 0)
    }

    func takeOver(_ piece: ArraySlice<UInt8>) {
        let isWhole = (try? resolver.takeOver(piece.span, now: now) { _ in true }) != nil
        precondition(isWhole, "what one resolver hands over another one takes")
    }

    /// A name as long as usual ones: `www.n123456.example`.
    private func writeQuery(_ number: UInt64) {
        let label = "n\(number)"
        query.removeAll(keepingCapacity: true)
        query += [0x20, 0x26, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0x77, 0x77, 0x77, UInt8(label.utf8.count)]
        query += label.utf8
        query += [7, 0x65, 0x78, 0x61, 0x6D, 0x70, 0x6C, 0x65, 0, 0, 1, 0, 1]
    }

    private func writeAnswer() {
        answer.removeAll(keepingCapacity: true)
        answer += query
        (answer[2], answer[3], answer[7]) = (0x81, 0x80, 1)
        answer += [0xC0, 0x0C, 0, 1, 0, 1]
        answer.appendBigEndian(Machine.ttl)
        answer += [0, 4, 198, 51, 100, 7]
    }
}
