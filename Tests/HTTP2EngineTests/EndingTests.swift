import HTTP2Engine
import LabPeers
import Testing

@Suite struct EndingTests {
    @Test func whatAServerTookIsAnsweredAfterItsGoodbye() {
        var pair = HTTP2Pair.greeted(maximumStreams: 3)
        let numbers = (0..<5).map { pair.send(.message($0)) }
        pair.exchange()
        // Of three under way the server takes two; two more have not left.
        pair.server.goAway(lastStream: pair.requests[1].stream)
        pair.exchange()
        #expect(pair.events.first == .goingAway(.noError))
        #expect(pair.failed == [.refused, .refused, .refused])
        #expect(pair.session.isAccepting == false && pair.session.hasRequests)
        pair.requests.removeLast()
        pair.answerAll()
        #expect(pair.answered == Array(numbers[..<2]))
        #expect(pair.session.hasRequests == false)
    }

    @Test func eachRequestIsToldOfOnce() {
        var pair = HTTP2Pair.greeted(maximumStreams: 10)
        let numbers = (0..<20).map { pair.send(.message($0)) }
        pair.exchange()
        pair.server.goAway(lastStream: 0, code: HTTP2ErrorCode.enhanceYourCalm.rawValue)
        pair.exchange()
        #expect(pair.events.first == .goingAway(.enhanceYourCalm))
        let told = pair.events.compactMap { if case .requestFailed(let number, .refused) = $0 { number } else { nil } }
        #expect(told.sorted() == numbers)
    }

    @Test func aPingIsAnswered() {
        var pair = HTTP2Pair.greeted()
        pair.server.ping()
        pair.exchange()
        #expect(pair.server.pongCount == 1)
    }

    @Test(arguments: [
        Array("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n".utf8),
        [UInt8](repeating: 0xFF, count: 64),
        // SETTINGS on a stream, a frame longer than permitted, DATA on stream 0.
        [0, 0, 0, 4, 0, 0, 0, 0, 1], [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1], [0, 0, 1, 0, 0, 0, 0, 0, 0, 7],
    ])
    func whatIsNotHTTP2EndsTheConnection(bytes: [UInt8]) {
        for piece in [1, 7, Int.max] {
            var pair = HTTP2Pair()
            pair.send(.message(1))
            _ = pair.drain()
            pair.deliver(bytes + bytes, piece: piece)
            guard case .failed(.protocolViolation(let reason))? = pair.events.last else {
                Issue.record("\(pair.events)")
                continue
            }
            #expect(!reason.isEmpty)
            #expect(pair.session.isAccepting == false)
            // The reason goes to the server, too, and nothing after it.
            _ = pair.drain()
            pair.deliver(bytes)
            #expect(pair.drain() == [])
            #expect(pair.events.count == 1)
        }
    }

    @Test func pushIsRefused() {
        var pair = HTTP2Pair.greeted()
        pair.send(.message(1))
        pair.exchange()
        // PUSH_PROMISE of stream 2 on stream 1, with an empty head.
        pair.deliver([0, 0, 4, 5, 4, 0, 0, 0, 1, 0, 0, 0, 2])
        guard case .failed(.protocolViolation)? = pair.events.last else {
            Issue.record("\(pair.events)")
            return
        }
    }
}
