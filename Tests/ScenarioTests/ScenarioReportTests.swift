import LinuxIO
import Scenario
import Testing

@Suite struct ScenarioReportTests {
    @Test func `a scenario that goes as written passes`() {
        let report = scenario(ask(1) + expect(2))
        #expect(report.exitCode == .success)
        #expect(report.text == "passed test.rpl: A test\n")
    }

    @Test func `the first step that fails is shown with what differs`() {
        let report = scenario(ask(1) + expect(2, records: "www.example.org. 300 IN A 192.0.2.9") + expect(3))
        #expect(report.exitCode == .findings)
        let lines = report.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "failed test.rpl:25: step 2: the client got another answer")
        #expect(lines.contains("    - answer: www.example.org. IN A 192.0.2.9"))
        #expect(lines.contains("    + answer: www.example.org. IN A 192.0.2.1"))
        #expect(lines.contains("      question: www.example.org. IN A"))
    }

    @Test func `an answer that never comes is told`() {
        let report = scenario(expect(2))
        #expect(report.exitCode == .findings)
        #expect(report.text.hasPrefix("failed test.rpl:19: step 2: the client got no answer\n    - "))
    }

    @Test(arguments: [
        ("STEP 1 CHECK_AUTOTRUST example.org.", "STEP CHECK_AUTOTRUST"), ("GARBAGE 1", "GARBAGE"),
        ("STEP 1 QUERY\nENTRY_BEGIN\nMATCH serial=3\nENTRY_END", "MATCH serial=3"),
        ("STEP 1 QUERY\nENTRY_BEGIN\nADJUST copy_moon\nENTRY_END", "ADJUST copy_moon"),
        ("STEP 1 QUERY\nENTRY_BEGIN\nREPLY XX\nENTRY_END", "REPLY XX"),
        ("STEP 1 QUERY\nENTRY_BEGIN\nSECTION EXTRA\nENTRY_END", "SECTION EXTRA"),
    ])
    func `what is not supported is named with its line`(steps: String, directive: String) {
        let report = scenario(steps)
        #expect(report.exitCode == .wrongUsage)
        #expect(report.text.hasPrefix("unsupported test.rpl:"))
        #expect(report.text.hasSuffix(": `\(directive)` is not supported\n"))
    }

    @Test func `an option that would change the scenario is refused by name, others are passed over`() {
        let refused = scenario("", configuration: "server:\n trust-anchor: \"example.org. DS 1 2 3 4\"")
        #expect(refused.text == "unsupported test.rpl:2: `trust-anchor` is not supported\n")
        #expect(scenario("", configuration: "server:\n qname-minimisation: no\n do-ip6: no").exitCode == .success)
    }

    @Test(arguments: [
        ("STEP 1 QUERY", "`ENTRY_BEGIN` is missing"), ("STEP", "`STEP` takes"),
        ("RANGE_BEGIN 5", "`RANGE_BEGIN` takes"), ("STEP 1 TIME_PASSES ELAPSE soon +", "`soon +` is no number"),
        (ask(1, "a..b"), "`a..b IN A` is no question"),
        (expect(1, records: "www.example.org. 300 IN A 192.0.2"), "`192.0.2` is no IPv4 address"),
    ])
    func `what cannot be read is told with its line`(steps: String, reason: String) {
        let report = scenario(steps)
        #expect(report.exitCode == .wrongUsage)
        #expect(report.text.hasPrefix("malformed test.rpl:"))
        #expect(report.text.contains(reason), "\(report.text)")
    }

    @Test func `a file that ends too early is told`() {
        #expect(ScenarioReport("x.rpl", "").text == "malformed x.rpl:1: there is no `SCENARIO_BEGIN`\n")
        let report = ScenarioReport("x.rpl", "SCENARIO_BEGIN\nSTEP 1 QUERY\nENTRY_BEGIN\n")
        #expect(report.text == "malformed x.rpl:3: the file ends before `ENTRY_END`\n")
    }
}
