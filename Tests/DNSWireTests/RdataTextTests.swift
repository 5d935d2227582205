import ByteCodec
import Testing

@testable import DNSWire

@Suite struct RdataTextTests {
    /// The text of `data` as the data of a record of `type`.
    private func text(_ type: RecordType, _ data: [UInt8]) throws -> String {
        var message = bytes("0001 8180 0000 0001 0000 0000 00")
        message.appendBigEndian(type.rawValue)
        message += [0, 1, 0, 0, 0, 60]
        message.appendBigEndian(UInt16(data.count))
        message += data
        let view = try MessageView(message.span)
        var cursor = try view.records()
        return try cursor.next()?.rdataText ?? "nothing"
    }

    @Test(arguments: [
        ("A", "198.51.100.7", "c6336407"),
        ("AAAA", "2001:db8::53", "20010db8000000000000000000000053"),
        ("NS", "ns1.lab.", "036e7331 036c6162 00"),
        ("CNAME", ".", "00"),
        ("PTR", "a\\.b.", "03612e62 00"),
        ("DNAME", "x.", "0178 00"),
        ("MX", "10 mx.", "000a 026d78 00"),
        ("MX", "0 .", "0000 00"),
        ("SRV", "1 2 853 x.", "0001 0002 0355 0178 00"),
        (
            "SOA", "ns. hm. 1 7200 3600 1209600 4294967295",
            "026e73 00 02686d 00 00000001 00001c20 00000e10 00127500 ffffffff"
        ),
        ("TXT", "\"\"", "00"),
        ("TXT", "\"a b\" \"\\\"q\\\" \\\\ \\007;\"", "03612062 08 227122205c20073b"),
        ("CAA", "128 issue \"ca.example; a=b\"", "80 05 6973737565 63612e6578616d706c653b20613d62"),
        ("HTTPS", "0 alias.", "0000 05616c696173 00"),
        ("HTTPS", "1 . alpn=\"h2,h3\" port=8443", "0001 00 0001 0006 026832 026833 0003 0002 20fb"),
        ("SVCB", "1 . alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "0001 00 0001 000c 08665c6f6f2c626172 026832"),
        ("SVCB", "2 x. mandatory=alpn,port alpn=\"dot\" no-default-alpn port=853", SVCB.mandatory),
        ("HTTPS", "1 . ipv4hint=198.51.100.1,198.51.100.2 ech=AAEC ipv6hint=2001:db8::1", SVCB.hints),
        ("SVCB", "1 . dohpath=\"/q{?dns}\" key65280=\"x y\"", "0001 00 0007 0008 2f717b3f646e737d ff00 0003 782079"),
        ("DS", "\\# 4 01020aff", "01020aff"),
        ("TYPE65000", "\\# 0", ""),
    ])
    func bothWays(_ type: String, text written: String, digits: String) throws {
        let type = try #require(RecordType(type))
        let data = bytes(digits)
        #expect(try RdataParser.parse(type, written) == data)
        #expect(try text(type, data) == written)
    }

    enum SVCB {
        static let mandatory =
            "0002 0178 00 0000 0004 0001 0003 0001 0004 03646f74 0002 0000 0003 0002 0355"
        static let hints =
            "0001 00 0004 0008 c6336401 c6336402 0005 0003 000102 0006 0010 20010db8000000000000000000000001"
    }

    @Test(arguments: [
        ("A", "c63364"), ("AAAA", "00"), ("CNAME", "ff"), ("MX", "000a"), ("TXT", "05 61"), ("TXT", ""),
        ("CAA", "00 09 61"), ("CAA", "00 01 2d"), ("HTTPS", "0001 00 0003 0002 20"), ("SOA", "00 00 00"),
        ("SVCB", "0001 00 0003 0002 20fb 0001 0003 026832"), ("SVCB", "0001 00 0004 0003 010203"),
        ("SVCB", "0001 00 0002 0001 00"), ("SVCB", "0001 00 0001 0002 0500"), ("SVCB", "0001 00 0001 0000"),
    ])
    func dataThatIsNotOfItsTypeIsWrittenInGeneralForm(_ type: String, digits: String) throws {
        let data = bytes(digits)
        let written = try text(try #require(RecordType(type)), data)
        #expect(written.hasPrefix("\\# \(data.count)"))
    }

    @Test func namesAndShortFormsAreCompleted() throws {
        let origin = name("lab.example")
        #expect(try RdataParser.parse(.cname, "web", origin: origin) == name("web.lab.example").wire)
        #expect(try RdataParser.parse(.cname, "@", origin: origin) == origin.wire)
        #expect(try RdataParser.parse(.txt, "bare \"two words\"") == bytes("0462617265 0974776f20776f726473"))
        #expect(try RdataParser.parse(.a, "\\# 4 c633 6407") == bytes("c6336407"))
        let sorted = try RdataParser.parse(.https, "1 . port=1 alpn=h2")
        #expect(sorted == bytes("0001 00 0001 0003 026832 0003 0002 0001"))
        #expect(
            try RdataParser.parse(.svcb, "1 . mandatory=port,alpn alpn=h2 port=1").prefix(11).suffix(4) == [0, 1, 0, 3])
    }

    @Test(arguments: [
        ("A", "198.51.100.256", "`198.51.100.256` is no IPv4 address"),
        ("A", "", "the address is missing"),
        ("A", "198.51.100.1 2", "there is more than A data in `198.51.100.1 2`"),
        ("AAAA", "fe80::1%eth0", "`fe80::1%eth0` is no IPv6 address"),
        ("MX", "mx.lab.", "`mx.lab.` is no number from 0 to 65535 for the preference"),
        ("MX", "65536 mx.", "`65536` is no number from 0 to 65535 for the preference"),
        ("CNAME", "a..b", "`a..b` is no domain name for the target"),
        ("TXT", "\"open", "a quote is opened and not closed"),
        ("TXT", "a\\25", "a backslash in the text is followed neither by a character nor by `DDD`"),
        ("SOA", "a. b. 1 2 3 4", "the minimum is missing"),
        ("CAA", "0 is-sue x", "`is-sue` is no property name"),
        ("HTTPS", "1 . colour=red", "`colour` is no service parameter key"),
        ("HTTPS", "1 . port=1 port=2", "the parameter `port` is given twice"),
        ("HTTPS", "1 . port=99999", "`99999` is no value for `port`"),
        ("HTTPS", "1 . ipv4hint=1.2.3.4,", "`` is no value for `ipv4hint`"),
        ("HTTPS", "1 . ech=AAE", "`AAE` is no value for `ech`"),
        ("HTTPS", "1 . no-default-alpn=x", "`no-default-alpn` takes no value"),
        ("HTTPS", "1 . alpn=h2,,h3", "`alpn` wants protocol names of 1 to 255 bytes with commas between"),
        ("DS", "1 2 3 abcd", "data of type DS is written as `\\# LENGTH HEX` here"),
        ("DS", "\\# 3 0102", "3 octets are announced and 4 digits written"),
        ("DS", "\\# 1 xy", "`xy` is no hexadecimal octet"),
    ])
    func mistakesAreSaid(_ type: String, text: String, message: String) throws {
        let type = try #require(RecordType(type))
        #expect(throws: RdataSyntaxError(message)) { try RdataParser.parse(type, text) }
    }

    @Test func aCharacterStringHas255BytesAtMost() {
        let long = String(repeating: "x", count: 256)
        #expect(throws: RdataSyntaxError.self) { try RdataParser.parse(.txt, long) }
        #expect((try? RdataParser.parse(.txt, String(long.dropLast())))?.count == 256)
    }

    /// What another implementation wrote is read as it was meant.
    @Test func linesOfAForeignMessage() throws {
        let lines = try recordLines(WireDumps.variety)
        for expected in [
            "lab.example. 3600 IN SOA ns1.lab.example. hostmaster.lab.example. 1 7200 3600 1209600 300",
            "lab.example. 600 IN MX 20 mx.example.net.", "lab.example. 600 IN TXT \"v=spf1 -all\"",
            "lab.example. 600 IN TXT \"two \\\"parts\\\"\" \"\\\\ \\007 end\"",
            "lab.example. 600 IN CAA 0 issue \"ca.example; policy=x\"",
            """
            lab.example. 600 IN HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=198.51.100.1,198.51.100.2 \
            ech=AEX+DQBBpQ== ipv6hint=2001:db8::1
            """,
            """
            _dns.lab.example. 600 IN SVCB 1 resolver.lab.example. mandatory=alpn,port alpn="dot" port=853 \
            dohpath="/q{?dns}" key65280="x y"
            """,
            "_dot._tcp.lab.example. 600 IN SRV 1 2 853 ns1.lab.example.",
            "sub.lab.example. 600 IN DNAME other.example.", "7.100.51.198.in-addr.arpa. 600 IN PTR www.lab.example.",
            "ns2.lab.example. 3600 IN AAAA 2001:db8::2",
        ] { #expect(lines.contains(expected), "\(expected)") }
    }
}
