import Testing

@testable import DNSWire

@Suite struct QueryAdmissionTests {
    private static let header = "0007 0100 0001 0000 0000 0000"
    private static let question = "03777777 036c6162 00 0001 0001"

    private static func admission(_ digits: String) -> QueryAdmission {
        let message = bytes(digits)
        return QueryAdmission(message.span)
    }

    @Test func aPlainQuery() throws {
        let message = WireDumps.plainQuery
        guard case .accepted(let query) = QueryAdmission(message.span) else {
            Issue.record("a plain query was not accepted")
            return
        }
        #expect(query.id == 1)
        #expect(query.type == .a && query.recordClass == .internet)
        #expect(query.checkingDisabled && query.flags.authenticData && query.recursionDesired)
        #expect(query.edns == nil && query.datagramLimit == 512)
        #expect(query.questionRange == 12..<WireDumps.plainQuery.count)
        let text = query.name(in: message.span).text
        #expect(text == "lab.example.")
    }

    @Test func aQueryWithEDNS() throws {
        let message = WireDumps.query
        guard case .accepted(let query) = QueryAdmission(message.span) else {
            Issue.record("a query with EDNS was not accepted")
            return
        }
        let edns = try #require(query.edns)
        #expect(edns.payloadSize == 4096 && edns.wantsDNSSEC && edns.isPadded)
        #expect(query.type == .https)
        let key = NameHashKey(8, 9)
        let hash = query.nameHash(in: message.span, key)
        #expect(hash == name("www.lab.example").view.hash(key))
    }

    @Test(arguments: [
        ("", "no bytes"),
        ("0007 0100 0001 0000 0000 00", "eleven bytes"),
        ("0007 8180 0001 0000 0000 0000 00 0001 0001", "a response"),
        ("0007 a800 0000 0000 0000 0000", "a response to an update"),
    ])
    func silence(_ digits: String, why: String) {
        #expect(Self.admission(digits) == .ignored, "\(why)")
    }

    @Test(arguments: [
        ("0007 0100 0000 0000 0000 0000", "no question"),
        ("0007 0100 0002 0000 0000 0000 00 0001 0001 00 0001 0001", "two questions"),
        ("0007 0300 0001 0000 0000 0000 00 0001 0001", "TC"),
        ("0007 0100 0001 0001 0000 0000 00 0001 0001", "an answer"),
        ("0007 0100 0001 0000 0001 0000 00 0001 0001", "an authority record"),
        ("0007 0100 0001 0000 0001 0000 00 00fb 0001", "an incremental transfer without the record it counts"),
        ("0007 0100 0001 0000 0002 0000 00 00fb 0001", "two authority records"),
        ("0007 0100 0001 0000 0000 0005 00 0001 0001", "five additional records"),
        ("0007 0100 0001 0000 0000 0000 c000 0001 0001", "a compressed name"),
        ("0007 0100 0001 0000 0000 0000 00 0001 00", "half a class"),
        ("0007 0100 0001 0000 0000 0000 00 0001 0001 00", "a byte too many"),
        ("0007 0100 0001 0000 0000 0001 00 0001 0001", "a missing OPT record"),
        ("0007 0100 0001 0000 0000 0000 00 0029 0001", "a question for OPT"),
        ("0007 0100 0001 0000 0000 0000 00 0000 0001", "a question for type 0"),
        ("0007 0100 0001 0000 0000 0001 00 0001 0001 0161 00 0029 04d0 00000000 0000", "OPT of a name"),
        ("0007 0100 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00000000 0003 000c00", "half an option"),
        ("0007 0100 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00000000 0005 000c0002 00", "an option too long"),
        (
            "0007 0100 0001 0000 0000 0002 00 0001 0001 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000",
            "two OPT records"
        ),
    ])
    func formatErrors(_ digits: String, why: String) throws {
        try expectRefusal(digits, .formatError, why)
    }

    @Test(arguments: [
        ("0007 2900 0001 0000 0000 0000 00 0001 0001", "an update"),
        ("0007 1000 0000 0000 0000 0000", "a status request"),
        ("0007 2000 0001 0000 0000 0000 00 0006 0001", "a notification"),
        ("0007 0100 0001 0000 0000 0000 00 00fc 0001", "a transfer"),
        ("0007 0100 0001 0000 0000 0000 00 00fb 0001", "an incremental transfer"),
        (
            "0007 0100 0001 0000 0001 0000 00 00fb 0001 00 0006 0001 00000000 0016 0000 00000001 00000000 00000000"
                + "00000000 00000000", "an incremental transfer that says what it has"
        ),
        ("0007 1000 0001 0000 0000 0009 00 0001 0001", "a status request that counts more than it has"),
    ])
    func notImplemented(_ digits: String, why: String) throws {
        try expectRefusal(digits, .notImplemented, why)
    }

