import Bundle
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverRuntime
import Testing

@Suite struct WorkerStreamTests {
    @Test(arguments: WorkerDatagramTests.loopbacks)
    func answersBigAnswersWhole(address: IPAddress) throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream], address: address)
        let datagram = try #require(try worker.ask("big.lab.example", .txt))
        #expect(datagram.isTruncated)
        let stream = try worker.connect()
        stream.send(TestQuery.framed(TestQuery.bytes("big.lab.example", .txt)))
        let answer = try #require(try stream.answers(1, from: worker).first)
        #expect(!answer.isTruncated)
        #expect(answer.lines.count == 40)
    }

    @Test func takesQueriesSplitAtEveryByte() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let bytes =
            TestQuery.framed(TestQuery.bytes("www.lab.example", id: 1))
            + TestQuery.framed(TestQuery.bytes("mail.lab.example", id: 2))
        for split in 1..<bytes.count {
            let stream = try worker.connect()
            stream.send(Array(bytes[..<split]))
            _ = try stream.answers(split > bytes.count / 2 ? 1 : 0, from: worker)
            try worker.worker.turn(until: MonotonicClock.now)
            stream.send(Array(bytes[split...]))
            let wanted = split > bytes.count / 2 ? 1 : 2
            #expect(try stream.answers(wanted, from: worker).count >= 1, "split at \(split)")
        }
    }

    @Test func answersPipelinedQueriesOutOfOrder() throws {
        let script = "answer: delay 200ms"
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        _ = try worker.ask("www.lab.example")
        let stream = try worker.connect()
        stream.send(
            TestQuery.framed(TestQuery.bytes("slow.wild.lab.example", id: 1))
                + TestQuery.framed(TestQuery.bytes("www.lab.example", id: 2)))
        #expect(try stream.answers(2, from: worker).map(\.id) == [2, 1])
    }

    /// More queries in one write than may be under way: the rest waits, none is lost.
    @Test func servesMoreThanItsLimitOfPendingQueries() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let stream = try worker.connect()
        stream.send((1...500).flatMap { TestQuery.framed(TestQuery.bytes("n\($0).wild.lab.example", id: $0)) })
        let answers = try stream.answers(500, from: worker)
        #expect(Set(answers.map(\.id)) == Set(1...500))
    }

    @Test func answersAfterTheClientHasFinishedSending() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let stream = try worker.connect()
        stream.send(TestQuery.framed(TestQuery.bytes("www.lab.example")))
        stream.finishWriting()
        #expect(try stream.answers(1, from: worker).count == 1)
        #expect(try stream.answers(1, from: worker).isEmpty)
        #expect(stream.isClosed)
    }

    @Test func closesOnWhatIsNoDNS() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let stream = try worker.connect()
        stream.send([0, 3] + Array("GET".utf8))
        #expect(try stream.answers(1, from: worker).isEmpty)
        #expect(stream.isClosed)
    }

    @Test func givesAnIdleClientsPlaceToANewOne() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let first = try worker.connect()
        first.send(TestQuery.framed(TestQuery.bytes("www.lab.example")))
        #expect(try first.answers(1, from: worker).count == 1)
        var others: [TestStream] = []
        for _ in 0..<256 { others.append(try worker.connect()) }
        #expect(try first.answers(1, from: worker).isEmpty)
        #expect(first.isClosed)
        let last = try #require(others.last)
        last.send(TestQuery.framed(TestQuery.bytes("www.lab.example")))
        #expect(try last.answers(1, from: worker).count == 1)
    }

    /// Ten seconds (RFC 7766 section 6.2.3), which are told to clients that ask for them.
    @Test func endsAnIdleConnectionAndNoOther() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let (idle, busy) = (try worker.connect(), try worker.connect())
        let query = TestQuery.framed(TestQuery.bytes("www.lab.example"))
        for stream in [idle, busy] {
            stream.send(query)
            #expect(try stream.answers(1, from: worker).count == 1)
        }
        let start = MonotonicClock.now
        var milliseconds: UInt64 = 0
        var endedAfter: UInt64?
        while milliseconds < 13_000 {
            busy.send(query)
            #expect(try busy.answers(1, from: worker).count == 1, "after \(milliseconds) ms")
            try worker.worker.turn(until: MonotonicClock.now.advanced(byMilliseconds: 100))
            milliseconds = MonotonicClock.now.nanoseconds(since: start) / 1_000_000
            #expect(idle.receive().isEmpty)
            if idle.isClosed, endedAfter == nil { endedAfter = milliseconds }
        }
        #expect((9_900...12_000).contains(try #require(endedAfter)))
        #expect(!busy.isClosed)
        #expect(worker.openStreams == 1)
        #expect(worker.worker.counters.streamsTimedOut == 1)
    }

    /// A client that asks for much and reads nothing is dropped, and its answers do not pile up.
    @Test func dropsAClientThatDoesNotRead() throws {
        let upstream = try TestUpstream()
        let worker = try TestWorker([upstream])
        let stream = try worker.connect()
        let query = TestQuery.framed(TestQuery.bytes("huge.lab.example", .txt))
        stream.send(query)
        let deadline = MonotonicClock.now.advanced(bySeconds: 10)
        var sent = 0
        while MonotonicClock.now < deadline, worker.openStreams > 0 || sent == 0 {
            stream.trySend(query)
            sent += 1
            try worker.worker.turn(until: MonotonicClock.now.advanced(byMilliseconds: 1))
        }
        #expect(worker.openStreams == 0)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
    }
}
