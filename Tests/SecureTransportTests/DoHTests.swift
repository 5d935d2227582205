import HTTP2Engine
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine
import Testing

@Suite struct DoHTests {
    @Test func `queries leave with id 0, and each gets its answer`() throws {
        var pair = try DoHPair()
        for attempt in UInt64(1)...20 { pair.send("n\(attempt).example", attempt: attempt) }
        pair.exchange()
        #expect(pair.outcomes == [.established])
        #expect(pair.requests.map { TestMessage.identifier(of: $0.body) } == Array(repeating: 0, count: 20))
        #expect(pair.requests.allSatisfy { $0["cookie"] == nil && $0["user-agent"] == nil })
        pair.requests.reverse()
        pair.answerAll()
        #expect(pair.answered.sorted() == Array(1...20))
        for case .answer(let attempt, let message, _) in pair.outcomes {
            #expect(message == TestMessage.answer(to: TestMessage.query("n\(attempt).example")))
        }
        let outstanding = pair.session.outstandingCount
        #expect(outstanding == 0)
    }

    @Test(arguments: [1, 2, 7, 100])
    func `bytes may come in pieces of any size`(piece: Int) throws {
        var pair = try DoHPair()
        for attempt in UInt64(1)...5 { pair.send("n\(attempt).example", attempt: attempt) }
        pair.exchange(piece: piece)
        for request in pair.requests {
            pair.http.respond(
                to: request.stream,
                with: HTTP2ServerResponse(message: TestMessage.answer(to: request.body, padding: 2_000)))
        }
        pair.exchange(piece: piece)
        #expect(pair.answered == Array(1...5))
    }

    /// Where a handshake's last flight, the preface and all queries are ready, one write has them.
    @Test func `what is ready together leaves in one record`() throws {
        var pair = try DoHPair.established()
        pair.send("first.example", attempt: 0)
        pair.answerAll()
        for attempt in UInt64(1)...50 { pair.send("n\(attempt).example", attempt: attempt) }
        let bytes = pair.drain()
        #expect(bytes[0] == 23, "application data")
        #expect(Int(bytes[3]) << 8 | Int(bytes[4]) == bytes.count - 5, "one record")
    }

