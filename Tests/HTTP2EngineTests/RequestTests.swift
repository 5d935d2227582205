import HTTP2Engine
import LabPeers
import Testing

@Suite struct RequestTests {
    @Test func aRequestSaysWhatItMustAndNothingAboutTheClient() {
        var pair = HTTP2Pair()
        let body: [UInt8] = [0xAB, 0xCD] + .message(7)
        pair.send(body)
        pair.exchange()
        #expect(
            pair.requests.first?.fields == [
                HTTP2Field(":method", "POST"), HTTP2Field(":scheme", "https"), HTTP2Field(":authority", "dns.example"),
                HTTP2Field(":path", "/dns-query"), HTTP2Field("accept", "application/dns-message"),
                HTTP2Field("content-type", "application/dns-message"), HTTP2Field("content-length", "130"),
            ])
        #expect(pair.requests.map(\.body) == [[0, 0] + body[2...]])
    }

    @Test(arguments: [2, 9, 10, 99, 100, 999, 16_384, 16_385, 65_535])
    func bodiesOfEveryLengthArrive(count: Int) {
        var pair = HTTP2Pair()
        pair.send(.message(1, count: count))
        pair.exchange()
        #expect(pair.requests.map(\.body.count) == [count])
        #expect(pair.requests.first?["content-length"] == "\(count)")
    }

    @Test func whatIsReadyTogetherLeavesAsOnePiece() {
        var pair = HTTP2Pair.greeted()
        pair.send(.message(0))
        pair.answerAll()
        for mark in 1...50 { pair.send(.message(mark)) }
        pair.session.flush()
        // The fields are in the server's table by now: of each request there are two frame heads, twenty bytes of
        // fields, path and length among them, and the body.
        #expect(pair.session.output.count <= 50 * (9 + 20 + 9 + 128))
        let output = pair.drain()
        pair.server.receive(output.span)
        var marks: [UInt8] = []
        while let request = pair.server.nextRequest() { marks.append(request.body[127]) }
        #expect(marks == Array(1...50))
    }

    @Test func beforeTheServerHasSpokenAHundredRequestsGo() {
        var pair = HTTP2Pair(maximumStreams: nil)
        for mark in 0..<150 { pair.send(.message(mark)) }
        pair.server.receive(pair.drain().span)
        while let request = pair.server.nextRequest() { pair.requests.append(request) }
        #expect(pair.requests.count == 100)
        pair.exchange()
        #expect(pair.requests.count == 150)
    }

    @Test func oneStreamAtATimeIsEnough() {
        var pair = HTTP2Pair.greeted(maximumStreams: 1)
        let numbers = (0..<5).map { pair.send(.message($0)) }
        for _ in 0..<5 {
            pair.exchange()
            #expect(pair.requests.count == 1)
            pair.answerAll()
        }
        #expect(pair.answered == numbers)
        #expect(pair.session.hasRequests == false)
    }

    @Test func theServersLimitMayChange() {
        var pair = HTTP2Pair.greeted(maximumStreams: 2)
        for mark in 0..<10 { pair.send(.message(mark)) }
        pair.exchange()
        #expect(pair.requests.count == 2)
        pair.server.submitSettings(maximumStreams: 5)
        pair.exchange()
        #expect(pair.requests.count == 5)
        pair.server.submitSettings(maximumStreams: 1)
        pair.exchange()
        for request in pair.requests.dropLast() {
            pair.server.respond(to: request.stream, with: HTTP2ServerResponse(message: request.body))
        }
        pair.requests.removeFirst(4)
        pair.exchange()
        #expect(pair.requests.count == 1, "one is under way, and one is permitted")
        for _ in 0..<6 { pair.answerAll() }
        #expect(pair.answered.count == 10)
    }

    @Test func refusedRequestsAreAskedAgainButNotForEver() {
        var pair = HTTP2Pair.greeted()
        let number = pair.send(.message(1))
        for _ in 0..<3 {
            pair.exchange()
            #expect(pair.requests.count == 1)
            pair.server.reset(pair.requests.removeFirst().stream, code: HTTP2ErrorCode.refusedStream.rawValue)
        }
        pair.answerAll()
        #expect(pair.answered == [number])
        pair.send(.message(2))
        for _ in 0..<4 {
            pair.exchange()
            pair.server.reset(pair.requests.removeFirst().stream, code: HTTP2ErrorCode.refusedStream.rawValue)
        }
        pair.exchange()
        #expect(pair.requests == [])
        #expect(pair.failed == [.refused])
    }

    @Test func numbersAreUsedAgain() {
        var pair = HTTP2Pair.greeted()
        var numbers: Set<Int> = []
        for mark in 0..<1_000 {
            numbers.insert(pair.send(.message(mark)))
            if mark % 4 == 3 { pair.answerAll() }
        }
        #expect(numbers == [0, 1, 2, 3])
        #expect(pair.answered.count == 1_000)
    }

    @Test func aCancelledRequestKeepsItsStreamUntilAnotherNeedsIt() {
        var pair = HTTP2Pair.greeted(maximumStreams: 2)
        let first = pair.send(.message(1))
        pair.exchange()
        pair.session.cancel(first)
        pair.exchange()
        #expect(pair.server.resets.count == 0)
        pair.send(.message(2))
        pair.exchange()
        #expect(pair.server.resets.count == 0)
        let third = pair.send(.message(3))
        pair.exchange()
        #expect(pair.server.resets.map(\.code) == [HTTP2ErrorCode.cancel.rawValue])
        pair.requests.removeFirst()
        pair.answerAll()
        #expect(pair.answered.count == 2 && pair.answered.contains(third))
        #expect(pair.failed == [])
    }

    @Test func aCancelledRequestThatWaitsIsNeverSent() {
        var pair = HTTP2Pair.greeted(maximumStreams: 1)
        pair.send(.message(1))
        pair.exchange()
        let second = pair.send(.message(2))
        pair.send(.message(3))
        pair.session.cancel(second)
        pair.answerAll()
        pair.answerAll()
        #expect(pair.bodies.map(\.last) == [1, 3])
        #expect(pair.session.hasRequests == false)
    }
}
