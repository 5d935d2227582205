import ByteCodec
import LabPeers
import NetworkTypes
import SecureTransport
import Testing

@Suite struct DeadlineTests {
    let timeouts = SessionTimeouts()

    @Test func `a handshake has its time`() throws {
        var pair = DoTPair(try DoTPair.Lab())
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: timeouts.handshake))
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.wait(milliseconds: timeouts.handshake - 1)
        #expect(pair.outcomes.isEmpty)
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes == [.failed(.handshakeTimedOut)])
        #expect(pair.takeUnanswered() == [1])
    }

    @Test func `what waited for the handshake has its full time after it`() throws {
        var pair = DoTPair(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.now = pair.now.advanced(byMilliseconds: 2_000)
        pair.exchange()
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: timeouts.answerProgress))
    }

    @Test func `a connection that stops answering fails`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.answerAll()
        for attempt in UInt64(2)...3 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.wait(milliseconds: timeouts.answerProgress - 1)
        #expect(pair.outcomes.count == 1)
        // Any answer is progress, bytes that answer nothing are none.
        pair.exchange()
        pair.say(TestMessage.framed(TestMessage.answer(to: pair.queries[0])))
        pair.exchange()
        pair.wait(milliseconds: timeouts.answerProgress - 1)
        #expect(pair.answered == [1, 2])
        pair.say(TestMessage.framed([1, 2, 3]))
        pair.exchange()
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes.last == .failed(.answersStalled))
        #expect(pair.takeUnanswered() == [3])
    }

    @Test func `an abandoned attempt is not told, but its answer stays due`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.exchange()
        pair.session.abandon(attempt: 1)
        pair.session.abandon(attempt: 1)
        let count = pair.session.outstandingCount
        #expect(count == 0)
        pair.wait(milliseconds: timeouts.answerProgress)
        #expect(pair.outcomes == [.failed(.answersStalled)])
        #expect(pair.takeUnanswered().isEmpty)
    }

    @Test func `a late answer to an abandoned attempt is skipped, and shows that the connection lives`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.exchange()
        pair.session.abandon(attempt: 1)
        pair.answerAll()
        #expect(pair.outcomes.isEmpty)
        let skipped = pair.session.skipped
        #expect(skipped.late == 1 && skipped.unknownIdentifier == 0)
        pair.wait(milliseconds: timeouts.answerProgress)
        #expect(pair.outcomes.isEmpty)
    }

    @Test func `an idle connection is closed in order`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        pair.answerAll()
        pair.wait(milliseconds: timeouts.idle - 1)
        #expect(pair.outcomes.count == 1)
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes.last == .closed(.idle))
        pair.exchange()
        let state = pair.server.state
        #expect(state == .closed)
    }

    @Test func `the times are data`() throws {
        var timeouts = SessionTimeouts()
        timeouts.handshake = 10
        let pair = DoTPair(try DoTPair.Lab(), timeouts: timeouts)
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: 10))
    }
}
