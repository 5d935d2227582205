import ByteCodec
import LabPeers
import SecureTransport
import TLSEngine
import TestSupport
import Testing

@Suite struct EndingTests {
    @Test(arguments: [false, true])
    func `an orderly end on a used connection hands back what it left`(saysClose: Bool) throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.answerAll()
        for attempt in UInt64(2)...9 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.exchange()
        if saysClose { pair.server.close() }
        pair.exchange()
        pair.deliverEnd()
        #expect(pair.outcomes.last == .closed(.byPeer))
        #expect(pair.outcomes.count == 2)
        let (isReused, isEstablished) = (pair.session.isReused, pair.session.isEstablished)
        #expect(isReused && isEstablished)
        #expect(pair.takeUnanswered().sorted() == Array(2...9))
        #expect(pair.takeUnanswered().isEmpty)
        #expect(pair.send(TestMessage.query("late.example"), attempt: 10) == .closed)
        let deadline = pair.session.deadline
        #expect(deadline == nil)
    }

    @Test func `a reset is told apart, answers before it count`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        for attempt in UInt64(1)...2 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.exchange()
        pair.say(TestMessage.framed(TestMessage.answer(to: pair.queries[0])))
        pair.session.receive(pair.server.drainOutput().span, now: pair.now)
        pair.deliverEnd(isReset: true)
        #expect(pair.answered == [1])
        #expect(pair.outcomes.last == .failed(.reset))
        #expect(pair.takeUnanswered() == [2])
    }

    @Test func `an end before any answer is not one of a reused connection`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.exchange()
        pair.deliverEnd()
        let isReused = pair.session.isReused
        #expect(!isReused)
        #expect(pair.outcomes == [.closed(.byPeer)])
        #expect(pair.takeUnanswered() == [1])
    }

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13])
    func `an end at every byte answers or hands back each attempt once`(version: LabPeers.TLSVersion) throws {
        let lab = try DoTPair.Lab(versions: version...version)
        var limit = 0
        var isComplete = false
        while !isComplete {
            lab.context.forgetTickets()
            var pair = DoTPair(lab)
            for attempt in UInt64(0)..<3 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
            isComplete = pair.serve(limit: limit)
            pair.deliverEnd()
            #expect((pair.answered + pair.takeUnanswered()).sorted() == [0, 1, 2], "after \(limit) bytes")
            if pair.outcomes.first == .established {
                #expect(pair.outcomes.last == .closed(.byPeer))
            } else {
                #expect(pair.outcomes == [.failed(.closedInHandshake)])
            }
            limit += 1
        }
        #expect(limit > 700)
    }

    @Test func `a server that is not the one meant gets no query`() throws {
        var pair = DoTPair(try DoTPair.Lab(name: "other.lab.example"))
        _ = pair.send(TestMessage.query("secret.example"), attempt: 1)
        pair.exchange()
        pair.deliverEnd()
        #expect(pair.outcomes == [.failed(.tls(.certificateNameMismatch))])
        let isEstablished = pair.session.isEstablished
        #expect(!isEstablished)
        #expect(pair.queries.isEmpty)
        #expect(pair.takeUnanswered() == [1])
        #expect(
            SessionFailure.tls(.certificateNameMismatch).description
                == "the server's certificate is for another name")
    }

    @Test func `closing ends in order and tells nothing`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.exchange()
        pair.session.close()
        pair.exchange()
        let state = pair.server.state
        #expect(state == .closed)
        #expect(pair.outcomes.isEmpty)
        #expect(pair.takeUnanswered() == [1])
    }

    @Test func `unanswered attempts are told only after the end`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        #expect(pair.takeUnanswered().isEmpty)
        pair.answerAll()
        #expect(pair.answered == [1])
    }

    @Test(arguments: 0..<10)
    func `random bytes inside the stream are skipped, never answered`(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var pair = DoTPair.established(try DoTPair.Lab())
        for attempt in UInt64(0)..<20 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.exchange()
        for _ in 0..<200 {
            let count = Int.random(in: 0...300, using: &generator)
            let noise = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            pair.say(TestMessage.framed(noise))
        }
        pair.exchange()
        #expect(pair.outcomes.isEmpty)
        pair.answerAll()
        #expect(pair.answered.count == 20)
    }
}

extension DoTPair {
    /// Answers every query as it comes, but gives the session no more than `limit` bytes; true when it had more
    /// room than the server had bytes.
    mutating func serve(limit: Int) -> Bool {
        var left = limit
        while true {
            let outgoing = drain()
            receiveAtServer(outgoing)
            for query in queries { say(TestMessage.framed(TestMessage.answer(to: query))) }
            queries = []
            let incoming = server.drainOutput()
            if outgoing.isEmpty && incoming.isEmpty { return true }
            deliver(Array(incoming.prefix(left)))
            guard left >= incoming.count else { return false }
            left -= incoming.count
        }
    }
}
