import Glibc
import TestSupport
import Testing

/// What clients get through the resolver is what they get from Debian's unbound behind it.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing), .enabled(if: Unbound.isInstalled, Unbound.missing))
struct UnboundTests {
    private let authority: TestAuthority
    private let unbound: Unbound
    private let daemon: ResolverDaemon

    init() throws {
        authority = try TestAuthority()
        unbound = try Unbound(identity: authority.issue(for: "dns.test"))
        daemon = try ResolverDaemon(UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath))
    }

    /// Equal are the response code, both sections of records as sets, the flags that belong to the answer, and the
    /// TTL within the two seconds that may have passed. The AA bit is the upstream's own and not compared.
    @Test func everyAnswerIsTheOneThatUnboundGives() throws {
        let questions = TestZone.questions + TestZone.absentQuestions
        let expected = DNSClient(port: unbound.plainPort).ask(questions)
        let mixed = questions.map(\.inMixedCase)

        for round in ["fresh", "cached"] {
            let answers = daemon.client.ask(mixed)
            let differences = zip(mixed, zip(answers, expected)).compactMap { question, pair in
                AnswerDifference.between(pair.0, pair.1, of: question).map { "\(round) \(question.name): \($0)" }
            }
            #expect(differences.isEmpty, "\(differences.count) of \(mixed.count): \(differences.prefix(5))")
        }
        #expect(try unbound.encryptedQueryCount() == questions.count, "each name is asked once, then cached")
    }

    @Test func overTCPTheAnswersAreTheSame() {
        let questions = stride(from: 0, to: TestZone.size, by: 25).map { Question(TestZone.name($0), .txt).inMixedCase }
        let direct = DNSClient(port: unbound.plainPort)
        for question in questions {
            let difference = AnswerDifference.between(
                daemon.client.askOverStream(question), direct.ask(question), of: question)
            #expect(difference == nil, "\(question.name)")
        }
    }

    @Test func anOutageCostsNoWrongAnswerAndEndsWithinTwoSeconds() throws {
        let cached = (0..<100).map { Question(TestZone.name($0)).inMixedCase }
        let expected = DNSClient(port: unbound.plainPort).ask(TestZone.questions.filter { $0.type == 1 })
        #expect(daemon.client.ask(cached).allSatisfy { $0?.responseCode == 0 })

        let probe = OutageProbe(port: daemon.port, expected: expected, firstName: 200)
        probe.run(for: .milliseconds(300))
        unbound.kill()
        probe.run(for: .seconds(1))
        #expect(daemon.client.ask(cached).allSatisfy { $0?.responseCode == 0 }, "cached names are answered without it")
        try unbound.start()
        let returned = Moment.now
        probe.run(for: .seconds(3))
        let outcome = probe.collect(for: .seconds(6), since: returned)

        #expect(outcome.wrong.isEmpty, "\(outcome.wrong)")
        #expect(outcome.unanswered.isEmpty, "\(outcome.unanswered)")
        #expect(outcome.failedLater(than: .seconds(2)).isEmpty, "fresh names are answered again")
        #expect(outcome.failed.isEmpty, "the outage was shorter than a query's budget: none is lost")
        #expect(outcome.succeeded > 200)
    }
}
