import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import Testing

/// How an answer is adapted to the one who asked.
@Suite struct ClientAnswerTests {
    @Test func `OPT goes only to clients that sent one, with our size and their DO`() throws {
        let bench = Bench()
        try bench.resolve("www.example.org", .a, [.a("www.example.org")])
        let plain = try #require(try bench.ask("www.example.org"))
        #expect(!plain.hasOPT)
        let extended = try #require(try bench.ask("www.example.org", edns: 4096))
        #expect(extended.payloadSize == 1232)
        #expect(!extended.wantsDNSSEC)
        let signed = try bench.resolve("www.example.org", .a, [.a("www.example.org")], edns: 600, wantsDNSSEC: true)
        #expect(signed.payloadSize == 1232 && signed.wantsDNSSEC)
    }

    @Test func `datagrams have 512 bytes without EDNS, else what the client takes up to 1232`() throws {
        let bench = Bench()
        let name = "big.example.org"
        let records = (0..<40).map { TestRecord.a(name, 300, [198, 51, 100, UInt8($0)]) }
        let stream = Bench.client(1, .stream, stream: 1)
        #expect(try bench.resolve(name, .a, records, from: stream).answers.count == 40)
        for (size, fits) in [(nil, false), (512, false), (600, false), (800, true), (4096, true)] as [(Int?, Bool)] {
            let reply = try #require(try bench.ask(name, edns: size))
            #expect(reply.flags.isTruncated != fits)
            #expect(reply.answers.count == (fits ? 40 : 0))
            #expect(reply.byteCount <= min(size ?? 512, 1232))
        }
        #expect(bench.resolver.statistics.truncated == 3)
    }

    @Test func `truncation keeps whole sets of records and sets TC`() throws {
        let bench = Bench()
        let records =
            [TestRecord.cname("www.example.org", "big.example.org")]
            + (0..<100).map { TestRecord.a("big.example.org", 300, [198, 51, 100, UInt8($0)]) }
        try bench.ask("www.example.org", edns: 1232)
        try bench.answer(response("www.example.org", .a, records))
        let reply = try #require(bench.reply)
        #expect(reply.flags.isTruncated)
        #expect(reply.answers.map(\.type) == [.cname])
        let hit = try #require(try bench.ask("WWW.example.org", edns: 1232))
        #expect(hit.flags.isTruncated && hit.answers.count == 1 && hit.question == "WWW.example.org.")
    }

    @Test(arguments: [Client.Transport.stream, .control])
    func `streams and the control socket get everything`(transport: Client.Transport) throws {
        let bench = Bench()
        let name = "huge.example.org"
        let records = (0..<4000).map { TestRecord.a(name, 300, [198, 51, UInt8($0 >> 8), UInt8($0 & 255)]) }
        #expect(try bench.ask(name, from: Bench.client(1, transport, stream: 1)) == nil)
        // Uncompressed it would not fit into a message.
        try bench.answer(compressed(name, records))
        #expect(bench.reply?.answers.count == 4000)
        #expect(bench.reply?.flags.isTruncated == false)
    }

    @Test func `the answer to a miss is adapted to each who waits`() throws {
        let bench = Bench()
        try bench.ask("WWW.example.org", id: 1, edns: 1232, from: Bench.client(1))
        try bench.ask("www.EXAMPLE.org", id: 2, from: Bench.client(2))
        try bench.answer(response("www.example.org", .a, [.a("www.example.org")]))
        #expect(bench.answers.map(\.reply.question) == ["WWW.example.org.", "www.EXAMPLE.org."])
        #expect(bench.answers.map(\.reply.id) == [1, 2])
        #expect(bench.answers.map(\.reply.hasOPT) == [true, false])
        #expect(bench.answers.map(\.client.peer.port) == [1, 2])
    }

    @Test(arguments: [1024, 1100, 1232])
    func `a short response buffer shortens the answer`(room: Int) throws {
        let bench = Bench()
        let name = "big.example.org"
        try bench.resolve(name, .txt, (0..<20).map { _ in .txt(name, length: 100) }, from: Bench.client(1, .stream))
        let reply = try #require(try bench.receive(query(name, .txt, edns: 4096), room: room))
        #expect(reply.flags.isTruncated && reply.byteCount <= room)
    }

    private func compressed(_ name: String, _ records: [TestRecord]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_535)
        var span = bytes.mutableSpan
        let question = wire(name)
        var flags = Flags(rawValue: 0x8180)
        flags.isResponse = true
        guard let view = try? NameView(in: question.span, at: 0),
            var builder = try? MessageBuilder(&span, header: Header(id: 0, flags: flags)),
            (try? builder.addQuestion(view, .a)) != nil
        else { return [] }
        for record in records { try? builder.addRecord(view, .a, ttl: record.ttl, rdata: record.rdata.span) }
        let count = builder.finish()
        return Array(bytes[..<count])
    }
}
