import CanonicalJSON
import KernelTestSupport
import ServiceHost
import TestSupport
import Testing

/// The routing of paths with tunnels, which the daemon keeps beside the table: put there, followed, repaired and taken
/// away, and nothing of others' touched.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"), .serialized)
struct RoutingTests {
    private static let paths = [
        "vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: [\"203.0.113.7:51820/udp\"] }"
    ]
    private static let rules = ["far: { from: any, to: { ports: [80/tcp] }, via: vpn }"]

    private static func bundle(version: Int = 1) throws -> [UInt8] {
        try TestPolicy.bundle(version: version, rules: rules, paths: paths)
    }

    private static let ownRules = [
        "532:\tfrom all fwmark 0x2000000/0xf000000 lookup 530002 proto 153",
        "53000:\tfrom all fwmark 0xe000000/0xf000000 unreachable proto 153",
        "53001:\tfrom all lookup 530000 proto 153",
    ]
    private static let foreignRule = "100:\tfrom 192.0.2.0/24 lookup main"

    @Test func theRoutingComesAndGoesWithTheBundle() throws {
        try KernelNamespace.run {
            RoutingTests.ip("rule add pref 100 from 192.0.2.0/24 lookup main")
            RoutingTests.ip("link add wg0 type veth peer name other0", "link set wg0 up", "link set other0 up")
            RoutingTests.ip("route add 203.0.113.0/24 dev wg0", "route add unreachable 198.51.100.0/24 table 7")
            let before = RoutingTests.listing()
            let daemon = try TestEnforcer(try RoutingTests.bundle())
            for family in ["-4", "-6"] {
                #expect(RoutingTests.rules(family).filter { $0.contains("proto 153") } == RoutingTests.ownRules)
                let routes = RoutingTests.lines(family, "route", "show", "table", "530002")
                #expect(routes.contains { $0.hasPrefix("default dev wg0 proto 153 ") && $0.contains("metric 1") })
                #expect(routes.contains { $0.hasPrefix("unreachable default ") && $0.contains("metric 4294967295") })
                #expect(routes.count == 2)
                let last = RoutingTests.lines(family, "route", "show", "table", "530000")
                #expect(last.count == 1 && last[0].hasPrefix("default dev wg0 "))
            }
            #expect(RoutingTests.rules("-4").contains(RoutingTests.foreignRule))
            let next = daemon.put(try TestPolicy.bundle(version: 2), named: "next")
            #expect(daemon.policy("apply", next).status == .exited(0))
            #expect(RoutingTests.listing() == before)
            #expect(try daemon.status()["driftCount"]?.integer == 0)
        }
    }

    @Test(arguments: [
        "rule del pref 532", "-6 rule del pref 532", "rule del pref 53000", "route flush table 530002",
        "-6 route del unreachable default table 530002 metric 4294967295",
        "rule add pref 533 fwmark 0x3000000/0xf000000 lookup 530003 proto 153",
        "route add unreachable default table 530005 metric 4294967295 proto 153",
    ])
    func whatOthersChangeIsPutBack(command: String) throws {
        try KernelNamespace.run {
            RoutingTests.ip("link add wg0 type veth peer name other0", "link set wg0 up", "link set other0 up")
            let daemon = try TestEnforcer(try RoutingTests.bundle())
            let before = RoutingTests.listing()
            RoutingTests.ip(command)
            #expect(daemon.waitForAudit(.repaired))
            #expect(Moment.wait(.seconds(5)) { RoutingTests.listing() == before })
            let status = try daemon.status()
            #expect(status["state"]?.string == "enforced", "\(status)")
            // A flush goes round until it finds nothing: when it meets the repair, it has meddled twice.
            let rounds: ClosedRange<Int64> = command.contains("flush") ? 1...8 : 1...1
            #expect(rounds.contains(status["driftCount"]?.integer ?? 0), "\(status)")
            let change = status["lastDrift"]?.object?["changes"]?.array?.first?.string
            #expect(change?.contains("IPv") == true, "\(status)")
        }
    }

