import TestSupport
import Testing

/// An upstream's faults cost time at most: no wrong answer, and no query lost that had time left.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct FaultyUpstreamTests {
    static let faults: [[String]] = [
        [],
        ["--end-after-answers", "1"],
        ["--end-after-answers", "1", "--ending", "cut"],
        ["--end-before-answer", "4"],
        ["--end-after-idle", "20"],
        ["--wrong-id-first"],
        ["--wrong-question-first"],
        ["--repeat-answers"],
        ["--delay", "150"],
        ["--tls12", "--no-tickets", "--end-after-answers", "2"],
    ]

    /// A reset takes with it the answers that were on their way: of several queries that wait together none is answered.
    static let resets: [[String]] = [
        ["--end-after-answers", "3", "--ending", "reset"],
        ["--end-before-answer", "4", "--ending", "reset"],
        ["--end-after-idle", "20", "--ending", "reset"],
    ]

    @Test(arguments: faults)
    func everyQueryIsAnsweredRightly(fault: [String]) throws {
        let upstream = try LabUpstream(fault)
        let daemon = try ResolverDaemon(upstream.profile)
        defer { withExtendedLifetime(upstream) {} }

        #expect(wrong(oneByOne(daemon)).isEmpty, "one by one")
        let questions = (0..<60).map { Question("many\($0).wild.lab.example").inMixedCase }
        #expect(wrong(daemon.client.ask(questions, window: 20)).isEmpty, "twenty at a time")
    }

    @Test(arguments: resets)
    func resetsLoseNoQueryThatWaitsAlone(fault: [String]) throws {
        let upstream = try LabUpstream(fault)
        let daemon = try ResolverDaemon(upstream.profile)
        defer { withExtendedLifetime(upstream) {} }
        #expect(wrong(oneByOne(daemon)).isEmpty)
    }

    private func oneByOne(_ daemon: ResolverDaemon) -> [Answer?] {
        (0..<12).map { number in
            Moment.sleep(.milliseconds(number % 4 * 15))
            return daemon.client.ask(Question("one\(number).wild.lab.example"))
        }
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
        defer { withExtendedLifetime((silent, good)) {} }
        #expect(wrong((0..<5).map { daemon.client.ask(Question("next\($0).wild.lab.example")) }).isEmpty)
        let statistics = try daemon.statistics()
        #expect(statistics.upstreams.map(\.answered).last ?? 0 >= 5)
    }

    /// What came back where the right answer should have.
    private func wrong(_ answers: [Answer?]) -> [String] {
        answers.compactMap { answer in
            guard let answer else { return "no answer" }
            if answer.responseCode == 0, answer.answerSet.map(\.data) == [[198, 51, 100, 30]] { return nil }
            return "rcode \(answer.responseCode), \(answer.extendedErrors.map(\.text))"
        }
    }
}
