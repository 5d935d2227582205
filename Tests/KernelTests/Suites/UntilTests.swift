import LinuxIO
import NetworkTypes
import ProfileModel
import Testing

/// Rules that end, by the kernel's own clock.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct UntilTests {
    private static func profile(until end: Int64) -> String {
        """
        schema: enigm.network/1
        profile: { name: until, version: 1 }
        subjects: { browser: { users: [alice] } }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules:
          web: { from: browser, to: { ports: [80/tcp, 80/udp] }, via: direct, until: "\(Timestamp(secondsSinceEpoch: end))" }
          no-web: { from: any, to: { ports: [8080/tcp] }, block: true, until: "\(Timestamp(secondsSinceEpoch: end))" }
          roam: { from: any, to: { ports: [8080/tcp] }, via: direct }
        """
    }

    /// Flows that the rule has let out end with it, and what it has blocked begins, with nobody touching the table.
    @Test func theKernelEndsARuleByItself() throws {
        let end = WallClock.unixSeconds + 3
        let table = try GroundPolicy(UntilTests.profile(until: end)).table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let (stream, datagrams) = (GroundSocket(.tcp, .v4, as: .alice), GroundSocket(.udp, .v6, as: .alice))
            let before = [
                stream.connect(endpoint("198.51.100.80:80")),
                datagrams.send([1], to: endpoint("[2001:db8:100::80]:80")),
                GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.80:8080")),
            ]
            while WallClock.unixSeconds < end { MonotonicClock.sleep(milliseconds: 20) }
            _ = ground.takeSeen()
            stream.send([2])
            datagrams.send([2], to: endpoint("[2001:db8:100::80]:80"))
            let leaked = ground.takeSeen().filter { $0.destinationPort == 80 }
            let after = [
                GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.80:80")),
                datagrams.send([3], to: endpoint("[2001:db8:100::80]:80")),
                GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.80:8080")),
            ]
            return (before, leaked, after)
        }
        #expect(outcome.0[0] == 0 && outcome.0[1] == 0 && outcome.0[2] != 0, "\(outcome.0)")
        #expect(outcome.1.isEmpty)
        #expect(outcome.2[0] != 0 && outcome.2[1] != 0 && outcome.2[2] == 0, "\(outcome.2)")
    }
}
