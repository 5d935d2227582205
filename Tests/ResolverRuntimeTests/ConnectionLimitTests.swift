import Bundle
import DNSWire
import LabPeers
import ResolverCore
import Testing

@testable import ResolverRuntime

/// More upstreams than there may be connections.
@Suite struct ConnectionLimitTests {
    private static let zones = ["www.lab.example", "mail.lab.example", "only4.lab.example"]

    /// Each is asked for one zone.
    private let upstreams: [TestUpstream]
    private let worker: TestWorker

    init() throws {
        upstreams = try ConnectionLimitTests.zones.map { try TestUpstream(named: String($0.prefix { $0 != "." })) }
        let settings = zip(upstreams, ConnectionLimitTests.zones).map { upstream, zone in
            var settings = upstream.settings
            settings.zones = [zone]
            return settings
        }
        worker = try TestWorker(adoption: TestBundle.adoption(settings), connectionLimit: 2)
    }

    private var connectionCounts: [UInt64] { upstreams.map { UInt64($0.server.counters.connections) } }

    @Test func theOneThatWasUsedLongestAgoMakesRoom() throws {
        for zone in ConnectionLimitTests.zones {
            #expect(try worker.ask(zone)?.code == .noError)
            #expect(worker.worker.connections.count <= 2)
        }
        #expect(connectionCounts == [1, 1, 1])
        // The first has gone for the third; now the second goes for it, and the third stays.
        #expect(try worker.ask("a.www.lab.example")?.code == .nameError)
        #expect(try worker.ask("a.only4.lab.example")?.code == .nameError)
        #expect(connectionCounts == [2, 1, 1])
        #expect(try worker.ask("a.mail.lab.example")?.code == .nameError)
        #expect(connectionCounts == [2, 2, 1])
        #expect(worker.worker.connections.count == 2)
        #expect(worker.worker.transports.reduce(0) { $0 + $1.pool.connectionCount } == 2, "open is what pools know of")
    }

    /// What is awaited is worth more than what was used a moment ago.
    @Test func theOneThatNothingIsAwaitedOfGoesFirst() throws {
        upstreams[0].server.script = try Script("connection: stall")
        worker.send([TestQuery.bytes(ConnectionLimitTests.zones[0])])
        #expect(try worker.answers(forMilliseconds: 200).isEmpty)
        for zone in ConnectionLimitTests.zones[1...] { #expect(try worker.ask(zone)?.code == .noError) }
        #expect(connectionCounts == [1, 1, 1])
        #expect(worker.worker.connections.map(\.transport.plan.name).contains("www"))
        #expect(worker.worker.connections.count == 2)
    }
}
