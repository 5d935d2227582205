import TestSupport
import Testing

@Suite(.serialized, .enabled(if: Unbound.isInstalled, Unbound.missing))
struct UnboundFixtureTests {
    @Test func theUpstreamAnswersItsWholeZoneDirectly() throws {
        let authority = try TestAuthority()
        let identity = try authority.issue(for: "dns.test")
        let unbound = try Unbound(certificate: identity.certificate, key: identity.key, records: TestZone.records)
        let answers = DNSClient(port: unbound.plainPort).ask(TestZone.questions)
        #expect(answers.count == 6_000)
        #expect(answers.allSatisfy { $0?.responseCode == 0 && $0?.answers.isEmpty == false })
        #expect(try unbound.encryptedQueryCount() == 0)
    }
}
