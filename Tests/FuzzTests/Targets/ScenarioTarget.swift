import Scenario

extension FuzzTarget {
    /// A scenario: played to its end or refused, with a verdict and the line that it is about; the same when it is played
    /// again.
    static let scenario = FuzzTarget(name: "scenario") { bytes in
        // No scenario is as long as this, and a step may wait half a minute of its clock.
        guard bytes.count <= 16_384 else { return }
        let contents = String(decoding: bytes, as: UTF8.self)
        let report = ScenarioReport("file", contents)
        let verdict = report.text.prefix { $0 != " " }
        try hold(["passed", "failed", "unsupported", "malformed"].contains(verdict), "no verdict: \(report.text)")
        try hold(report.text.utf8.last == UInt8(ascii: "\n"), "an unfinished line: \(report.text)")
        if verdict != "passed" {
            let number = report.text.dropFirst(verdict.count + " file:".count).prefix { $0.isNumber }
            let lines = contents.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            try hold(Int(number).map { (1...lines + 1).contains($0) } == true, "no line of it: \(report.text)")
        }
        let again = ScenarioReport("file", contents)
        try hold(again.text == report.text && again.exitCode == report.exitCode, "another outcome: \(again.text)")
    }
}
