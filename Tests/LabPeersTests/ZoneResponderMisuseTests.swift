import ByteCodec
import DNSWire
import LabPeers
import Testing

/// What the lab's server says to messages that are no proper queries: it must not trap on any.
@Suite struct ZoneResponderMisuseTests {
    let responder = ZoneResponder(zone: LabZone.zone)

    func code(_ query: [UInt8]) throws -> ResponseCode? {
        guard let answer = responder.reply(query) else { return nil }
        return try DecodedMessage(answer).responseCode
    }

    @Test func `silence for what is too short or a response`() throws {
        let query = TestQuery.message("www.lab.example", 1)
        for count in 0..<12 { #expect(responder.reply(Array(query[..<count])) == nil) }
        var response = query
        response[2] |= 0x80
        #expect(responder.reply(response) == nil)
    }

    @Test func `a message truncated anywhere is a format error`() throws {
        let query = TestQuery.message("www.lab.example", 1, opt: TestQuery.opt(options: [0, 12, 0, 3, 0, 0, 0]))
        for count in 12..<query.count { #expect(try code(Array(query[..<count])) == .formatError) }
        #expect(try code(query) == .noError)
        #expect(try code(query + [0]) == .formatError)
    }

    @Test func `other operations, classes and numbers of questions are turned down`() throws {
        let query = TestQuery.message("www.lab.example", 1)
        var notify = query
        notify[2] |= 4 << 3
        #expect(try code(notify) == .notImplemented)
        var chaos = query
        chaos[chaos.count - 1] = 3
        #expect(try code(chaos) == .refused)
        var none = query
        none[5] = 0
        #expect(try code(none) == .formatError)
        var two = query + query[12...]
        two[5] = 2
        #expect(try code(two) == .formatError)
    }

    @Test func `pointers in the question and a second OPT are format errors`() throws {
        let header: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        #expect(try code(header + [0xC0, 0x0C, 0, 1, 0, 1]) == .formatError)
        var twice = TestQuery.message("www.lab.example", 1, opt: TestQuery.opt() + TestQuery.opt())
        twice[11] = 2
        #expect(try code(twice) == .formatError)
    }

    @Test func `any byte may be any byte`() {
        var random = SystemRandomNumberGenerator()
        let query = TestQuery.message("alias1.lab.example", 1, opt: TestQuery.opt(options: [0, 12, 0, 3, 0, 0, 0]))
        for index in query.indices {
            for _ in 0..<32 {
                var damaged = query
                damaged[index] = UInt8.random(in: 0...255, using: &random)
                guard let answer = responder.reply(damaged) else { continue }
                #expect(throws: Never.self, "\(damaged)") { try DecodedMessage(answer) }
            }
        }
    }
}