    @Test(
        arguments: [
            (HTTP2ServerResponse(status: 301, fields: [HTTP2Field("location", "https://x.example/")]), .redirected),
            (HTTP2ServerResponse(status: 307), .redirected), (HTTP2ServerResponse(status: 400), .rejected),
            (HTTP2ServerResponse(status: 404), .rejected), (HTTP2ServerResponse(status: 429), .rejected),
            (HTTP2ServerResponse(status: 500), .unavailable), (HTTP2ServerResponse(status: 503), .unavailable),
            (HTTP2ServerResponse(fields: [HTTP2Field("content-type", "text/html")], body: [1]), .wrongMediaType),
            (HTTP2ServerResponse(body: TestMessage.answer(to: TestMessage.query("a.example"))), .wrongMediaType),
            (HTTP2ServerResponse(message: []), .malformed), (HTTP2ServerResponse(message: [1, 2, 3]), .malformed),
            (HTTP2ServerResponse(message: TestMessage.query("a.example")), .malformed),
            (HTTP2ServerResponse(message: TestMessage.answer(to: TestMessage.query("b.example"))), .otherQuestion),
            (
                HTTP2ServerResponse(message: TestMessage.answer(to: TestMessage.query("a.example", type: 28))),
                .otherQuestion
            ),
            (HTTP2ServerResponse(message: [UInt8](repeating: 0x80, count: 65_536)), .malformed),
        ] as [(HTTP2ServerResponse, AttemptFailure)])
    func `a useless answer costs only its attempt`(response: HTTP2ServerResponse, failure: AttemptFailure) throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.send("c.example", attempt: 2)
        pair.exchange()
        pair.respond(response)
        pair.answerAll()
        #expect(pair.outcomes.first == .attemptFailed(1, failure))
        #expect(pair.answered == [2])
        #expect(pair.send("d.example", attempt: 3) == .accepted)
    }

    @Test func `a bare error is an answer, and the age is told`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.exchange()
        let message = TestMessage.bareError(to: TestMessage.query("a.example"), code: 2)
        var response = HTTP2ServerResponse(message: message)
        response.fields.append(HTTP2Field("age", "77"))
        pair.respond(response)
        #expect(pair.outcomes == [.answer(1, message, age: 77)])
    }

    @Test func `one stream at a time is enough, also when that changes mid-way`() throws {
        var pair = try DoHPair.established(maximumStreams: 1)
        for attempt in UInt64(1)...9 { pair.send("n\(attempt).example", attempt: attempt) }
        for _ in 0..<3 {
            pair.exchange()
            #expect(pair.requests.count == 1)
            pair.answerAll()
        }
        pair.http.submitSettings(maximumStreams: 4)
        pair.exchange()
        #expect(pair.requests.count == 4)
        pair.answerAll()
        pair.answerAll()
        #expect(pair.answered.sorted() == Array(1...9))
    }

    @Test func `after GOAWAY what was taken is answered, and the rest handed back`() throws {
        var pair = try DoHPair.established()
        for attempt in UInt64(1)...6 { pair.send("n\(attempt).example", attempt: attempt) }
        pair.exchange()
        pair.http.goAway(lastStream: pair.requests[3].stream)
        pair.exchange()
        #expect(pair.outcomes == [.attemptFailed(6, .unprocessed), .attemptFailed(5, .unprocessed)])
        let isAccepting = pair.session.isAccepting
        #expect(!isAccepting)
        #expect(pair.send("late.example", attempt: 7) == .closed)
        pair.requests.removeLast(2)
        pair.answerAll()
        #expect(pair.answered == [1, 2, 3, 4])
        #expect(pair.outcomes.last == .closed(.byPeer))
        #expect(pair.takeUnanswered() == [])
    }

    @Test func `a GOAWAY with a reason tells it`() throws {
        var pair = try DoHPair.established()
        pair.http.goAway(code: HTTP2ErrorCode.enhanceYourCalm.rawValue)
        pair.exchange()
        #expect(pair.outcomes == [.failed(.http2(.goneAway(.enhanceYourCalm)))])
    }

    @Test func `a stream that is reset fails its attempt, and the next queries go elsewhere`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.send("b.example", attempt: 2)
        pair.exchange()
        pair.http.reset(pair.requests.removeFirst().stream, code: HTTP2ErrorCode.internalError.rawValue)
        pair.exchange()
        #expect(pair.outcomes == [.attemptFailed(1, .reset)])
        #expect(pair.send("c.example", attempt: 3) == .closed)
        pair.answerAll()
        #expect(pair.outcomes.last == .closed(.byPeer))
        #expect(pair.answered == [2])
    }

    @Test func `a refused stream is asked again on the same connection`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.exchange()
        pair.http.reset(pair.requests.removeFirst().stream, code: HTTP2ErrorCode.refusedStream.rawValue)
        pair.exchange()
        #expect(pair.outcomes == [] && pair.requests.count == 1)
        pair.answerAll()
        #expect(pair.answered == [1])
    }

    @Test(arguments: [["dot"], []])
    func `without h2 nothing is asked`(offered: [String]) throws {
        var pair = try DoHPair(applicationProtocols: offered)
        pair.send("a.example", attempt: 1)
        pair.exchange()
        if offered.isEmpty {
            #expect(pair.outcomes == [.failed(.noHTTP2)])
        } else {
            #expect(pair.outcomes == [.failed(.tls(.alert(TLSAlert(rawValue: 120))))])
        }
        #expect(pair.requests.isEmpty)
        #expect(pair.takeUnanswered() == [1])
    }

    @Test(arguments: [false, true])
    func `the end of the stream hands back what is left`(isReset: Bool) throws {
        var pair = try DoHPair.established(maximumStreams: 2)
        pair.send("a.example", attempt: 1)
        pair.answerAll()
        for attempt in UInt64(2)...5 { pair.send("n\(attempt).example", attempt: attempt) }
        pair.exchange()
        pair.deliverEnd(isReset: isReset)
        #expect(pair.outcomes.last == (isReset ? .failed(.reset) : .closed(.byPeer)))
        let isReused = pair.session.isReused
        #expect(isReused)
        #expect(pair.takeUnanswered() == [2, 3, 4, 5])
        #expect(pair.takeUnanswered() == [])
    }

    @Test func `an end at every byte answers or hands back each attempt once`() throws {
        var limit = 0
        var isComplete = false
        while !isComplete {
            var pair = try DoHPair.established()
            for attempt in UInt64(1)...4 { pair.send("n\(attempt).example", attempt: attempt) }
            pair.exchange()
            for request in pair.requests {
                pair.http.respond(
                    to: request.stream, with: HTTP2ServerResponse(message: TestMessage.answer(to: request.body)))
            }
            pair.server.send(pair.http.drainOutput().span)
            let bytes = pair.server.drainOutput()
            isComplete = limit >= bytes.count
            pair.deliver(Array(bytes.prefix(limit)))
            pair.deliverEnd()
            #expect((pair.answered + pair.takeUnanswered()).sorted() == [1, 2, 3, 4], "cut at \(limit)")
            #expect(pair.outcomes.last == .closed(.byPeer))
            limit += 13
        }
    }

    @Test func `an abandoned attempt is skipped when its answer comes`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.send("b.example", attempt: 2)
        pair.session.abandon(attempt: 1)
        let outstanding = pair.session.outstandingCount
        #expect(outstanding == 1)
        pair.exchange()
        pair.answerAll()
        #expect(pair.answered == [2])
        pair.send("c.example", attempt: 3)
        pair.exchange()
        pair.session.abandon(attempt: 3)
        pair.answerAll()
        #expect(pair.answered == [2])
        let late = pair.session.skipped.late
        #expect(late == 1)
    }

    @Test func `a connection that stops answering is given up, an idle one closed`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.answerAll()
        pair.wait(milliseconds: 29_999)
        #expect(pair.answered == [1] && pair.outcomes.count == 1)
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes.last == .closed(.idle))

        var stalled = try DoHPair.established()
        stalled.send("a.example", attempt: 1)
        stalled.exchange()
        stalled.wait(milliseconds: 5_000)
        #expect(stalled.outcomes == [.failed(.answersStalled)])
        #expect(stalled.takeUnanswered() == [1])
    }

    @Test func `an attempt given up while it waited for a stream is not held against the server`() throws {
        var pair = try DoHPair.established(maximumStreams: 1)
        pair.send("a.example", attempt: 1)
        pair.exchange()
        pair.send("b.example", attempt: 2)
        pair.session.abandon(attempt: 2)
        pair.answerAll()
        pair.now = pair.now.advanced(byMilliseconds: 4_000)
        pair.send("c.example", attempt: 3)
        pair.exchange()
        pair.session.abandon(attempt: 3)
        pair.send("d.example", attempt: 4)
        pair.exchange()
        #expect(pair.http.resets.count == 1)
        pair.wait(milliseconds: 4_999)
        #expect(pair.outcomes.count == 1)
        pair.wait(milliseconds: 1)
        #expect(pair.outcomes.last == .failed(.answersStalled))
    }

    @Test func `what is not HTTP/2 ends the connection`() throws {
        var pair = try DoHPair.established()
        pair.send("a.example", attempt: 1)
        pair.exchange()
        pair.server.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).span)
        pair.deliver(pair.server.drainOutput())
        guard case .failed(.http2(.protocolViolation))? = pair.outcomes.last else {
            Issue.record("\(pair.outcomes)")
            return
        }
        #expect(pair.takeUnanswered() == [1])
    }
}
