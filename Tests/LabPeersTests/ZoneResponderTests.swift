import ByteCodec
import DNSWire
import LabPeers
import Testing

@Suite struct ZoneResponderTests {
    let responder = ZoneResponder(zone: LabZone.zone)

    func ask(_ name: String, _ type: RecordType, opt: [UInt8] = []) throws -> DecodedMessage {
        let query = TestQuery.message(name, type.rawValue, opt: opt)
        let answer = try #require(responder.reply(query))
        return try DecodedMessage(answer)
    }

    @Test(arguments: [
        ("lab.example", RecordType.soa, ["lab.example 3600 SOA ns1.lab.example"]),
        ("lab.example", .ns, ["lab.example 3600 NS ns1.lab.example", "lab.example 3600 NS ns2.lab.example"]),
        ("lab.example", .mx, ["lab.example 300 MX 10 mail.lab.example", "lab.example 300 MX 20 mail2.lab.example"]),
        ("lab.example", .caa, ["lab.example 300 CAA 000569737375656361" + "2e6c61622e6578616d706c65"]),
        ("www.lab.example", .a, ["www.lab.example 300 A 198.51.100.10", "www.lab.example 300 A 198.51.100.11"]),
        ("www.lab.example", .aaaa, ["www.lab.example 300 AAAA 2001:db8::10"]),
        ("www.lab.example", .https, ["www.lab.example 300 HTTPS 1 ."]),
        ("service.lab.example", .https, ["service.lab.example 300 HTTPS 0 www.lab.example"]),
        (
            "_dns.lab.example", .svcb,
            ["_dns.lab.example 300 SVCB 1 ns1.lab.example", "_dns.lab.example 300 SVCB 2 ns2.lab.example"]
        ),
        (
            "_dns._tcp.lab.example", .srv,
            ["_dns._tcp.lab.example 300 SRV 10 ns1.lab.example", "_dns._tcp.lab.example 300 SRV 20 ns2.lab.example"]
        ),
        (
            "phone.lab.example", .naptr,
            [
                "phone.lab.example 300 NAPTR 0064000a01750745" + "32552b736970"
                    + "1b215e2e2a24217369703a696e666f406c61622e6578616d706c6521" + "00"
            ]
        ),
        ("unknown.lab.example", RecordType(rawValue: 65400), ["unknown.lab.example 300 TYPE65400 0a0b0c0d"]),
        ("10.100.51.198.in-addr.arpa", .ptr, ["10.100.51.198.in-addr.arpa 300 PTR www.lab.example"]),
        ("ttl1.lab.example", .a, ["ttl1.lab.example 1 A 198.51.100.61"]),
    ])
    func `a name has its records`(name: String, type: RecordType, expected: [String]) throws {
        let message = try ask(name, type)
        #expect(message.answers == expected)
        #expect(message.responseCode == .noError && message.authority.isEmpty)
        #expect(message.flags.isResponse && message.flags.recursionAvailable && message.flags.recursionDesired)
        #expect(!message.flags.isTruncated)
    }

    @Test(arguments: [
        (
            "alias1.lab.example", RecordType.a,
            [
                "alias1.lab.example 300 CNAME alias2.lab.example", "alias2.lab.example 120 CNAME alias3.lab.example",
                "alias3.lab.example 60 CNAME www.lab.example", "www.lab.example 300 A 198.51.100.10",
                "www.lab.example 300 A 198.51.100.11",
            ]
        ),
        ("alias3.lab.example", .cname, ["alias3.lab.example 60 CNAME www.lab.example"]),
        ("outside.lab.example", .a, ["outside.lab.example 300 CNAME www.elsewhere.example"]),
        (
            "a.old.lab.example", .a,
            [
                "old.lab.example 300 DNAME new.lab.example", "a.old.lab.example 300 CNAME a.new.lab.example",
                "a.new.lab.example 300 A 198.51.100.40",
            ]
        ),
        (
            "z.old.lab.example", .cname,
            ["old.lab.example 300 DNAME new.lab.example", "z.old.lab.example 300 CNAME z.new.lab.example"]
        ),
        ("old.lab.example", .dname, ["old.lab.example 300 DNAME new.lab.example"]),
        (
            "x.walias.lab.example", .aaaa,
            ["x.walias.lab.example 300 CNAME www.lab.example", "www.lab.example 300 AAAA 2001:db8::10"]
        ),
    ])
    func `aliases are followed`(name: String, type: RecordType, expected: [String]) throws {
        let message = try ask(name, type)
        #expect(message.answers == expected)
        #expect(message.responseCode == .noError && message.authority.isEmpty)
    }

    @Test(arguments: ["x", "y.z", "UPPER.Case"])
    func `a wildcard answers for any depth`(labels: String) throws {
        let message = try ask("\(labels).wild.lab.example", .a)
        #expect(message.answers == ["\(labels).wild.lab.example 300 A 198.51.100.30"])
    }

