import TestSupport
import Testing

/// What clients get through the resolver is what the zone holds, whichever of Debian's servers is the upstream, over
/// TLS and over HTTPS.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: InteropServer.areInstalled, InteropServer.missing))
struct InteropTests {
    private let authority: TestAuthority
    private let backend: InteropServer

    init() throws {
        authority = try TestAuthority()
        backend = try InteropServer(.unbound, identity: authority.issue(for: "dns.test"))
    }

    @Test(arguments: InteropServer.Product.allCases)
    func everyKindOfAnswerComesOverBoth(product: InteropServer.Product) throws {
        let server =
            product == .unbound
            ? backend
            : try InteropServer(
                product, identity: authority.issue(for: "dns.test"), backendPort: backend.plainPort)
        let direct = DNSClient(port: backend.plainPort)
        for path in [nil, InteropServer.path] {
            let port = path == nil ? server.tlsPort : server.httpsPort
            let daemon = try ResolverDaemon(
                UpstreamProfile(port: port, authority: authority.certificatePath, path: path))
            for question in InteropZone.questions {
                let mixed = question.inMixedCase
                let difference = AnswerDifference.between(
                    daemon.client.askOverStream(mixed), direct.askOverStream(mixed), of: mixed)
                #expect(difference == nil, "\(product) \(path ?? "over TLS"): \(question.name) \(question.type)")
            }
            let counters = try daemon.statistics().counters
            #expect(counters.filter { $0.key.hasPrefix("upstream-failures") }.isEmpty, "\(product): \(counters)")
        }
    }
}
