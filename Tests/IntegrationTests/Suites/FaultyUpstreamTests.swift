import TestSupport
import Testing

/// An upstream's faults cost time at most: no wrong answer, and no query lost that had time left.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct FaultyUpstreamTests {
    /// Beside what each script of the lab shows one question at a time.
    static let scripts = [
        "closes-after-each-answer", "cuts-after-each-answer", "closes-instead-of-an-answer", "closes-when-idle",
        "wrong-id-first", "wrong-question-first", "repeats", "slow", "tls-1.2-without-tickets",
    ]

    /// A reset takes with it the answers that were on their way: it is survived by those that wait alone.
    @Test(arguments: scripts)
    func twentyAtATimeAreAnsweredRightly(script: String) throws {
        let upstream = try LabUpstream(["--script", "\(LabScript.directory)/\(script).script"])
        let daemon = try ResolverDaemon(upstream.profile)
        defer { withExtendedLifetime(upstream) {} }
        let questions = (0..<60).map { Question("many\($0).wild.lab.example").inMixedCase }
        #expect(wrong(daemon.client.ask(questions, window: 20)).isEmpty)
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
