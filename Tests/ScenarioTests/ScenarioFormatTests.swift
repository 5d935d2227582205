import LinuxIO
import Scenario
import Testing

/// The ways in which files of the field write the same thing.
@Suite struct ScenarioFormatTests {
    private static let plain = "www.example.org. 300 IN A 192.0.2.1"

    /// Each asks for the record and is told it; the same with another one must fail.
    private func expectTold(
        _ record: String, _ type: String = "A", name: String = "www.example.org.", instead other: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        for (expected, exitCode) in [(record, ExitCode.success), (other, .findings)] {
            let report = play(told: record, expected: expected, name: name, type: type)
            #expect(report.exitCode == exitCode, "\(report.text)", sourceLocation: location)
        }
    }

    private func play(told: String, expected: String, name: String, type: String) -> ScenarioReport {
        ScenarioReport(
            "test.rpl",
            """
            forward-zone:
                name: "."
                forward-addr: 198.51.100.1
            CONFIG_END
            SCENARIO_BEGIN A test
            RANGE_BEGIN 0 100
            ENTRY_BEGIN
            MATCH opcode qtype qname
            ADJUST copy_id copy_query
            REPLY QR RD RA NOERROR
            SECTION QUESTION
            \(name) IN \(type)
            SECTION ANSWER
            \(told)
            ENTRY_END
            RANGE_END
            STEP 1 QUERY
            ENTRY_BEGIN
            REPLY RD
            SECTION QUESTION
            \(name) IN \(type)
            ENTRY_END
            STEP 2 CHECK_ANSWER
            ENTRY_BEGIN
            MATCH all ttl
            REPLY QR RD RA NOERROR
            SECTION QUESTION
            \(name) IN \(type)
            SECTION ANSWER
            \(expected)
            ENTRY_END
            SCENARIO_END
            """)
    }

    @Test(arguments: [
        "www.example.org. IN 300 A 192.0.2.1", "www.example.org. 300 A 192.0.2.1", "www.example.org. 5m IN A 192.0.2.1",
        "\twww.example.org.\t300\tin a\t192.0.2.1  ", "WWW.Example.org. 300 IN A 192.0.2.1 ; an address",
        "www.example.org. 300 IN A \\# 4 C0000201", "www.example.org. 300 IN TYPE1 \\# 4 c000 0201",
        "$ORIGIN example.org.\nwww 300 IN A 192.0.2.1", "$TTL 300\nwww.example.org. IN A 192.0.2.1",
        "\\119ww.example.org. 300 CLASS1 A 192.0.2.1", "# the address\nwww.example.org. 300 IN A 192.0.2.1",
    ])
    func `one record in many spellings`(record: String) {
        for told in [record, Self.plain] {
            for expected in [record, Self.plain] {
                let report = play(told: told, expected: expected, name: "www.example.org.", type: "A")
                #expect(report.text == "passed test.rpl: A test\n")
            }
            let other = play(
                told: told, expected: record.replacing("192.0.2.1", with: "192.0.2.9").replacing("0201", with: "0209"),
                name: "www.example.org.", type: "A")
            #expect(other.exitCode == .findings, "\(other.text)")
        }
    }

    @Test func `a record without class and time to live has those of the field`() {
        let report = play(
            told: "www.example.org. A 192.0.2.1", expected: "www.example.org. 3600 IN A 192.0.2.1",
            name: "www.example.org.", type: "A")
        #expect(report.exitCode == .success, "\(report.text)")
    }

    @Test func `quotes, escapes and parentheses`() {
        let owner = "www.example.org. 300 IN"
        let text = "\(owner) TXT \"a; b\" \"c\\\"d\" e\\010f \"\""
        expectTold(text, "TXT", instead: text.replacing("\\010", with: "\\011"))
        expectTold(
            "\(owner) SOA ns. host. ( 1 2 3 4 5 )", "SOA", instead: "\(owner) SOA ns. host. 1 2 3 4 6")
        expectTold(
            "\(owner) CAA 0 issue \"ca.example; x=y\"", "CAA", instead: "\(owner) CAA 0 issue \"ca.example; x=z\"")
        let name = "w\\.w\\\\w\\046\\032x.example.org."
        expectTold("\(name) 300 IN A 192.0.2.1", name: name, instead: "\(name) 300 IN A 192.0.2.9")
    }

    @Test func `types without a name, and newer ones`() {
        let owner = "www.example.org. 300 IN"
        expectTold("\(owner) TYPE65280 \\# 3 0a 0b0c", "TYPE65280", instead: "\(owner) TYPE65280 \\# 3 0a0b0d")
        expectTold(
            "\(owner) HTTPS 1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1", "TYPE65",
            instead: "\(owner) HTTPS 1 . alpn=\"h2\" ipv4hint=192.0.2.1")
    }

    @Test(arguments: ["\r\n", "\n\n", "\n # said to people\n", " ; said to people\n", "\t\n    "])
    func `lines end, and begin, in many ways`(end: String) {
        let text = """
            CONFIG_END
            SCENARIO_BEGIN A test
            STEP 1 QUERY
            ENTRY_BEGIN
            REPLY RD
            SECTION QUESTION
            localhost. IN A
            ENTRY_END
            STEP 2 CHECK_ANSWER
            ENTRY_BEGIN
            MATCH answer question
            SECTION QUESTION
            localhost. IN A
            SECTION ANSWER
            localhost. IN A 127.0.0.1
            ENTRY_END
            SCENARIO_END
            """
        #expect(ScenarioReport("x.rpl", text.replacing("\n", with: end)).text == "passed x.rpl: A test\n")
        let other = text.replacing("127.0.0.1", with: "127.0.0.2").replacing("\n", with: end)
        #expect(ScenarioReport("x.rpl", other).exitCode == .findings)
    }

    @Test(arguments: [
        "RAW 00008180000100010000000003777777076578616d706c65036f72670000010001c00c000100010000012c0004c0000201",
        "RAW\n00008180000100010000000003777777076578616d706c65036f72670000010001c00c000100010000012c0004c0000201",
        """
        HEX_ANSWER_BEGIN ; the whole message
        0000 8180 0001 0001 0000 0000   ; header
        03 77 77 77 07 65 78 61 6D 70 6C 65 03 6F 72 67 00 0001 0001
            # its only record
        c00c 0001 0001 0000012c 0004 c0000201
        HEX_ANSWER_END
        """,
    ])
    func `answers octet by octet`(answer: String) {
        let configuration = "server:\n rrset-roundrobin: no"
        let question = "SECTION QUESTION\nwww.example.org. IN A\n"
        let reply = "STEP 2 REPLY\nENTRY_BEGIN\nMATCH qname\n\(question)\(answer)\nENTRY_END\n"
        let report = scenario(
            ask(1) + reply + expect(3), configuration: configuration, answer: "www.example.org. IN A 192.0.2.8")
        #expect(report.text == "passed test.rpl: A test\n")
    }

    @Test func `an event may be said of one upstream`() {
        let configuration = "forward-zone:\n name: \".\"\n forward-addr: 198.51.100.9"
        func steps(_ event: String) -> String { ask(1) + "STEP 2 \(event)\n" + expect(3) }
        for event in ["TIMEOUT", "ERROR", "TIMEOUT ADDRESS 198.51.100.9", "ERROR ADDRESS 198.51.100.9"] {
            #expect(scenario(steps(event), configuration: configuration).text == "passed test.rpl: A test\n")
        }
        #expect(scenario(steps("ERROR 198.51.100.9"), configuration: configuration).exitCode == .wrongUsage)
    }
}
