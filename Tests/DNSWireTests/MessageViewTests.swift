import ByteCodec
import Testing

@testable import DNSWire

@Suite struct MessageViewTests {
    @Test func aChainOfAliases() throws {
        let lines = try recordLines(WireDumps.chain)
        #expect(
            lines == [
                "www.Lab.example. 300 IN CNAME web.Lab.example.",
                "web.Lab.example. 120 IN CNAME Host1.edge.Lab.example.",
                "Host1.edge.Lab.example. 60 IN A 198.51.100.8", "Host1.edge.Lab.example. 60 IN A 198.51.100.7",
                ". 0 CLASS1232 OPT \\# 0",
            ])
        let found = try #require(validated(WireDumps.chain))
        #expect(found.summary.minimumTTL == 60)
        #expect(found.summary.negativeTTL == nil)
        #expect(found.summary.opt == WireDumps.chain.count - 11..<WireDumps.chain.count)
        #expect(found.summary.responseCode == .noError)
        #expect(found.ttlOffsets.count == 4)
    }

    @Test func theNegativeTTLIsTheLesserOfTheSOAs() throws {
        let found = try #require(validated(WireDumps.nameError))
        #expect(found.summary.responseCode == .nameError)
        #expect(found.summary.negativeTTL == 300)
        #expect(found.summary.minimumTTL == 900)
        var shorter = WireDumps.nameError
        shorter.replaceSubrange(Int(found.ttlOffsets[0])..<Int(found.ttlOffsets[0]) + 4, with: [0, 0, 0, 9])
        #expect(validated(shorter)?.summary.negativeTTL == 9)
    }

    @Test func optionsAndExtendedErrors() throws {
        let found = try describeOPT(WireDumps.nameError)
        #expect(found == "payload 1232, version 0, DO false; Filtered: by list ads")
    }

    // Views cannot be named inside of #expect: its expansion captures them.
    private func describeOPT(_ message: [UInt8]) throws -> String {
        let view = try MessageView(message.span)
        guard let opt = try view.opt() else { return "none" }
        var text = "payload \(opt.payloadSize), version \(opt.version), DO \(opt.wantsDNSSEC)"
        var options = opt.options
        while let option = try options.next() {
            if let error = option.extendedError { text += "; \(error.code): \(error.text)" }
        }
        return text
    }

    /// The first that says a time counts; who says none has it nil.
    @Test(
        arguments: [
            ([0, 11, 0, 2, 0, 100], 10_000), ([0, 12, 0, 3, 0, 0, 0, 0, 11, 0, 2, 0, 0], 0),
            ([0, 11, 0, 2, 0xFF, 0xFF, 0, 10, 0, 0], 6_553_500), ([0, 11, 0, 0, 0, 11, 0, 2, 0, 1], 100),
            ([0, 11, 0, 2, 0, 1, 0, 11, 0, 2, 0, 9], 100), ([0, 11, 0, 0], nil), ([0, 11, 0, 3, 0, 0, 1], nil),
            ([0, 12, 0, 0], nil), ([], nil),
        ] as [([UInt8], UInt64?)])
    func howLongAnIdleConnectionIsKept(options: [UInt8], milliseconds: UInt64?) throws {
        var message = WireDumps.chain
        message[message.count - 1] = UInt8(options.count)
        #expect(try #require(validated(message + options)).summary.idleMilliseconds == milliseconds)
    }

    @Test(arguments: [[0, 11, 0, 2, 0], [0, 11, 0], [0, 11, 0xFF, 0xFF]])
    func optionsThatPassTheirRecordAreRefused(options: [UInt8]) {
        var message = WireDumps.chain
        message[message.count - 1] = UInt8(options.count)
        #expect(validated(message + options) == nil)
    }

    @Test func theUpperBitsOfTheResponseCode() throws {
        var message = WireDumps.chain
        message[message.count - 6] = 1
        #expect(validated(message)?.summary.responseCode == .badVersion)
    }

    @Test func aTTLWithItsTopBitSetIsZero() throws {
        var message = WireDumps.chain
        let offsets = try #require(validated(message)).ttlOffsets
        message[Int(offsets[0])] = 0x80
        #expect(validated(message)?.summary.minimumTTL == 0)
    }

    @Test(arguments: WireDumps.responses.map(\.name)) func aMessageCutAnywhereIsRefused(_ name: String) throws {
        let message = try #require(WireDumps.all.first { $0.name == name }).bytes
        #expect(validated(message) != nil)
        for count in 0..<message.count {
            let cut = Array(message[..<count])
            readEverything(cut)
            #expect(validated(cut) == nil, "cut to \(count) bytes")
        }
    }

    @Test func bytesBehindTheLastRecordAreRefused() {
        #expect(validated(WireDumps.chain + [0]) == nil)
    }

    @Test(arguments: [
        ("0001 0001 0003 c00c", "two bytes for an A record"),
        ("001c 0001 0004 c00c0000", "four bytes for an AAAA record"),
        ("0005 0001 0003 c00c00", "a byte behind the alias"),
        ("0005 0001 0001 c0", "an alias past its data"),
        ("000f 0001 0002 000a", "an MX record without a name"),
        ("0006 0001 0004 c00cc00c", "an SOA record without numbers"),
        ("0023 0001 0005 0001000105", "a NAPTR record whose string passes the end"),
        ("0029 0001 0003 000300", "an OPT record in the answer section"),
    ])
    func dataThatIsNotOfItsType(_ digits: String, why: String) {
        let fields = bytes(digits)
        let header = bytes("0001 8180 0001 0001 0000 0000")
        let question = bytes("0161 00 0001 0001")
        let record = bytes("c00c") + fields[0..<4] + [0, 0, 0, 60] + fields[4...]
        let message = header + question + record
        #expect(validated(message) == nil, "\(why)")
        readEverything(message)
    }

    @Test func aNameThatRunsThroughATTLIsRefused() throws {
        let honest = "0001 8180 0001 0002 0000 0000 0161 00 0001 0001 c00c 0001 0001 00016200 0004 c6336401"
        let second = "0005 0001 0000003c 0002"
        #expect(validated(bytes("\(honest) c00c \(second) c00c")) != nil)
        #expect(validated(bytes("\(honest) c01a \(second) c00c")) == nil, "an owner in the TTL of another record")
        #expect(validated(bytes("\(honest) c00c \(second) c01a")) == nil, "an alias in the TTL of another record")
        let own = "0001 8180 0001 0001 0000 0000 0161 00 0001 0001 c00c 0005 0001 00016200 0002 c01a"
        #expect(validated(bytes(own)) == nil, "an alias in its own TTL")
    }

    @Test func twoOptRecordsAreRefused() {
        var message = WireDumps.chain
        message += message.suffix(11)
        message[11] = 2
        #expect(validated(message) == nil)
    }

    @Test func oneBrokenRecordEndsTheWalkAndNotTheOnesBefore() throws {
        let cut = Array(WireDumps.chain.dropLast(20))
        let view = try MessageView(cut.span)
        var cursor = try view.records()
        var seen = 0
        var failed = false
        while !failed {
            do {
                guard try cursor.next() != nil else { break }
                seen += 1
            } catch {
                failed = true
            }
        }
        #expect(failed && seen == 3)
        let isOver = try cursor.next() == nil
        #expect(isOver, "after an error there is no more")
    }
}
