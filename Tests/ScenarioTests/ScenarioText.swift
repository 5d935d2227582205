import Scenario

/// A scenario with one forwarder that answers for `www.example.org`, around `steps`.
func scenario(
    _ steps: String, configuration: String = "", answer: String = "www.example.org. 300 IN A 192.0.2.1"
)
    -> ScenarioReport
{
    ScenarioReport(
        "test.rpl",
        """
        \(configuration)
        forward-zone:
            name: "."
            forward-addr: 198.51.100.1
        CONFIG_END
        SCENARIO_BEGIN A test
        RANGE_BEGIN 0 100
            ADDRESS 198.51.100.1
        ENTRY_BEGIN
        MATCH opcode qtype qname
        ADJUST copy_id
        REPLY QR RD RA NOERROR
        SECTION QUESTION
        www.example.org. IN A
        SECTION ANSWER
        \(answer)
        ENTRY_END
        RANGE_END
        \(steps)
        SCENARIO_END
        """)
}

/// A step that asks for an address.
func ask(_ step: Int, _ name: String = "www.example.org.", flags: String = "RD", client: String = "") -> String {
    """
    STEP \(step) QUERY \(client)
    ENTRY_BEGIN
    REPLY \(flags)
    SECTION QUESTION
    \(name) IN A
    ENTRY_END

    """
}

/// A step that expects an address.
func expect(
    _ step: Int, _ name: String = "www.example.org.", reply: String = "QR RD RA NOERROR", match: String = "all",
    records: String = "www.example.org. 300 IN A 192.0.2.1"
) -> String {
    """
    STEP \(step) CHECK_ANSWER
    ENTRY_BEGIN
    MATCH \(match)
    REPLY \(reply)
    SECTION QUESTION
    \(name) IN A
    SECTION ANSWER
    \(records)
    ENTRY_END

    """
}
