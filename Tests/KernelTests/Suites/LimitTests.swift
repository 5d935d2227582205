import NetworkTypes
import Testing

/// How often flows may begin, where the kernel counts.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct LimitTests {
    private static let profile = """
        schema: enigm.network/1
        profile: { name: limit, version: 1 }
        subjects: { browser: { users: [alice] } }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules:
          web: { from: browser, to: { ports: [80/tcp, 443/tcp, 443/udp] }, via: direct, limit: 3/day }
          roam: { from: any, to: { ports: [8080/tcp] }, via: direct }
        """

    /// Families and transports share the limit, flows that have begun go on, and nobody else's are counted.
    @Test func flowsBeyondTheLimitAreRefused() throws {
        let table = try GroundPolicy(LimitTests.profile).table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let first = GroundSocket(.tcp, .v4, as: .alice)
            let (second, third) = (GroundSocket(.tcp, .v6, as: .alice), GroundSocket(.udp, .v4, as: .alice))
            let begun = [
                first.connect(endpoint("198.51.100.80:80")), second.connect(endpoint("[2001:db8:100::80]:443")),
                third.send([1], to: endpoint("198.51.100.80:443")),
            ]
            let refused = [
                GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.81:80")),
                GroundSocket(.udp, .v6, as: .alice).send([1], to: endpoint("[2001:db8:100::80]:443")),
            ]
            let others = [
                GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.80:8080")),
                GroundSocket(.tcp, .v4, as: .bob).connect(endpoint("198.51.100.80:8080")),
            ]
            _ = ground.takeSeen()
            let goesOn = [first.send([2]), second.send([2]), third.send([2], to: endpoint("198.51.100.80:443"))]
            return (begun, refused, others, goesOn, Set(ground.takeSeen().map(\.destinationPort)))
        }
        #expect(outcome.0 == [0, 0, 0])
        #expect(outcome.1.allSatisfy { $0 != 0 }, "\(outcome.1)")
        #expect(outcome.2 == [0, 0])
        #expect(outcome.3 == [0, 0, 0])
        #expect(outcome.4 == [80, 443])
    }
}
