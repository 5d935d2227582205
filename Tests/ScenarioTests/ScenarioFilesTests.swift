import LinuxIO
import Scenario
import TestSupport
import Testing

/// Whole files: our own, one a rule, and those of the field where they are there.
@Suite struct ScenarioFilesTests {
    private static let own = files(in: "\(Repository.root)/Tests/Scenarios")
    private static let field = Repository.corpora.map { files(in: "\($0)/rpl") } ?? []

    @Test func `there is a scenario for each rule`() { #expect(Self.own.count >= 10) }

    @Test(arguments: own)
    func `our own`(path: String) { play(path) }

    @Test(
        .enabled(if: !field.isEmpty, "no rpl files: name the directory above them in ENIGM_CORPORA"), arguments: field)
    func `those of the field`(path: String) { play(path) }

    private func play(_ path: String) {
        let report = ScenarioReport(path, TextFile.text(of: path))
        #expect(report.exitCode == .success, "\(report.text)")
    }

    private static func files(in directory: String) -> [String] {
        TextFile.names(in: directory).filter { $0.hasSuffix(".rpl") }.sorted().map { "\(directory)/\($0)" }
    }
}
