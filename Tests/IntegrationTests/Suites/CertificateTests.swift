import TestSupport
import Testing

/// An upstream that cannot prove who it is gets no query, and clients learn why they get no answer.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing), .enabled(if: Unbound.isInstalled, Unbound.missing))
struct CertificateTests {
    enum Flaw: CaseIterable {
        case wrongName
        case expired
        case foreignAuthority

        /// A word that the explanation must hold.
        var reason: String {
            switch self {
            case .wrongName: "name"
            case .expired: "expired"
            case .foreignAuthority: "trusted authority"
            }
        }

        func identity(from authority: TestAuthority) throws -> TestAuthority.Identity {
            switch self {
            case .wrongName: try authority.issue(for: "other.test")
            case .expired: try authority.issue(for: "dns.test", days: -1)
            case .foreignAuthority: try TestAuthority(named: "Foreign CA").issue(for: "dns.test")
            }
        }
    }

    @Test(arguments: Flaw.allCases)
    func noQueryLeavesAndTheReasonIsToldAndCounted(flaw: Flaw) throws {
        let authority = try TestAuthority()
        let unbound = try Unbound(identity: flaw.identity(from: authority))
        let daemon = try ResolverDaemon(UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath))

        let answer = try #require(daemon.client.ask(Question(TestZone.name(1))))
        #expect(answer.responseCode == 2)
        #expect(answer.extendedErrors.contains { $0.text.contains(flaw.reason) }, "\(answer.extendedErrors)")
        #expect(try unbound.encryptedQueryCount() == 0)

        let statistics = try daemon.statistics()
        #expect(statistics.upstreams.first?.answered == 0)
        #expect(statistics.upstreams.first?.lastFailure?.contains(flaw.reason) == true, "\(statistics.upstreams)")
        let counted = statistics.counters.filter { $0.key.lowercased().contains("certificate") && $0.value > 0 }
        #expect(!counted.isEmpty, "\(statistics.counters)")
    }

    @Test(.enabled(if: Repository.hasTool("dig"), "no `dig`: run `make deps`"))
    func digShowsTheExtendedError() throws {
        let authority = try TestAuthority()
        let unbound = try Unbound(identity: authority.issue(for: "dns.test", days: -1))
        let daemon = try ResolverDaemon(UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath))
        defer { withExtendedLifetime(unbound) {} }
        let dig = CommandResult.run("dig", ["@127.0.0.1", "-p", "\(daemon.port)", TestZone.name(1), "A"])
        #expect(dig.output.contains("status: SERVFAIL"), "\(dig.output)")
        #expect(dig.outputLines.contains { $0.contains("EDE: ") && $0.contains("expired") }, "\(dig.output)")
    }
}
