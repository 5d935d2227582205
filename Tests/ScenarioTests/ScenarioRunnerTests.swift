import LinuxIO
import Scenario
import Testing

/// The directives of the format, each where it makes a difference.
@Suite struct ScenarioRunnerTests {
    @Test func `time passes only where the scenario says so`() {
        let aged = "www.example.org. 200 IN A 192.0.2.1"
        let steps =
            ask(1) + expect(2, match: "all ttl")
            + "STEP 3 TIME_PASSES ELAPSE 99.5\nSTEP 4 TIME_PASSES EVAL ${0.1 * 5}\n"
            + ask(5) + expect(6, match: "all ttl", records: aged)
        #expect(scenario(steps).text == "passed test.rpl: A test\n")
        #expect(scenario(steps.replacing("99.5", with: "98.5")).exitCode == .findings)
    }

    @Test func `variables keep a moment`() {
        let steps = """
            STEP 1 TIME_PASSES ELAPSE 7
            STEP 2 ASSIGN later = ${time + 3}
            STEP 3 TIME_PASSES EVAL ${$later - 10}

            """
        #expect(scenario(steps).exitCode == .success)
        #expect(scenario("STEP 1 TIME_PASSES EVAL ${$never}\n").exitCode == .findings)
    }

    @Test func `a query that went out is seen, once`() {
        let out = """
            STEP 2 CHECK_OUT_QUERY ADDRESS 198.51.100.1
            ENTRY_BEGIN
            MATCH qname qtype RD
            SECTION QUESTION
            www.example.org. IN A
            ENTRY_END

            """
        #expect(scenario(ask(1) + out + expect(3)).exitCode == .success)
        let twice = scenario(ask(1) + out + expect(3) + ask(4) + expect(5) + out)
        #expect(twice.text.contains("step 2: another query went to an upstream"))
        #expect(scenario(out).text.contains("step 2: no query went to an upstream"))
    }

    @Test func `a reply by hand comes before what the ranges say`() {
        let reply = """
            STEP 2 REPLY
            ENTRY_BEGIN
            MATCH qname
            ADJUST copy_id copy_query
            REPLY QR RD RA NOERROR
            SECTION QUESTION
            www.example.org. IN A
            SECTION ANSWER
            www.example.org. 300 IN A 192.0.2.77
            ENTRY_END

            """
        #expect(scenario(ask(1) + reply + expect(3, records: "www.example.org. IN A 192.0.2.77")).exitCode == .success)
        #expect(scenario(reply).text.contains("no query that waits at an upstream matches"))
    }

    @Test(arguments: ["TIMEOUT", "ERROR"])
    func `an upstream that fails often enough is told to the client`(event: String) {
        let events = (2..<12).map { "STEP \($0) \(event)\n" }.joined()
        let steps =
            ask(1, "other.example.org.") + events
            + expect(20, "other.example.org.", reply: "QR RD RA SERVFAIL", records: "")
        #expect(scenario(steps).text == "passed test.rpl: A test\n")
    }

    @Test func `an answer may sleep, and the client waits`() {
        let steps = """
            STEP 2 REPLY
            ENTRY_BEGIN
            MATCH qname
            ADJUST copy_id copy_query sleep=1
            REPLY QR RD RA NOERROR
            SECTION QUESTION
            www.example.org. IN A
            SECTION ANSWER
            www.example.org. 300 IN A 192.0.2.77
            ENTRY_END

            """
        let answer = expect(4, records: "www.example.org. IN A 192.0.2.77")
        let time = "STEP 5 TIME_PASSES EVAL ${1 - time}\n"
        #expect(scenario(ask(1) + steps + answer + time).text == "passed test.rpl: A test\n")
    }

    @Test func `without forwarders the most precise entry answers, and of equal ones the last`() {
        func entry(_ match: String, _ address: String) -> String {
            """
            ENTRY_BEGIN
            MATCH \(match)
            ADJUST copy_id copy_query
            REPLY QR NOERROR
            SECTION QUESTION
            www.example.org. IN A
            SECTION ANSWER
            www.example.org. IN A \(address)
            ENTRY_END

            """
        }
        let entries =
            entry("qname", "192.0.2.1") + entry("qname qtype CD", "192.0.2.2")
            + entry("qname qtype", "192.0.2.3") + entry("qtype qname", "192.0.2.4")
        for (flags, address) in [("RD", "192.0.2.4"), ("RD CD", "192.0.2.2")] {
            let report = ScenarioReport(
                "x.rpl",
                "SCENARIO_BEGIN x\nRANGE_BEGIN 0 9\n\(entries)RANGE_END\n" + ask(1, flags: flags)
                    + expect(2, reply: "QR \(flags) NOERROR", records: "www.example.org. IN A \(address)")
                    + "SCENARIO_END\n")
            #expect(report.text == "passed x.rpl: x\n")
        }
    }

    @Test func `RA is compared where the scenario speaks of it`() {
        #expect(scenario(ask(1) + expect(2, reply: "QR RD NOERROR")).exitCode == .success)
        let report = scenario(ask(1) + expect(2) + ask(3) + expect(4, reply: "QR RD NOERROR"))
        #expect(report.text.contains("step 4"))
    }

    @Test func `what a minimal answer leaves out need not be there, what it holds must be expected`() {
        let more =
            "www.example.org. IN A 192.0.2.1\nSECTION AUTHORITY\nexample.org. IN NS ns.example.org.\n"
            + "SECTION ADDITIONAL\nns.example.org. IN A 192.0.2.53"
        #expect(scenario(ask(1) + expect(2, records: more)).exitCode == .success)
        #expect(scenario(ask(1) + expect(2, records: "")).exitCode == .findings)
    }
}
