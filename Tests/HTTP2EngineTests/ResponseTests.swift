import HTTP2Engine
import LabPeers
import Testing

@Suite struct ResponseTests {
    /// What our side makes of a response.
    func head(_ response: HTTP2ServerResponse) -> HTTP2Event? {
        var pair = HTTP2Pair.greeted()
        pair.send(.message(1))
        pair.exchange()
        pair.server.respond(to: pair.requests[0].stream, with: response)
        pair.exchange()
        return pair.events.count == 1 ? pair.events[0] : nil
    }

    func head(_ fields: [(String, String)], status: Int = 200) -> HTTP2Response? {
        let event = head(
            HTTP2ServerResponse(status: status, fields: fields.map { HTTP2Field($0, $1) }, body: [1, 2, 3]))
        guard case .response(_, let response) = event else { return nil }
        return response
    }

    @Test(arguments: [
        ("application/dns-message", true), ("Application/DNS-Message", true),
        ("application/dns-message; charset=utf-8", true), ("application/dns-message ;x=y", true),
        ("application/dns-messages", false), ("application/dns", false), ("text/html", false), ("", false),
        (";application/dns-message", false),
    ])
    func mediaTypesAreCompared(written: String, isExpected: Bool) {
        #expect(head([("content-type", written)])?.hasExpectedMediaType == isExpected)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("86400", 86_400), ("4294967295", .max), ("4294967296", .max),
            ("99999999999999999999", .max), ("", 0), ("-1", 0), ("1.5", 0), ("ten", 0), ("1, 2", 0),
        ] as [(String, UInt32)])
    func agesAreNumbersOrNothing(written: String, age: UInt32) {
        #expect(head([("age", written)])?.age == age)
    }

    @Test(arguments: [200, 203, 301, 400, 404, 429, 500, 503, 599])
    func statusesAreTold(status: Int) {
        #expect(head([("x", "y")], status: status)?.status == UInt16(status))
    }

    @Test func anAnswerMayComeAByteAtATime() {
        var pair = HTTP2Pair.greeted()
        for mark in 0..<5 { pair.send(.message(mark, count: 300)) }
        pair.exchange(piece: 1)
        for request in pair.requests {
            pair.server.respond(to: request.stream, with: HTTP2ServerResponse(message: request.body))
        }
        pair.exchange(piece: 1)
        #expect(pair.bodies == (0..<5).map { .message($0, count: 300) })
    }

    @Test func theLongestAnswersComeInWhole() {
        var pair = HTTP2Pair.greeted()
        for mark in 0..<200 { pair.send(.message(mark)) }
        var answer = [UInt8](repeating: 0xA5, count: 65_535)
        for _ in 0..<2 {
            pair.exchange()
            for request in pair.requests {
                answer[0] = request.body[127]
                pair.server.respond(to: request.stream, with: HTTP2ServerResponse(message: answer))
            }
            pair.requests = []
            pair.exchange()
        }
        #expect(pair.bodies.map { $0[0] }.sorted() == Array(0..<200))
        #expect(pair.bodies.allSatisfy { $0.count == 65_535 })
    }

    @Test func anAnswerThatIsTooLongCostsOnlyItself() {
        var pair = HTTP2Pair.greeted()
        for mark in 0..<3 { pair.send(.message(mark)) }
        pair.exchange()
        for (index, request) in pair.requests.enumerated() {
            let body = [UInt8](repeating: 1, count: index == 1 ? 65_536 : 10)
            pair.server.respond(to: request.stream, with: HTTP2ServerResponse(message: body))
        }
        pair.requests = []
        pair.exchange()
        #expect(pair.failed == [.tooLong])
        #expect(pair.answered.count == 2)
        #expect(pair.server.resets.map(\.code) == [HTTP2ErrorCode.cancel.rawValue])
    }

    @Test func endlessAnswersDoNotFillTheConnectionsWindow() {
        var pair = HTTP2Pair.greeted()
        for round in 0..<100 {
            pair.send(.message(round))
            pair.exchange()
            pair.server.respond(
                to: pair.requests.removeFirst().stream,
                with: HTTP2ServerResponse(message: [UInt8](repeating: 0, count: 1 << 17)))
            pair.exchange()
        }
        #expect(pair.failed.count == 100)
        pair.send(.message(1))
        pair.answerAll()
        #expect(pair.answered.count == 1)
    }

    @Test func tooManyHeaderFieldsCostTheirStream() {
        let fields = (0..<300).map { HTTP2Field("x-field-\($0)", String(repeating: "v", count: 30)) }
        let event = head(HTTP2ServerResponse(fields: fields, body: [1]))
        #expect(event == .requestFailed(request: 0, .reset(.internalError)))
        #expect(head([("x", String(repeating: "v", count: 8_000))]) != nil)
    }

    @Test(arguments: [HTTP2ErrorCode.internalError, .cancel, .protocolError])
    func aResetIsTold(code: HTTP2ErrorCode) {
        var pair = HTTP2Pair.greeted()
        let number = pair.send(.message(1))
        pair.exchange()
        pair.server.reset(pair.requests[0].stream, code: code.rawValue)
        pair.exchange()
        #expect(pair.events == [.requestFailed(request: number, .reset(code))])
        #expect(pair.session.isAccepting == true)
    }
}
