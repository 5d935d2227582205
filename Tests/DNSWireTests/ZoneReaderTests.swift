import Testing

@testable import DNSWire

@Suite struct ZoneReaderTests {
    /// The records of `text`, as lines that `RecordView.text` would write but for the data.
    private func lines(_ text: String, ttl: UInt32? = nil) throws -> [String] {
        var reader = ZoneReader(text, ttl: ttl)
        var lines: [String] = []
        while let record = try reader.next() {
            let data = record.data.span
            lines.append("\(record.owner) \(record.ttl) \(record.recordClass) \(record.type) \(Base16.encode(data))")
        }
        return lines
    }

    @Test(arguments: [
        "www 60 IN A 1.2.3.4", "www IN 60 A 1.2.3.4", "www 60 A 1.2.3.4", "www IN A 1.2.3.4", "www A 1.2.3.4",
        "www 1m a 1.2.3.4 ; a comment", "www\tin\tA\t1.2.3.4\r", "www A ( ; joined\n 1.2.3.4 )", "www ( A\n1.2.3.4\n) ",
        "www.lab.example. A 1.2.3.4", "\\119ww A 1.2.3.4", "www CLASS1 TYPE1 \\# 4 01 02 0304", "www TYPE1 1.2.3.4",
        "www A \\# 4 01020304",
    ])
    func oneRecordWrittenInManyWays(_ line: String) throws {
        #expect(try lines("$ORIGIN lab.example.\n$TTL 60\n\(line)") == ["www.lab.example. 60 IN A 01020304"])
    }

    @Test func whatIsLeftOutIsTakenFromBefore() throws {
        let text = """
            $ORIGIN example.
            lab  CH 5 TXT a
                    TXT b
            $ORIGIN lab
            @    7  TXT (c
                d)
            \t    TXT e
            $TTL 9
            . TXT f
            """
        #expect(
            try lines(text) == [
                "lab.example. 5 CH TXT 0161", "lab.example. 5 IN TXT 0162", "lab.example. 7 IN TXT 01630164",
                "lab.example. 7 IN TXT 0165", ". 9 IN TXT 0166",
            ])
        #expect(try lines(". IN NS k.", ttl: 3600) == [". 3600 IN NS 016b00"])
    }

    @Test func quotesAndEscapesKeepWhatWouldDivide() throws {
        #expect(try lines("x 0 TXT \"a;(b\" c\\;d \"\" \"\\\"\"") == ["x. 0 IN TXT 04613b286203633b640001" + "22"])
        #expect(try lines("a\\.b\\032c 0 NS @").first?.hasPrefix("a\\.b\\032c. 0 IN NS 00") == true)
        #expect(try lines("\\@ 0 NS .").first?.hasPrefix("\\@. ") == true)
    }

    @Test func recordsAreGenerated() throws {
        #expect(
            try lines("$GENERATE 8-12/2 h$ 0 A 1.2.3.$\nx 0 A 1.2.3.4").map { $0.suffix(4) } == [
                "0308", "030a", "030c", "0304",
            ])
        #expect(try lines("$GENERATE 1-1 a\\$$ 0 TXT \\$$") == ["a\\$1. 0 IN TXT 022431"])
    }

    @Test func nothingIsNoRecord() throws {
        for text in ["", "\n\n", " ; x", "( \n )", "$TTL 5"] { #expect(try lines(text).isEmpty) }
    }

    @Test(arguments: [
        ("x 0", "the record type is missing"), ("x", "the record type is missing"),
        ("x A 1.2.3.4", "the TTL is missing: write it behind the name, or $TTL above"),
        ("x 0 IN 5 A 1.2.3.4", "`5` is no record type, class or TTL"),
        ("x soon A 1.2.3.4", "`soon` is no record type, class or TTL"),
        ("x..y 0 A 1.2.3.4", "`x..y` is no domain name"),
        (" 0 A 1.2.3.4", "a line that begins with a blank needs a record before it"),
        ("x 0 A 1.2.3", "`1.2.3` is no IPv4 address"), ("x 0 TXT \"a\nb\"", "a quote is opened and not closed"),
        ("x 0 A (1.2.3.4", "a parenthesis is opened and not closed"),
        ("x 0 A 1.2.3.4)", "a parenthesis is closed and was not opened"),
        ("$ORIGIN", "$ORIGIN needs a domain name"), ("$ORIGIN a b", "$ORIGIN needs a domain name"),
        ("$TTL x", "$TTL needs a time in seconds"), ("$TTL 4294967296", "$TTL needs a time in seconds"),
        ("$INCLUDE file", "$INCLUDE is not followed: put the records here"),
        ("$GENERATE", "$GENERATE needs a range such as 1-250 or 0-250/10"),
        ("$GENERATE 1-2", "$GENERATE needs a record behind its range"),
        ("$GENERATE 9-1 a 0 A 1.2.3.$", "$GENERATE needs a range such as 1-250 or 0-250/10"),
        ("$GENERATE 1-9/0 a 0 A 1.2.3.$", "$GENERATE needs a range such as 1-250 or 0-250/10"),
        ("$GENERATE 1-99999999 a 0 A 1.2.3.$", "one $GENERATE makes at most 10000 records"),
        ("$GENERATE 255-256 a 0 A 1.2.3.$", "`1.2.3.256` is no IPv4 address"),
    ])
    func mistakesAreSaidWithTheirLine(_ text: String, message: String) {
        #expect(throws: ZoneTextError(line: 3, message: message)) { try lines("; nothing wrong\n\n\(text)\n") }
    }

    @Test func linesCountOnBehindJoinedOnes() {
        #expect(throws: ZoneTextError(line: 4, message: "the record type is missing")) {
            try lines("a 0 TXT (x\n\ny)\nb\n")
        }
        var reader = ZoneReader("a", firstLine: 70)
        #expect(throws: ZoneTextError(line: 70, message: "the record type is missing")) { try reader.next() }
    }
}
