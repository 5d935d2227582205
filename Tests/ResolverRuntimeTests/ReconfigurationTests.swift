import Bundle
import ByteCodec
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverRuntime
import Testing

@Suite struct ReconfigurationTests {
    @Test func keepsConnectionsOfUpstreamsThatStay() throws {
        let (first, second) = (try TestUpstream(named: "first"), try TestUpstream(named: "second"))
        let worker = try TestWorker([first])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        try worker.reconfigure([second, first])
        #expect(try worker.ask("mail.lab.example")?.code == .noError)
        try worker.reconfigure([first])
        #expect(try worker.ask("only4.lab.example")?.code == .noError)
        #expect(first.server.counters.connections == 1)
        #expect(second.server.counters.queries == 1)
    }

    /// A query that waits for an upstream that a reload removes is asked of another one.
    @Test func losesNoQueryOfAnUpstreamThatGoes() throws {
        let script = "connection: stall"
        let silent = try TestUpstream(named: "silent", script: script)
        let good = try TestUpstream(named: "good")
        let worker = try TestWorker([silent])
        worker.send([TestQuery.bytes("www.lab.example")])
        #expect(try worker.answers(forMilliseconds: 100).isEmpty)
        try worker.reconfigure([good])
        #expect(try worker.answers(1).first?.code == .noError)
    }

    @Test func answersFromAListenerThatCloses() throws {
        let script = "answer: delay 200ms"
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        let other = try DatagramSocket(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
        let kept = other.localEndpoint
        try worker.worker.listen(on: other)
        worker.send([TestQuery.bytes("www.lab.example", id: 7)])
        worker.worker.retireListeners(except: [kept], now: MonotonicClock.now)
        #expect(try worker.answers(1).map(\.id) == [7])
        try worker.worker.turn(until: MonotonicClock.now)
        #expect(worker.worker.endpoints == [kept])
        // The port is free again.
        _ = try DatagramSocket(boundTo: worker.endpoint)
    }

    @Test func drainsAndCloses() throws {
        let script = "answer: delay 100ms"
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        worker.send([TestQuery.bytes("www.lab.example")])
        worker.worker.retireListeners(except: [], now: MonotonicClock.now)
        #expect(!worker.isDrained)
        #expect(try worker.answers(1).count == 1)
        #expect(worker.isDrained)
    }
}

extension TestWorker {
    var isDrained: Bool { worker.isDrained }

    func reconfigure(_ upstreams: [TestUpstream]) throws {
        let adoption = try TestBundle.adoption(upstreams.map(\.settings))
        worker.reconfigure(adoption.configuration, upstreams: adoption.upstreams, now: MonotonicClock.now)
    }
}
