import ByteCodec
import Testing

@testable import DNSWire

@Suite struct MessageBuilderTests {
    private static let answerHeader: Header = {
        var flags = Flags.recursiveQuery
        flags.isResponse = true
        return Header(id: 0x0102, flags: flags)
    }()

    /// What `write` builds within `limit` bytes.
    private func build(
        limit: Int = 512, _ write: (inout MessageBuilder) throws -> Void
    ) throws -> [UInt8] {
        var storage = [UInt8](repeating: 0xEE, count: limit)
        var count = 0
        do {
            var span = storage.mutableSpan
            var builder = try MessageBuilder(&span, header: Self.answerHeader)
            try write(&builder)
            count = builder.finish()
        }
        return Array(storage[..<count])
    }

    @Test func namesAreCompressedAgainstTheQuestionInTheClientsSpelling() throws {
        let question = bytes("03577757 034c6162 00 0001 0001")
        let message = try build { builder in
            try builder.addQuestion(copying: question.span)
            try builder.addRecord(
                name("www.lab").view, .cname, ttl: 60, target: name("web.lab").view)
            try builder.addRecord(name("web.lab").view, .a, ttl: 60, rdata: [198, 51, 100, 7].span)
        }
        #expect(
            message
                == bytes(
                    """
                    0102 8100 0001 0002 0000 0000 03577757 034c6162 00 0001 0001
                    c00c 0005 0001 0000003c 0006 03776562 c010
                    c025 0001 0001 0000003c 0004 c6336407
                    """))
        #expect(validated(message) != nil)
    }

    @Test func typesOutsideRFC1035KeepTheirNamesWhole() throws {
        let message = try build { builder in
            try builder.addQuestion(name("a.lab").view, .dname)
            try builder.addRecord(name("a.lab").view, .dname, ttl: 1, target: name("b.lab").view)
        }
        #expect(message.suffix(7) == bytes("0162 036c6162 00")[...])
        #expect(try recordLines(message) == ["a.lab. 1 IN DNAME b.lab."])
    }

    @Test func whatDoesNotFitLeavesTheMessageAsItWas() throws {
        let question = bytes("0161 00 0001 0001")
        for limit in 12..<80 {
            let message = try build(limit: limit) { builder in
                try? builder.addQuestion(copying: question.span)
                for target in ["b.c", "d.b.c", "e"] {
                    try? builder.addRecord(name("a").view, .cname, ttl: 1, target: name(target).view)
                }
                if (try? builder.beginOPT(OPTParameters())) != nil {
                    try? builder.addExtendedError(.blocked, "no")
                    builder.endOPT()
                }
            }
            #expect(message.count <= limit)
            #expect(validated(message) != nil, "limit \(limit)")
        }
    }

    @Test func copiedRecordsSayTheSame() throws {
        let original = WireDumps.variety
        let copy = try build(limit: 2048) { builder in
            let view = try MessageView(original.span)
            var cursor = try view.records()
            while let record = try cursor.next() {
                if record.type != .opt { try builder.addRecord(copying: record) }
            }
        }
        let lines = try recordLines(original).filter { !$0.contains(" OPT ") }
        let copied = try recordLines(copy)
        for (line, expected) in zip(copied, lines) { #expect(line == expected) }
        #expect(copied.count == lines.count)
        #expect(validated(copy) != nil)
    }

    @Test func copiedDataHasNoPointersWhereTheyAreNotAllowed() throws {
        let original = WireDumps.variety
        let copy = try build(limit: 2048) { builder in
            let view = try MessageView(original.span)
            var cursor = try view.records()
            while let record = try cursor.next() {
                if record.type == .srv || record.type == .naptr { try builder.addRecord(copying: record) }
            }
        }
        let lines = try recordLines(copy)
        #expect(lines.contains { $0.contains("SRV 1 2 853 ns1.lab.example.") })
        #expect(lines.contains { $0.hasSuffix("NAPTR 10 20 \"s\" \"SIP+D2U\" \"\" _sip._udp.lab.example.") })
        let digits = Base16.encode(copy.span)
        #expect(digits.contains("045f736970045f756470036c6162076578616d706c6500"))
    }

    @Test func theExtendedErrorOfAnAnswer() throws {
        let message = try build { builder in
            try builder.addQuestion(name("x").view, .a)
            try builder.beginOPT(OPTParameters(wantsDNSSEC: true, responseCode: .serverFailure))
            try builder.addExtendedError(.networkError, "all upstreams failed")
            builder.endOPT()
        }
        #expect(
            message
                == bytes("0102 8102 0001 0000 0000 0001 0178 00 0001 0001 00 0029 04d0 00008000 001a 000f 0016 0017")
                + Array("all upstreams failed".utf8))
    }

    @Test(arguments: [1, 64, 128, 468]) func paddingFillsTheBlock(_ block: Int) throws {
        for length in 1...40 {
            let label = String(repeating: "a", count: length)
            let message = try build(limit: 1024) { builder in
                try builder.addQuestion(name(label).view, .a)
                try builder.beginOPT(OPTParameters())
                try builder.addPadding(block: block)
                builder.endOPT()
            }
            #expect(message.count % block == 0)
            #expect(message.count < block + 12 + 46 + 15)
            #expect(validated(message) != nil)
        }
    }

    @Test func paddingStopsAtTheEndOfTheBuffer() throws {
        for limit in 30..<60 {
            let message = try build(limit: limit) { builder in
                try builder.addQuestion(name("a").view, .a)
                try builder.beginOPT(OPTParameters())
                try builder.addPadding(block: 128)
                builder.endOPT()
            }
            #expect(message.count == (limit < 34 ? 30 : limit))
            #expect(validated(message) != nil)
        }
    }

    @Test func theFlagsOfAnAnswer() throws {
        var query = Flags(rawValue: 0x2930)
        query.isTruncated = true
        var storage = [UInt8](repeating: 0, count: 12)
        do {
            var span = storage.mutableSpan
            var builder = try MessageBuilder(&span, answering: 9, query, .refused)
            _ = builder.finish()
        }
        #expect(storage == bytes("0009 a995 0000 0000 0000 0000"))
    }
}