    @Test func `a wildcard does not reach below or beside a name that exists`() throws {
        #expect(try ask("fixed.wild.lab.example", .a).answers == ["fixed.wild.lab.example 300 A 198.51.100.31"])
        #expect(try ask("fixed.wild.lab.example", .aaaa).answers.isEmpty)
        #expect(try ask("below.fixed.wild.lab.example", .a).responseCode == .nameError)
    }

    @Test(arguments: ["nowhere.lab.example", "a.b.nowhere.lab.example", "99.100.51.198.in-addr.arpa"])
    func `a name that does not exist is denied with the SOA record`(name: String) throws {
        let message = try ask(name, .a)
        #expect(message.responseCode == .nameError && message.answers.isEmpty)
        let apex = name.hasSuffix("arpa") ? "100.51.198.in-addr.arpa" : "lab.example"
        #expect(message.authority == ["\(apex) 300 SOA ns1.lab.example"])
    }

    @Test func `an alias to nowhere is denied, alias included`() throws {
        let message = try ask("dangling.lab.example", .a)
        #expect(message.responseCode == .nameError)
        #expect(message.answers == ["dangling.lab.example 300 CNAME nowhere.lab.example"])
        #expect(message.authority == ["lab.example 300 SOA ns1.lab.example"])
    }

    @Test(arguments: [("only4", RecordType.aaaa), ("only6", .a), ("empty", .a), ("new", .txt), ("wild", .a)])
    func `a name without records of the type says so with the SOA record`(label: String, type: RecordType) throws {
        let message = try ask("\(label).lab.example", type)
        #expect(message.responseCode == .noError && message.answers.isEmpty)
        #expect(message.authority == ["lab.example 300 SOA ns1.lab.example"])
    }

    @Test(arguments: ["example", "lab.example.net", "xlab.example", "101.51.198.in-addr.arpa", ""])
    func `names outside are refused`(name: String) throws {
        let message = try ask(name, .a)
        #expect(message.responseCode == .refused && message.answers.isEmpty && message.authority.isEmpty)
    }

    @Test func `aliases in a circle are a server failure`() throws {
        let message = try ask("loop1.lab.example", .a)
        #expect(message.responseCode == .serverFailure && message.answers.isEmpty)
        #expect(try ask("loop1.lab.example", .cname).answers == ["loop1.lab.example 300 CNAME loop2.lab.example"])
    }

    @Test func `the question comes back as it was spelled, and so do names that repeat it`() throws {
        let message = try ask("wWw.LaB.eXaMpLe", .a)
        #expect(message.question == "wWw.LaB.eXaMpLe A")
        #expect(message.answers.first == "wWw.LaB.eXaMpLe 300 A 198.51.100.10")
    }

    @Test func `big answers come whole, and one that no message can hold is truncated`() throws {
        #expect(try ask("many.lab.example", .a).answers.count == 100)
        #expect(try ask("many6.lab.example", .aaaa).answers.count == 200)
        let big = TestQuery.message("big.lab.example", 16)
        #expect(try #require(responder.reply(big)).count > 4_096)
        let huge = TestQuery.message("huge.lab.example", 16)
        #expect((60_000...65_535).contains(try #require(responder.reply(huge)).count))
        #expect(try ask("huge.lab.example", .txt).answers.count == 250)
        let tooBig = try ask("toobig.lab.example", .txt)
        #expect(tooBig.flags.isTruncated && tooBig.answers.isEmpty && tooBig.responseCode == .noError)
    }

    @Test func `EDNS is answered with EDNS, and only then`() throws {
        #expect(try ask("www.lab.example", .a).optVersion == nil)
        let plain = try ask("www.lab.example", .a, opt: TestQuery.opt(dnssecOK: true))
        #expect(plain.optVersion == 0 && plain.wantsDNSSEC && plain.paddingCount == nil && plain.answers.count == 2)
        let future = try ask("www.lab.example", .a, opt: TestQuery.opt(version: 1))
        #expect(future.responseCode == .badVersion && future.optVersion == 0 && future.answers.isEmpty)
    }

    @Test(arguments: [("www.lab.example", RecordType.a), ("many.lab.example", .a), ("nowhere.lab.example", .txt)])
    func `a padded query is answered with whole blocks`(name: String, type: RecordType) throws {
        let query = TestQuery.message(name, type.rawValue, opt: TestQuery.opt(options: [0, 12, 0, 3, 0, 0, 0]))
        let answer = try #require(responder.reply(query))
        #expect(answer.count % 468 == 0)
        #expect(try DecodedMessage(answer).paddingCount != nil)
    }

    @Test func `ids and flags come back`() throws {
        var query = TestQuery.message("www.lab.example", 1, id: 0xBEEF)
        query[2] = 0
        query[3] = 0x10
        let message = try DecodedMessage(try #require(responder.reply(query)))
        #expect(message.id == 0xBEEF && !message.flags.recursionDesired && message.flags.checkingDisabled)
    }
}