    /// A tunnel that goes takes its route along, and senders are told; when it comes back, so does the route.
    @Test func routesFollowTheirDevice() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try RoutingTests.bundle())
            let isRouted = {
                RoutingTests.lines("route", "show", "table", "530002").contains { $0.contains("dev wg0") }
            }
            let isCalledDown = { TestEnforcer.ruleset().contains("elements = { 0x02000000 }") }
            #expect(!isRouted() && isCalledDown())
            let up = ["link add wg0 type veth peer name other0", "link set wg0 up", "link set other0 up"]
            for (commands, isUp) in [
                (up, true), (["link set wg0 down"], false), (["link set wg0 up"], true), (["link del wg0"], false),
                (up, true),
            ] {
                for command in commands { RoutingTests.ip(command) }
                let isSettled = Moment.wait(.seconds(5)) { isRouted() == isUp && isCalledDown() == !isUp }
                #expect(isSettled, "\(commands)")
            }
            #expect(try daemon.status()["driftCount"]?.integer == 0, "a device is nobody's meddling")
        }
    }

    @Test func aRestartFindsWhatIsThere() throws {
        try KernelNamespace.run {
            RoutingTests.ip("link add wg0 type veth peer name other0", "link set wg0 up", "link set other0 up")
            let scratch = ScratchDirectory()
            var daemon: TestEnforcer? = try TestEnforcer(try RoutingTests.bundle(), scratch: scratch)
            let before = RoutingTests.listing()
            daemon?.process.signal(15)
            #expect(daemon?.process.wait() == .exited(0))
            daemon = nil
            #expect(RoutingTests.listing() == before, "it stays, as the table does")
            RoutingTests.ip("rule del pref 532")
            let next = try TestEnforcer(try RoutingTests.bundle(), scratch: scratch)
            #expect(next.process.standardError.contains("adopted"))
            #expect(RoutingTests.listing() == before)
        }
    }

    @Test func whatOthersMakeThatCanSpoilItIsNamed() throws {
        try KernelNamespace.run {
            RoutingTests.ip("link add wg0 type veth peer name other0", "link set wg0 up", "link set other0 up")
            // As wg-quick does without `Table = off`.
            RoutingTests.ip("rule add not fwmark 51820 table 51820 pref 32765")
            RoutingTests.ip("route add 192.0.2.0/24 dev wg0 table 530002")
            let path = "/proc/sys/net/ipv4/conf/wg0/rp_filter"
            TextFile.write(Array("1".utf8), to: path)
            let daemon = try TestEnforcer(try RoutingTests.bundle())
            let status = try daemon.status()
            #expect(status["state"]?.string == "degraded")
            let reasons = (status["reasons"]?.array ?? []).compactMap(\.string)
            for part in [
                "routing rule 32765 sends packets to table 51820", "route in table 530002", "rp_filter is strict",
            ] {
                #expect(reasons.contains { $0.contains(part) }, "\(part): \(reasons)")
            }
            #expect(RoutingTests.rules("-4").contains { $0.hasPrefix("32765:") })
            #expect(RoutingTests.lines("route", "show", "table", "530002").contains { $0.hasPrefix("192.0.2.0/24") })
        }
    }

    private static func ip(_ commands: String...) {
        for command in commands {
            let result = CommandResult.run("ip", command.split(separator: " ").map(String.init))
            #expect(result.status == .exited(0), "ip \(command): \(result.errors)")
        }
    }

    private static func lines(_ arguments: String...) -> [String] {
        CommandResult.run("ip", arguments).outputLines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func rules(_ family: String) -> [String] { lines(family, "rule", "show") }

    /// Every rule, and every route of every table but the kernel's own.
    private static func listing() -> [String] {
        ["-4", "-6"].flatMap { family in
            rules(family) + lines(family, "route", "show", "table", "all").filter { !$0.contains("table local") }
        }.sorted()
    }
}
