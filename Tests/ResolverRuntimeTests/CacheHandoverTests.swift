import Bundle
import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore
import TestSupport
import Testing

@testable import LinuxIO
@testable import ResolverRuntime

/// A big cache on its way to the next process, without the processes: daemons do the same in `RestartTests`.
@Suite struct CacheHandoverTests {
    private static let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))
    private static let answers = 3000

    private let settings: UpstreamSettings
    private let adoption: BundleAdoption
    private let terms: HandoverTerms
    private let old: TestWorker

    init() throws {
        settings = try TestUpstream().settings
        let bundle = try Bundle.read(TestBundle.bytes([settings]))
        adoption = try BundleAdoption(bundle)
        terms = HandoverTerms(
            bundle: bundle.digest, upstreams: [Endpoint(address: CacheHandoverTests.loopback, port: 853)])
        old = try TestWorker(adoption: adoption)
        for number in 0..<CacheHandoverTests.answers { old.learn(number) }
    }

    /// Between two pieces, questions are answered.
    @Test func comesTurnByTurn() throws {
        let file = try #require(try handedOver(limitBytes: 64 << 20))
        let new = try TestWorker(adoption: adoption)
        new.worker.takeover = Takeover(file, worker: 0, of: 1)
        var turns = 0
        while new.worker.isCarrying {
            try new.worker.turn(until: nil)
            turns += 1
        }
        #expect(turns > 10)
        #expect(new.worker.resolver.statistics.cacheEntries == UInt64(CacheHandoverTests.answers))
        #expect(new.worker.takeNotices() == [.tookOver(.complete(CacheHandoverTests.answers))])
        #expect(try new.ask("n17.example", .txt)?.lines.count == 1)
    }

    /// Each worker takes the names that the kernel gives it, and all together take all.
    @Test func goesToTheWorkersThatOwnTheNames() throws {
        let file = try #require(try handedOver(limitBytes: 64 << 20))
        var total: UInt64 = 0
        for index in 0..<3 {
            let new = try TestWorker(adoption: adoption)
            new.worker.begin(Takeover(file, worker: index, of: 3))
            while new.worker.isCarrying { try new.worker.turn(until: nil) }
            let count = new.worker.resolver.statistics.cacheEntries
            #expect((800...1200).contains(count))
            total += count
        }
        #expect(total == UInt64(CacheHandoverTests.answers))
    }

    /// What has no room is left.
    @Test func isBounded() throws {
        let limit = 3 * HandoverFormat.maximumBlockBytes
        let file = try #require(try handedOver(limitBytes: limit))
        let new = try TestWorker(adoption: adoption)
        new.worker.begin(Takeover(file, worker: 0, of: 1))
        while new.worker.isCarrying { try new.worker.turn(until: nil) }
        let count = Int(new.worker.resolver.statistics.cacheEntries)
        #expect((limit / 400..<limit / 200).contains(count))
    }

    @Test func isRefusedUnderOtherTerms() throws {
        let target = Endpoint(address: CacheHandoverTests.loopback, port: 853)
        let elsewhere = HandoverTerms(
            bundle: try Bundle.read(TestBundle.bytes([settings], version: 2)).digest, upstreams: [target])
        #expect(throws: HandoverFile.Refusal.otherTerms) { try handedOver(limitBytes: 64 << 20, takenUnder: elsewhere) }
    }

    @Test func termsTellBundlesAndNetworksApart() throws {
        let bundles = try [UInt64(1), 2].map { try Bundle.read(TestBundle.bytes([settings], version: $0)).digest }
        let target = Endpoint(address: CacheHandoverTests.loopback, port: 853)
        let sources = [nil, CacheHandoverTests.loopback, .v4(IPv4Address(127, 0, 0, 2))]
        var seen: Set<[UInt8]> = []
        for bundle in bundles {
            for source in sources { seen.insert(HandoverTerms(bundle: bundle, ways: [(target, source)]).bytes) }
        }
        #expect(seen.count == 6)
        #expect(HandoverTerms(bundle: bundles[0], ways: [(target, nil)]).bytes.count == 32)
    }

    /// As the next process gets it, through the manager.
    private func handedOver(limitBytes: Int, takenUnder taken: HandoverTerms? = nil) throws -> HandoverFile? {
        let keeper = NotificationSocket()
        let notifier = ServiceNotifier(path: keeper.path, watchdogMicroseconds: nil, watchdogProcess: nil)
        let writer = try HandoverWriter(terms)
        let written = old.worker.handOver(to: writer, limitBytes: limitBytes, now: MonotonicClock.now)
        #expect((1...limitBytes).contains(written))
        let isGiven = writer.give(to: notifier)
        #expect(isGiven)
        guard let descriptor = keeper.next()?.descriptor else { return nil }
        return try HandoverFile(Descriptor(owning: descriptor), taken ?? terms)
    }
}

extension TestWorker {
    /// Has the answer to a question for a text of two hundred bytes as if an upstream had told it.
    fileprivate func learn(_ number: Int) {
        let client = Client(
            transport: .datagram, peer: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 40_000))
        let query = TestQuery.bytes("n\(number).example", .txt)
        var room = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        var response = room.mutableSpan
        _ = worker.resolver.receive(query.span, from: client, now: MonotonicClock.now, response: &response)
        while let effect = worker.resolver.nextEffect(into: &response) {
            guard case .forward(let attempt, _, _, _) = effect else { continue }
            // The question without the OPT record that follows it, and one record with a pointer to the name.
            var answer = Array(query.dropLast(11))
            (answer[2], answer[3], answer[7], answer[11]) = (0x81, 0x80, 1, 0)
            answer += [0xC0, 0x0C, 0, 16, 0, 1, 0, 0, 1, 0x2C, 0, 200, 199] + [UInt8](repeating: 0x78, count: 199)
            worker.resolver.upstreamAnswered(attempt, message: answer.span, now: MonotonicClock.now)
        }
    }
}
