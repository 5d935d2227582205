import TestSupport
import Testing

/// An upstream's faults cost time at most: no wrong answer, and no query lost that had time left.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct FaultyUpstreamTests {
    static let faults: [[String]] = [
        [],
        ["--end-after-answers", "1"],
        ["--end-after-answers", "1", "--ending", "cut"],
        ["--end-after-answers", "3", "--ending", "reset"],
        ["--end-before-answer", "4"],
        ["--end-before-answer", "4", "--ending", "reset"],
        ["--end-after-idle", "20"],
        ["--wrong-id-first"],
        ["--wrong-question-first"],
        ["--repeat-answers"],
        ["--delay", "150"],
        ["--tls12", "--no-tickets", "--end-after-answers", "2"],
    ]

    @Test(arguments: faults)
    func everyQueryIsAnsweredRightly(fault: [String]) throws {
        let upstream = try LabUpstream(fault)
        let daemon = try ResolverDaemon(upstream.profile)

        for number in 0..<8 {
            expectRight(daemon.client.ask(Question("one\(number).wild.lab.example")), fault)
            Moment.sleep(.milliseconds(number % 4 * 15))
        }
        let together = (0..<60).map { Question("many\($0).wild.lab.example").inMixedCase }
        for answer in daemon.client.ask(together, window: 20) { expectRight(answer, fault) }
    }

    @Test func aStalledUpstreamGivesWayToTheNext() throws {
        let silent = try LabUpstream(["--silent"])
        let good = try LabUpstream([])
        let daemon = try ResolverDaemon(
            profile: """
                schema: enigm.network/1
                profile: { name: two-upstreams, version: 1 }
                resolver:
                  upstreams:
                    silent: { tls: dns.lab.example, addresses: [127.0.0.1], port: \(silent.port), ca: \(silent.authority), path: direct }
                    good: { tls: dns.lab.example, addresses: [127.0.0.1], port: \(good.port), ca: \(good.authority), path: direct }
                  selection: ordered
                default: { via: direct }

                """)
        for number in 0..<5 { expectRight(daemon.client.ask(Question("next\(number).wild.lab.example")), ["--silent"]) }
        let statistics = try daemon.statistics()
        #expect(statistics.upstreams.map(\.answered).last ?? 0 >= 5)
    }

    private func expectRight(_ answer: Answer?, _ fault: [String]) {
        #expect(answer?.responseCode == 0, "\(fault): \(answer?.extendedErrors.map(\.text) ?? ["no answer"])")
        #expect(answer?.answerSet.map(\.data) == [[198, 51, 100, 30]], "\(fault)")
    }
}
