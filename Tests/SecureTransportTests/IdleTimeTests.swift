import LabPeers
import NetworkTypes
import SecureTransport
import Testing

/// What a server says about idle connections (RFC 7828).
@Suite struct IdleTimeTests {
    /// One query is answered, and the answer says so many tenths of a second.
    private func told(_ tenths: UInt16, _ pair: inout DoTPair, attempt: UInt64 = 1) {
        _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt)
        pair.exchange()
        pair.say(TestMessage.framed(TestMessage.answer(to: pair.queries.removeLast(), keepalive: tenths)))
        pair.exchange()
    }

    /// Milliseconds that the connection stays after its last answer; an eighth of what the server says is for the way.
    @Test(
        arguments: [
            (1, 88), (20, 1_750), (100, 8_750), (342, 29_925), (343, 30_000), (600, 30_000), (UInt16.max, 30_000),
        ] as [(UInt16, UInt64)])
    func `a shorter time is kept, a longer one is not believed`(tenths: UInt16, milliseconds: UInt64) throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        told(tenths, &pair)
        #expect(pair.answered == [1])
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: milliseconds))
        pair.wait(milliseconds: milliseconds - 1)
        #expect(pair.outcomes.count == 1)
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes.last == .closed(.idle))
    }

    @Test func `what is said later counts`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        told(10, &pair)
        told(200, &pair, attempt: 2)
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: 17_500))
    }

    @Test func `nothing is said, nothing changes`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        told(10, &pair)
        _ = pair.send(TestMessage.query("two.example"), attempt: 2)
        pair.answerAll()
        let deadline = pair.session.deadline
        #expect(deadline == pair.now.advanced(byMilliseconds: 875))
    }

    @Test func `with zero nothing new is taken, and what is outstanding is answered`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        for attempt in UInt64(1)...3 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.exchange()
        let queries = pair.queries
        pair.say(TestMessage.framed(TestMessage.answer(to: queries[0], keepalive: 0)))
        pair.exchange()
        #expect(pair.answered == [1] && pair.outcomes.count == 1)
        let (isAccepting, isOver) = (pair.session.isAccepting, pair.session.isOver)
        #expect(!isAccepting && !isOver)
        #expect(pair.send(TestMessage.query("late.example"), attempt: 4) == .closed)
        pair.say(TestMessage.framed(TestMessage.answer(to: queries[1])))
        pair.say(TestMessage.framed(TestMessage.answer(to: queries[2])))
        pair.exchange()
        #expect(pair.answered == [1, 2, 3])
        #expect(pair.outcomes.last == .closed(.byPeer))
        let state = pair.server.state
        #expect(state == .closed, "the server is told")
        #expect(pair.takeUnanswered().isEmpty)
    }

    @Test func `a wish to close that is in the answers' middle loses none of them`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        for attempt in UInt64(1)...3 { _ = pair.send(TestMessage.query("n\(attempt).example"), attempt: attempt) }
        pair.exchange()
        pair.say(
            pair.queries.enumerated().flatMap { index, query in
                TestMessage.framed(
                    index == 1 ? TestMessage.answer(to: query, keepalive: 0) : TestMessage.answer(to: query))
            })
        pair.exchange()
        #expect(pair.answered == [1, 2, 3])
        #expect(pair.outcomes.last == .closed(.byPeer))
    }
}
