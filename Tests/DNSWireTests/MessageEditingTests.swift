import ByteCodec
import Testing

@testable import DNSWire

@Suite struct TTLEditorTests {
    private func edited(
        _ message: [UInt8], _ edit: (inout MutableSpan<UInt8>, Span<UInt16>) -> Void
    ) throws -> [UInt8] {
        let offsets = try #require(validated(message)).ttlOffsets
        var copy = message
        var span = copy.mutableSpan
        edit(&span, offsets.span)
        return copy
    }

    @Test func ageing() throws {
        let aged = try edited(WireDumps.chain) { TTLEditor.age(&$0, at: $1, by: 100) }
        #expect(try recordLines(aged).map { $0.split(separator: " ")[1] } == ["200", "20", "0", "0", "0"])
        #expect(aged.suffix(11) == WireDumps.chain.suffix(11), "the OPT record is left alone")
    }

    @Test func clamping() throws {
        let clamped = try edited(WireDumps.chain) { TTLEditor.clamp(&$0, at: $1, to: 90...200) }
        #expect(try recordLines(clamped).map { $0.split(separator: " ")[1] } == ["200", "120", "90", "90", "0"])
    }

    @Test func oneForAll() throws {
        let stale = try edited(WireDumps.variety) { TTLEditor.set(&$0, at: $1, to: 30) }
        #expect(validated(stale)?.summary.minimumTTL == 30)
        #expect(try recordLines(stale).dropLast().allSatisfy { $0.split(separator: " ")[1] == "30" })
    }

    @Test func hugeTTLsAreZero() throws {
        var message = WireDumps.chain
        let offsets = try #require(validated(message)).ttlOffsets
        message[Int(offsets[0])] = 0xFF
        let aged = try edited(message) { TTLEditor.age(&$0, at: $1, by: 0) }
        #expect(try recordLines(aged)[0].contains(" 0 IN "))
        #expect(validated(aged)?.summary.minimumTTL == 0)
    }
}

@Suite struct MessageTruncationTests {
    private func truncated(_ message: [UInt8], to limit: Int) throws -> [UInt8] {
        var copy = message
        var span = copy.mutableSpan
        let count = try MessageTruncation.truncate(&span, count: message.count, to: limit)
        return Array(copy[..<count])
    }

    /// `sets` sets of `records` TXT records of about 100 bytes, with or without an OPT record.
    private func bigAnswer(sets: Int, records: Int, section: Section = .answer, opt: Bool) throws -> [UInt8] {
        let text = [UInt8(80)] + [UInt8](repeating: 0x61, count: 80)
        var storage = [UInt8](repeating: 0, count: 60_000)
        var count = 0
        do {
            var span = storage.mutableSpan
            var flags = Flags.recursiveQuery
            flags.isResponse = true
            var builder = try MessageBuilder(&span, header: Header(id: 1, flags: flags))
            try builder.addQuestion(name("big.lab").view, .txt)
            for set in 0..<sets {
                for _ in 0..<records {
                    try builder.addRecord(name("s\(set).lab").view, .txt, ttl: 5, rdata: text.span, to: section)
                }
            }
            if opt {
                try builder.beginOPT(OPTParameters())
                builder.endOPT()
            }
            count = builder.finish()
        }
        return Array(storage[..<count])
    }

    @Test func whatFitsStays() throws {
        #expect(try truncated(WireDumps.chain, to: 512) == WireDumps.chain)
    }

    @Test(arguments: [512, 600, 1000, 1232, 4096], [false, true]) func wholeSets(_ limit: Int, opt: Bool) throws {
        let message = try bigAnswer(sets: 20, records: 3, opt: opt)
        let cut = try truncated(message, to: limit)
        let header = try Header(cut.span)
        #expect(cut.count <= limit && cut.count > limit - 300)
        #expect(header.answerCount % 3 == 0 && header.answerCount > 0)
        #expect(header.flags.isTruncated)
        let found = try #require(validated(cut))
        #expect((found.summary.opt != nil) == opt)
    }

    @Test func aSetThatNeverFitsLeavesNoRecord() throws {
        let cut = try truncated(bigAnswer(sets: 1, records: 20, opt: true), to: 1232)
        let header = try Header(cut.span)
        #expect(header.answerCount == 0 && header.additionalCount == 1 && header.flags.isTruncated)
        #expect(validated(cut) != nil)
    }

    @Test func losingAdditionalRecordsIsNoTruncation() throws {
        let cut = try truncated(bigAnswer(sets: 20, records: 1, section: .additional, opt: true), to: 1232)
        let header = try Header(cut.span)
        #expect(!header.flags.isTruncated)
        #expect(header.additionalCount > 5)
        #expect(validated(cut)?.summary.opt != nil)
    }

    @Test func anOptRecordThatIsTooLargeGoes() throws {
        var storage = [UInt8](repeating: 0, count: 2000)
        var count = 0
        do {
            var span = storage.mutableSpan
            var builder = try MessageBuilder(&span, header: Header(id: 1, flags: Flags(rawValue: 0x8180)))
            try builder.addQuestion(name("a").view, .a)
            try builder.beginOPT(OPTParameters())
            try builder.addExtendedError(.other, String(repeating: "x", count: 900))
            builder.endOPT()
            count = builder.finish()
        }
        let cut = try truncated(Array(storage[..<count]), to: 512)
        #expect(cut.count == 19)
        #expect(validated(cut) != nil)
    }
}

@Suite struct OPTRemovalTests {
    private func withoutOPT(_ message: [UInt8]) throws -> (bytes: [UInt8], offsets: [UInt16]) {
        var (summary, offsets) = try #require(validated(message))
        var storage = [UInt8](repeating: 0, count: 2048)
        var span = storage.mutableSpan
        let count = try MessageView(message.span).copyWithoutOPT(summary, ttlOffsets: &offsets, into: &span)
        return (Array(storage[..<count]), offsets)
    }

    @Test func fromTheEnd() throws {
        let copy = try withoutOPT(WireDumps.chain)
        var expected = Array(WireDumps.chain.dropLast(11))
        expected[11] = 0
        #expect(copy.bytes == expected)
        #expect(copy.offsets == validated(expected)?.ttlOffsets)
    }

    @Test func fromAmongOthers() throws {
        let opt = "00 0029 04d0 00000000 0000"
        let message = bytes(
            """
            0001 8180 0001 0000 0000 0003 0161 00 0001 0001 \(opt)
            0162 c00c 0001 0001 0000003c 0004 c6336401  c01e 0005 0001 0000003c 0002 c01e
            """)
        try #require(validated(message) != nil)
        let copy = try withoutOPT(message)
        #expect(try recordLines(copy.bytes) == ["b.a. 60 IN A 198.51.100.1", "b.a. 60 IN CNAME b.a."])
        #expect(validated(copy.bytes)?.summary.opt == nil)
        #expect(copy.offsets == validated(copy.bytes)?.ttlOffsets)
    }

    @Test func aMessageWithoutOneIsCopied() throws {
        let plain = try withoutOPT(WireDumps.chain).bytes
        #expect(try withoutOPT(plain).bytes == plain)
    }
}