    @Test func unknownVersion() throws {
        let digits = "0007 0110 0001 0000 0000 0001 0161 00 0001 0001 00 0029 04d0 00010000 0000"
        guard case .refused(let refused) = Self.admission(digits) else {
            Issue.record("version 1 was not refused")
            return
        }
        #expect(refused.responseCode == .badVersion)
        #expect(
            try answer(refused, digits)
                == bytes("0007 8190 0001 0000 0000 0001 0161 00 0001 0001 00 0029 04d0 01000000 0000"))
    }

    @Test func anotherOperationIsRefusedInTheSameWords() throws {
        let digits = "0007 2000 0001 0000 0000 0001 0161 00 0006 0001 00 0029 04d0 00000000 0000"
        guard case .refused(let refused) = Self.admission(digits) else {
            Issue.record("a notification was not refused")
            return
        }
        let message = try answer(refused, digits)
        #expect(try extendedErrors(of: message) == ["Not Supported: "])
        #expect(Array(message[12..<19]) == bytes("0161 00 0006 0001"))
    }

    @Test func aRefusalSaysWhyToClientsWithEDNS() throws {
        let opt = "00 0029 04d0 00000000 0000"
        for (type, reason) in [
            ("00fc", "Not Supported: "),
            ("0029", "Invalid Query Type: "),
        ] {
            let digits = "0007 0100 0001 0000 0000 0001 0161 00 \(type) 0001 \(opt)"
            guard case .refused(let refused) = Self.admission(digits) else {
                Issue.record("type \(type) was not refused")
                return
            }
            #expect(try extendedErrors(of: answer(refused, digits)) == [reason])
        }
    }

    private func extendedErrors(of message: [UInt8]) throws -> [String] {
        var errors: [String] = []
        let view = try MessageView(message.span)
        guard let opt = try view.opt() else { return ["no OPT record"] }
        var options = opt.options
        while let option = try options.next() {
            if let error = option.extendedError { errors.append("\(error.code): \(error.text)") }
        }
        return errors
    }

    @Test func recordsOtherThanOptAreWalkedOver() {
        let signature = "0161 00 00fa 00ff 00000000 0002 0000"
        let digits = "0007 0100 0001 0000 0000 0002 00 0001 0001 \(signature) 00 0029 04d0 00000000 0000"
        guard case .accepted(let query) = Self.admission(digits) else {
            Issue.record("a query with a signature was not accepted")
            return
        }
        #expect(query.datagramLimit == 1232)
    }

    @Test func smallPayloadSizesCountAs512() {
        let digits = "0007 0100 0001 0000 0000 0001 00 0001 0001 00 0029 0010 00000000 0000"
        guard case .accepted(let query) = Self.admission(digits) else {
            Issue.record("a small payload size was not accepted")
            return
        }
        #expect(query.datagramLimit == 512)
    }

    @Test func theRefusalBringsBackWhatCouldBeRead() throws {
        let unreadable = "0007 0110 0001 0000 0000 0000 41"
        guard case .refused(let first) = Self.admission(unreadable) else {
            Issue.record("an unreadable question was not refused")
            return
        }
        #expect(try answer(first, unreadable) == bytes("0007 8191 0000 0000 0000 0000"))
        let transfer = "0007 0000 0001 0000 0000 0000 0141 00 00fc 0001"
        guard case .refused(let second) = Self.admission(transfer) else {
            Issue.record("a transfer was not refused")
            return
        }
        #expect(try answer(second, transfer) == bytes("0007 8084 0001 0000 0000 0000 0141 00 00fc 0001"))
    }

    @Test func aQueryCutAnywhereIsNeverAccepted() {
        for count in 0..<WireDumps.query.count {
            let cut = Array(WireDumps.query[..<count])
            if case .accepted = QueryAdmission(cut.span) { Issue.record("accepted when cut to \(count) bytes") }
        }
    }

    private func expectRefusal(_ digits: String, _ code: ResponseCode, _ why: String) throws {
        guard case .refused(let refused) = Self.admission(digits) else {
            Issue.record("\(why): not refused")
            return
        }
        #expect(refused.responseCode == code, "\(why)")
        let answer = try answer(refused, digits)
        #expect(answer[0..<2] == [0, 7])
        #expect(validated(answer)?.summary.responseCode == code, "\(why): the answer is no message")
    }

    private func answer(_ refused: RefusedQuery, _ query: String) throws -> [UInt8] {
        let query = bytes(query)
        var storage = [UInt8](repeating: 0xEE, count: 512)
        var response = storage.mutableSpan
        let count = try refused.writeAnswer(to: query.span, into: &response)
        return Array(storage[..<count])
    }
}
