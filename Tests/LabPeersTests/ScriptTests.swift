import LabPeers
import Testing

@Suite struct ScriptTests {
    private static func problems(_ text: String) -> [String] {
        do throws(ScriptError) {
            _ = try Script(text)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `settings, comments and empty lines`() throws {
        let script = try Script(
            """
            # what it is
            certificate self-signed   # nobody vouches for it
            \ttransport doh

            tls 1.2
            tickets off
            streams 3
            seed 42
            """)
        #expect(script.certificate == .selfSigned && script.transport == .doh && script.version == .tls12)
        #expect(!script.issuesTickets && script.maximumStreams == 3 && script.seed == 42)
        #expect(try Script("") == .wellBehaved)
    }

    @Test(arguments: [
        ("certificate bad", "1:13: error: `bad` is not a kind: choose one of valid, expired,"),
        ("\n  nonsense", "2:3: error: `nonsense` is no setting: write certificate,"),
        ("answer: delay 5", "1:15: error: `5` is no time: write `250us`,"),
        ("answer: delay 9ms..3ms", "1:15: error: `9ms..3ms` is no time"),
        ("answer: delay 99999999999999999999s", "1:15: error:"),
        ("answer: delay 3601s", "1:15: error:"),
        ("answer 0: ignore", "1:8: error: `0` is no choice"),
        ("answer 5..2: ignore", "1:8: error: `5..2` is no choice"),
        ("answer 101%: ignore", "1:8: error: `101%` is no choice"),
        ("answer every: ignore", "1:13: error: `:` is not a step"),
        ("answer every 0: ignore", "1:14: error: `0` is not a step: write a number from 1 to"),
        ("after: close", "1:1: error: write `after answer`"),
        ("answer: close", "1:9: error: `close` is nothing that can happen there: choose one of delay,"),
        ("idle 4s: delay 3ms", "1:10: error: `delay` is nothing that can happen there: choose one of close,"),
        ("answer: send", "1:13: error: a message is missing"),
        ("answer: send file a", "1:19: error: `a`: no files are read here"),
        ("answer:", "1:8: error: an action is missing"),
        ("answer: status 99", "1:16: error: `99` is not a status: write a number from 200 to 599"),
        ("connection 2 answer 1: close", "1:14: error: `answer` does not belong here: `,` or `:` follows"),
        ("answer: keepalive", "1:18: error: a time is missing"),
        ("answer: keepalive 7201s", "1:19: error: `7201s` cannot be said: write a time in tenths of a second,"),
        ("answer: keepalive 150ms", "1:19: error: `150ms` cannot be said"),
        ("answer: keepalive bytes 65", "1:25: error: `65` is not a length: write a number from 0 to 64"),
        ("before answer: keepalive 1s", "1:16: error: `keepalive` is nothing that can happen there"),
        ("connection: stall now", "1:19: error: nothing can follow here: `now` is too much"),
    ])
    func `a mistake is told with its place and what to write`(text: String, told: String) {
        let problems = Self.problems(text)
        #expect(problems.count == 1 && problems[0].hasPrefix(told), "\(problems)")
    }

    @Test func `all mistakes are told at once, and not without end`() {
        #expect(Self.problems("a\nanswer: ignore\nb\n").map { $0.prefix(2) } == ["1:", "3:"])
        #expect(Self.problems(String(repeating: "a\n", count: 1_000)).count == 50)
        #expect(Self.problems(String(repeating: "#", count: 1 << 17)).count == 1)
    }

    @Test func `files are read where the script names them, and may be damaged`() throws {
        let text = "answer: send file good as question times 2"
        _ = try Script(text) { path throws(ScriptProblem.Unreadable) in path == "good" ? [0, 1, 7, 0, 2, 8, 9] : [] }
        let error = #expect(throws: ScriptError.self) { try Script(text) { _ in [0, 9, 1] } }
        #expect(error?.description == "1:19: error: `good`: the file ends within a message")
    }
}
