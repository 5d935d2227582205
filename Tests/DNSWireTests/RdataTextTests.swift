import ByteCodec
import TestSupport
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
        ("HINFO", "\"x86_64\" \"Linux\"", "06 7838365f3634 05 4c696e7578"),
        ("RP", "a. b.", "016100 016200"),
        ("NAPTR", "100 10 \"u\" \"E2U+sip\" \"\" x.", "0064 000a 01 75 07 4532552b736970 00 0178 00"),
        ("DS", "60485 13 2 0a0b", "ec45 0d 02 0a0b"),
        ("SSHFP", "4 2 a87f", "04 02 a87f"),
        (
            "RRSIG", "A 8 2 3600 20240229091551 19700101000000 63939 example. AAEC",
            "0001 08 02 00000e10 65e04b47 00000000 f9c3 076578616d706c65 00 000102"
        ),
        (
            "RRSIG", "TYPE65000 13 0 0 21060207062815 20000229235959 0 . AA==",
            "fde8 0d 00 00000000 ffffffff 38bc5d7f 0000 00 00"
        ),
        (
            "NSEC", "b. A RRSIG NSEC TYPE1234",
            "016200 0006 400000000003 041b 000000000000000000000000000000000000000000000000000020"
        ),
        ("NSEC", "b.", "016200"),
        (
            "NSEC3", "1 0 10 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr A",
            "01 00 000a 02aabb 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 000140"
        ),
        ("NSEC3", "1 1 0 - 00", "01 01 0000 00 01 00"),
        ("NSEC3PARAM", "1 0 0 -", "01 00 0000 00"),
        ("DNSKEY", "257 3 15 AAEC", "0101 03 0f 000102"),
        ("TLSA", "3 1 1 8d02", "03 01 01 8d02"),
        ("OPENPGPKEY", "AA==", "00"),
        ("CERT", "1 2 8 AAEC", "0001 0002 08 000102"),
        ("CSYNC", "66 3 A NS AAAA", "00000042 0003 0004 60000008"),
        ("ZONEMD", "1 1 1 0a", "00000001 01 01 0a"),
        ("URI", "10 1 \"https://x.example/\"", "000a 0001 68747470733a2f2f782e6578616d706c652f"),
        ("NULL", "\\# 4 01020aff", "01020aff"),
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
        ("HINFO", "0161"), ("DS", "000108 02"), ("DNSKEY", "0101 03 0f"), ("TLSA", "030101"), ("NSEC", "00 0000"),
        ("NSEC", "00 0001 00"), ("NSEC", "00 0101 40 0001 40"),
        ("NSEC", "00 0021" + String(repeating: "01", count: 33)),
        ("NSEC3", "01 00 0000 00 00"), ("NSEC3PARAM", "01 00 0000 02 aa"), ("NSEC3PARAM", "01 00 0000 00 00"),
        ("RRSIG", "0001 08 02 00000e10 65e04a57 00000000 f9c3 00"),
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
        ("A", "198.51.100.1 2", "there is more than A data, from `2` on"),
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
        ("NULL", "1 2 3 abcd", "data of type NULL is written as `\\# LENGTH HEX` here"),
        ("DS", "\\# 3 0102", "3 octets are announced and 2 written"),
        ("DS", "\\# 1 xy", "`xy` is no hexadecimal octets"),
        ("DS", "\\# 1", "1 octets are announced and 0 written"),
        ("DS", "1 2 3 abc", "`abc` is no hexadecimal octets"),
        ("DS", "1 2 3", "the digest is missing"),
        ("DS", "1 RSA 3 ab", "`RSA` is no algorithm"),
        ("MX", "+5 mx.", "`+5` is no number from 0 to 65535 for the preference"),
        ("RRSIG", "A 8 2 60 20240230000000 0 1 x. AA==", "`20240230000000` is no date (YYYYMMDDHHmmSS)"),
        ("RRSIG", "A 8 2 60 21060207062816 0 1 x. AA==", "`21060207062816` is no date (YYYYMMDDHHmmSS)"),
        ("DNSKEY", "256 3 8 AAE", "`AAE` is no base64"),
        ("NSEC", "x. A COLOUR", "`COLOUR` is no record type"),
        ("NSEC3", "1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22boj", "`2t7b4g4vsa5smi47k61mv5bv1a22boj` is no base32"),
        ("NSEC3", "1 0 0 x 00", "`x` is no hexadecimal octets or `-`"),
        ("SOA", "a. b. 1 2x 3 4 5", "`2x` is no time in seconds"),
        ("TXT", "(a", "a parenthesis is opened and not closed"),
        ("TXT", "a\nb", "there is a second line"),
    ])
    func mistakesAreSaid(_ type: String, text: String, message: String) throws {
        let type = try #require(RecordType(type))
        #expect(throws: RdataSyntaxError(message)) { try RdataParser.parse(type, text) }
    }

    @Test func onlyDigitsAreShortenedByUnitsMnemonicsAndBlanks() throws {
        let authority = try RdataParser.parse(.soa, "a. b. 1 2H 1h30m 1w 0")
        #expect(Array(authority.suffix(16)) == bytes("00001c20 00001518 00093a80 00000000"))
        #expect(try RdataParser.parse(.ds, "1 ecdsap256sha256 2 0A 0b") == bytes("0001 0d 02 0a0b"))
        #expect(try RdataParser.parse(.dnskey, "256 3 RSASHA256 AA EC") == bytes("0100 03 08 0001 02"))
        #expect(try RdataParser.parse(.nsec, "x. NSEC A NSEC") == bytes("0178 00 0006 400000000001"))
        let signature = try RdataParser.parse(.rrsig, "A 8 1 1m 1 0 1 . AA==")
        #expect(Array(signature[4..<12]) == bytes("0000003c 00000001"))
    }

    /// Whatever stands in a message can be written down and read back.
    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func everyRecordOfTheCorpusReadsBack() throws {
        var types: Set<RecordType> = []
        for packet in PacketCorpus.packets() {
            guard validated(packet) != nil, let view = try? MessageView(packet.span) else { continue }
            var cursor = try view.records()
            while let record = try cursor.next() {
                let data = try RdataParser.parse(record.type, record.rdataText)
                if RdataLayout.layout(of: record.type).names == 0 { #expect(data == [UInt8](record.rdata)) }
                #expect(try text(record.type, data) == record.rdataText)
                if RdataFormat.format(of: record.type) != nil { types.insert(record.type) }
            }
        }
        #expect(types.count > 15, "few types are worth little: \(types)")
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
