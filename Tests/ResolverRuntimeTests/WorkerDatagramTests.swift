import Bundle
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import TestSupport
import Testing

@Suite struct WorkerDatagramTests {
    static let loopbacks = [IPAddress.v4(IPv4Address(127, 0, 0, 1)), IPAddress.v6(.loopback)]

    @Test(arguments: loopbacks)
    func answersThroughTLS(address: IPAddress) throws {
        let upstream = try TestUpstream(address: address)
        let worker = try TestWorker([upstream], address: address)
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .noError)
        #expect(answer.lines == ["198.51.100.10", "198.51.100.11"])
        #expect(upstream.server.counters.queries == 1)
        #expect(try worker.ask("www.lab.example") == answer)
        #expect(upstream.server.counters.queries == 1)
        #expect(upstream.server.counters.connections == 1)
    }

    /// A client that asks one of a machine's many addresses takes an answer from no other.
    @Test func answersFromTheAddressThatWasAsked() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream], address: .v4(IPv4Address(bits: 0)))
        for last: UInt8 in [7, 1, 53] {
            let asked = Endpoint(address: .v4(IPv4Address(127, 0, 0, last)), port: worker.endpoint.port)
            // Fetched, and then cached.
            for _ in 0..<2 {
                worker.send([TestQuery.bytes("n\(last).wild.lab.example")], to: asked)
                #expect(try worker.answers(1).first?.lines == ["198.51.100.30"])
                #expect(worker.answerers.last == asked)
            }
        }
        #expect(upstream.server.counters.queries == 3)
    }

    @Test func answersABurstOnOneConnection() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        worker.send((1...50).map { TestQuery.bytes("n\($0).wild.lab.example", id: $0) })
        let answers = try worker.answers(50)
        #expect(Set(answers.map(\.id)) == Set(1...50))
        #expect(answers.allSatisfy { $0.lines == ["198.51.100.30"] })
        #expect(upstream.server.counters.connections == 1)
        #expect(upstream.server.counters.queries == 50)
    }

    /// A full batch ends the watching of the socket; what comes during that time and after it is answered all the same.
    @Test func answersDuringABusyTimeAndAfterIt() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        for time in 0..<3 {
            let ids = (1...DatagramReceiveBatch.capacity).map { UInt16($0 + 100 * time) }
            worker.send(ids.map { TestQuery.bytes("www.lab.example", id: $0) })
            #expect(Set(try worker.answers(ids.count).map(\.id)) == Set(ids))
        }
        _ = try worker.answers(forMilliseconds: 20)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
    }

    @Test func connectsBeforeAnybodyAsks() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        worker.worker.connectAhead(now: MonotonicClock.now)
        worker.worker.connectAhead(now: MonotonicClock.now)
        try worker.turn { $0.handshakes.contains { $0 != nil } }
        #expect(worker.worker.handshakes.first.flatMap { $0 } != nil)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(upstream.server.counters.connections == 1)
    }

    @Test func saysWhyWhenNobodyListens() throws {
        let upstream = try TestUpstream()
        upstream.server.stop()
        let worker = try TestWorker([upstream])
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        #expect(answer.extendedErrors.contains { $0.contains("refused") }, "\(answer)")
        #expect(worker.notices() == [.upstreamDown("lab", .connectRefused)])
    }

    @Test func survivesTheUpstreamsRestart() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("a.wild.lab.example")?.code == .noError)
        upstream.server.dropConnections()
        // It happens on the server's thread: the next query must not overtake it.
        #expect(Moment.wait(.seconds(5)) { upstream.server.counters.ended == 1 })
        #expect(try worker.ask("b.wild.lab.example")?.code == .noError)
        #expect(upstream.server.counters.connections == 2)
        #expect(worker.notices().isEmpty)
    }

    @Test func triesTheNextAddress() throws {
        let upstream = try TestUpstream()
        var settings = upstream.settings
        settings.addresses = [.v6(.loopback), .v4(IPv4Address(127, 0, 0, 2)), .v4(IPv4Address(127, 0, 0, 1))]
        let worker = try TestWorker(adoption: TestBundle.adoption([settings]))
        let answer = try worker.ask("www.lab.example")
        #expect(answer?.code == .noError)
        #expect(worker.notices().isEmpty)
    }

    @Test func failsOverToTheSecondUpstream() throws {
        let (first, second) = (try TestUpstream(named: "first"), try TestUpstream(named: "second"))
        first.server.stop()
        let worker = try TestWorker([first, second])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(second.server.counters.queries == 1)
    }

    /// What of a datagram does not fit in a slot is never read; what was read is no whole message.
    @Test(arguments: [1, DatagramReceiveBatch.maximumBytes, 60_000])
    func refusesWhatFollowsAQuestion(byteCount: Int) throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let query = TestQuery.bytes("www.lab.example", id: 7) + [UInt8](repeating: 0, count: byteCount)
        #expect(worker.sendLong(query))
        let answer = try worker.answers(1).first
        #expect(answer?.code == .formatError && answer?.id == 7)
        #expect(upstream.server.counters.queries == 0)
    }

    /// Nothing that comes to the port may hurt it: each of these, then a good question.
    @Test func shrugsAtNonsense() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let good = TestQuery.bytes("www.lab.example")
        for length in 0..<good.count { worker.send([Array(good.prefix(length))]) }
        let long = [UInt8](repeating: 255, count: DatagramReceiveBatch.maximumBytes)
        worker.send([long, [UInt8](repeating: 0, count: 12)])
        var response = good
        response[2] |= 0x80
        worker.send([response])
        _ = try worker.answers(forMilliseconds: 50)
        #expect(try worker.ask("www.lab.example")?.lines.count == 2)
    }
}

extension TestWorker {
    func notices() -> [WorkerNotice] { worker.takeNotices() }
}
