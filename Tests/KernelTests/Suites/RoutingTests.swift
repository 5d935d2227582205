import Glibc
import NetfilterBackend
import NetworkTypes
import Ruleset
import Testing

/// Packets that are routed again once their path is known: by that path's device, with that device's address, or not at
/// all. Each test of a table with something taken out shows what that was for.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct RoutingTests {
    /// Everybody's traffic goes by the tunnel, bob's does not.
    static let profile = text(roaming: "direct")

    static func text(roaming: String, upstream: String = "direct") -> String {
        """
        schema: enigm.network/1
        profile: { name: routing, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp"] }
          direct: { interfaces: [en0] }
        subjects: { roaming: { users: [bob] } }
        resolver:
          user: enigm-resolver
          upstreams:
            main: { tls: dns.example.net, addresses: [198.51.100.53, "2001:db8:100::53"], path: \(upstream) }
        default: { via: vpn }
        rules: { roam: { from: roaming, via: \(roaming) } }
        """
    }

    private static let byTunnel: [TruthRow] = ["198.51.100.80", "[2001:db8:100::80]"].flatMap { host in
        [
            TruthRow(.alice, .tcp, "\(host):443", .leaves(Ground.tunnel), "by the tunnel"),
            TruthRow(.alice, .udp, "\(host):443", .leaves(Ground.tunnel), "by the tunnel"),
            TruthRow(.eve, .ping, "\(host):0", .leaves(Ground.tunnel), "by the tunnel"),
        ]
    }
    private static let directly: [TruthRow] = ["198.51.100.80", "[2001:db8:100::80]"].flatMap { host in
        [
            TruthRow(.bob, .tcp, "\(host):443", .leaves(Ground.device), "directly"),
            TruthRow(.bob, .udp, "\(host):443", .leaves(Ground.device), "directly"),
        ]
    }

    @Test func everyRowHolds() throws {
        let rows = RoutingTests.byTunnel + RoutingTests.directly
        for (row, fate) in zip(rows, try RoutingTests.fates(of: rows)) { #expect(fate == row.expected, "\(row)") }
    }

    // MARK: - Addresses

    @Test func withoutMasqueradeTheFirstRoutesAddressGoesThroughTheTunnel() throws {
        let fates = try RoutingTests.fates(of: RoutingTests.byTunnel) {
            $0.mutate(chain: "nat_leaving") { $0.rules = [] }
        }
        #expect(
            fates.count == 6
                && fates.allSatisfy { if case .wrong(let text) = $0 { text.contains("address") } else { false } },
            "\(fates)")
    }

    /// A sender that takes the tunnel's address, or had it from a first route through the tunnel.
    @Test(arguments: [
        ("\(Ground.tunnelAddress4):0", "198.51.100.80:443"), ("[\(Ground.tunnelAddress6)]:0", "[2001:db8:100::80]:443"),
    ])
    func theTunnelsAddressStaysOffTheWire(source: String, destination: String) throws {
        #expect(try RoutingTests.bound(source, destination) { _ in } == [true])
        let leaked = try RoutingTests.bound(source, destination) { $0.mutate(chain: "nat_leaving") { $0.rules = [] } }
        #expect(leaked == [false])
    }

    /// Of each packet that the wire saw, whether it had the wire's address.
    private static func bound(
        _ source: String, _ destination: String, _ mutate: (inout Table) -> Void
    ) throws -> [Bool] {
        let (table, tunnels) = try mutated(mutate)
        return try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            let socket = GroundSocket(.udp, endpoint(destination).address.family, as: .bob)
            guard socket.bind(endpoint(source)) == 0 else { throw TwoNamespaces.Failure(description: "bind") }
            socket.send([1], to: endpoint(destination))
            return ground.takeSeen().map { $0.device == Ground.device && $0.isOfItsDevice }
        }
    }

    // MARK: - Devices

    /// In the output hook a packet shows the device of its first route to the end.
    @Test func judgedByDeviceInTheOutputHookEverythingIsRefused() throws {
        let fates = try RoutingTests.fates(of: RoutingTests.byTunnel) { table in
            let other = Match(.meta(.oifname), .notEqual(FieldValue(interfaceName: Ground.tunnel)))
            table.mutate(chain: "p_2") { $0.rules.insert(ChainRule(.match(other), .goto("refuse")), at: 0) }
        }
        #expect(fates.allSatisfy { $0 == .refused }, "\(fates)")
    }

    /// Without routing rules the packet goes its first way, and is dropped where it would leave.
    @Test func withoutTheJudgeOfDevicesAPathIsAnywhere() throws {
        let rows = RoutingTests.byTunnel.filter { $0.probe.kind == .udp }
        let kept = try RoutingTests.fates(of: rows, isRouted: false)
        #expect(kept.allSatisfy { $0 == .refused }, "\(kept)")
        let leaked = try RoutingTests.fates(of: rows, isRouted: false) {
            $0.mutate(chain: "leave") { $0.hook?.policy = .accept }
        }
        #expect(leaked.allSatisfy { $0 == .leaves(Ground.device) }, "\(leaked)")
    }

    /// The sender has its error at once, and nothing is on the wire.
    @Test func whileTheTunnelIsDownSendersAreTold() throws {
        let fates = try RoutingTests.fates(of: RoutingTests.byTunnel, isUp: false)
        #expect(fates.allSatisfy { $0 == .refused }, "\(fates)")
        let direct = try RoutingTests.fates(of: RoutingTests.directly, isUp: false)
        #expect(direct.allSatisfy { $0 == .leaves(Ground.device) }, "\(direct)")
    }

    /// The kernel does not hand the error of a missing route to a connection that begins.
    @Test func withTheUnreachableRouteAloneConnectionsWait() throws {
        let rows = RoutingTests.byTunnel.filter { $0.probe.kind == .tcp }
        let fates = try RoutingTests.fates(of: rows, isUp: false) { table in
            for index in table.sets.indices where table.sets[index].name == "down_paths" {
                table.sets[index].elements = []
            }
        }
        #expect(fates == [.lost, .lost])
    }

    /// What has begun goes on when the tunnel does.
    @Test func aConnectionOutlivesItsTunnelsPause() throws {
        let policy = try GroundPolicy(RoutingTests.profile)
        let (up, down, tunnels) = (policy.table(), policy.table(downDevices: [Ground.tunnel]), policy.tunnels)
        let outcome = try Ground.run { ground in
            try ground.apply(up, paths: tunnels)
            let socket = GroundSocket(.tcp, .v4, as: .alice)
            let connected = socket.connect(endpoint("198.51.100.80:443"))
            try ground.switchTunnel(on: false)
            try ground.apply(down, paths: tunnels)
            _ = ground.takeSeen()
            let refusal = socket.send([1])
            let seen = ground.takeSeen()
            try ground.switchTunnel(on: true)
            try ground.apply(up, paths: tunnels)
            return (connected, refusal, seen, socket.pendingError, socket.send([2]))
        }
        #expect(outcome.0 == 0 && outcome.1 == 0 && outcome.3 == 0 && outcome.4 == 0, "\(outcome)")
        #expect(outcome.2 == [])
    }

    // MARK: - First routes

    private static let noDefaultRoute = "route del default\nroute del ::/0\n"

    /// Marks are asked about only when a first route exists.
    @Test func whereTheMainTableHasNoDefaultRouteTheTunnelIsTheLastResort() throws {
        let fates = try RoutingTests.fates(of: RoutingTests.byTunnel, before: RoutingTests.noDefaultRoute)
        #expect(fates.allSatisfy { $0 == .leaves(Ground.tunnel) }, "\(fates)")
        let direct = try RoutingTests.fates(of: RoutingTests.directly, before: RoutingTests.noDefaultRoute)
        #expect(direct.allSatisfy { $0 == .refused }, "\(direct)")
        let without = try RoutingTests.fates(of: RoutingTests.byTunnel, before: RoutingTests.noDefaultRoute) {
            routing in
            routing.rules = routing.rules.filter { $0.priority < Routing.lastPriority }
        }
        #expect(without.allSatisfy { $0 == .refused }, "\(without)")
    }

    /// Or they would go round through the tunnel itself.
    @Test func theTunnelsOuterPacketsHaveNoLastResort() throws {
        let row = TruthRow(
            .root, .udp, "198.51.100.200:51820", .refused, "outer packets", sourcePort: 51_820, mark: 0x0E00_0000)
        #expect(try RoutingTests.fates(of: [row], before: RoutingTests.noDefaultRoute) == [.refused])
    }

    // MARK: - Bound sockets

    /// As the resolver does before it connects: the tunnel is the only way, also without the table.
    @Test(arguments: ["198.51.100.53:853", "[2001:db8:100::53]:853"], ["", noDefaultRoute])
    func aSocketThatIsBoundToTheTunnelLeavesByItOrNotAtAll(destination: String, commands: String) throws {
        let policy = try GroundPolicy(RoutingTests.text(roaming: "direct", upstream: "vpn"))
        let (table, tunnels) = (policy.table(), policy.tunnels)
        let outcome = try Ground.run { ground in
            if !commands.isEmpty { try ground.ip(commands) }
            let bare = RoutingTests.connect(destination, by: Ground.tunnel, on: ground)
            try ground.apply(table, paths: tunnels)
            return (
                bare, RoutingTests.connect(destination, by: Ground.tunnel, on: ground),
                RoutingTests.connect(destination, by: Ground.device, on: ground)
            )
        }
        #expect(outcome.0.devices.allSatisfy { $0 == Ground.tunnel }, "\(outcome)")
        #expect(outcome.1.error == 0 && Set(outcome.1.devices) == [Ground.tunnel], "\(outcome)")
        #expect(outcome.2.error != 0 && outcome.2.devices == [], "\(outcome)")
    }

    private static func connect(
        _ destination: String, by device: String, on ground: Ground
    ) -> (error: Int32, devices: [String]) {
        let socket = GroundSocket(.tcp, endpoint(destination).address.family, as: .resolver)
        socket.set(SOL_SOCKET, bindToDevice, Int32(if_nametoindex(device)))
        _ = ground.takeSeen()
        let error = socket.connect(endpoint(destination), milliseconds: 400)
        return (error, ground.takeSeen().map { $0.isOfItsDevice ? $0.device : "leak" })
    }

    /// SO_BINDTOIFINDEX of asm-generic/socket.h.
    private static let bindToDevice: Int32 = 62

    // MARK: - Answers

    /// Strict reverse path filtering asks by the mark of the flow, and only where it is told to.
    @Test(arguments: [(true, true, Int32(0)), (false, true, ETIMEDOUT), (true, false, ETIMEDOUT)])
    func answersPassAStrictFilter(restoresMarks: Bool, asksByMark: Bool, expected: Int32) throws {
        let (table, tunnels) = try RoutingTests.mutated { table in
            if !restoresMarks { table.mutate(chain: "restore_marks") { $0.rules = [] } }
        }
        let error = try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            ground.set("ipv4/conf/\(Ground.tunnel)/rp_filter", 1)
            ground.set("ipv4/conf/\(Ground.tunnel)/src_valid_mark", asksByMark ? 1 : 0)
            return GroundSocket(.tcp, .v4, as: .alice).connect(endpoint("198.51.100.80:443"), milliseconds: 400)
        }
        #expect(error == expected)
    }

    // MARK: - What is not routed again

    private static let dhcp = TruthRow(
        .root, .udp, "198.51.100.241:67", .leaves(Ground.device), "DHCP", sourcePort: 68)

    @Test func dhcpIsExempt() throws {
        #expect(try RoutingTests.fates(of: [RoutingTests.dhcp]) == [.leaves(Ground.device)])
        let fates = try RoutingTests.fates(of: [RoutingTests.dhcp]) { table in
            table.mutate(chain: "decide") { $0.rules.removeAll { $0.comment == "local: dhcp" } }
        }
        #expect(fates != [.leaves(Ground.device)])
    }

    @Test func neighbourDiscoveryIsExempt() throws {
        #expect(try RoutingTests.solicitation { _ in } == [Ground.device])
        let lost = try RoutingTests.solicitation { table in
            table.mutate(chain: "decide") { $0.rules.removeAll { $0.comment == "neighbour discovery" } }
        }
        #expect(lost == [])
    }

    /// Where a question for the wire's neighbour is seen.
    private static func solicitation(_ mutate: (inout Table) -> Void) throws -> [String] {
        let (table, tunnels) = try mutated(mutate)
        return try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            let socket = GroundSocket(.raw(protocolNumber: 58), .v6, as: .root, hopLimit: 255)
            _ = ground.takeSeen(wantsNoise: true)
            socket.send([135] + [UInt8](repeating: 0, count: 23), to: endpoint("[2001:db8:1::1]:0"))
            return ground.takeSeen(wantsNoise: true).filter { $0.protocolNumber == 58 }.map(\.device)
        }
    }

    // MARK: - Flows that change their path

    /// Masquerade drops one packet of it and forgets it; the next is a new flow, with the address of its new device.
    @Test func aDatagramFlowWhosePathChangesBeginsAnew() throws {
        let seen = try RoutingTests.moved { _ in }
        #expect(seen.dropFirst() == [[Ground.tunnel]] && seen[0].isEmpty, "\(seen)")
        let leaked = try RoutingTests.moved { $0.mutate(chain: "nat_leaving") { $0.rules = [] } }
        #expect(leaked.contains(["leak"]), "\(leaked)")
    }

    /// Where each of two datagrams is seen that bob sends after his rule was taken away.
    private static func moved(_ mutate: (inout Table) -> Void) throws -> [[String]] {
        let (first, tunnels) = try mutated(mutate)
        var second = try GroundPolicy(text(roaming: "vpn")).table(epoch: 8)
        mutate(&second)
        let next = second
        return try Ground.run { ground in
            try ground.apply(first, paths: tunnels)
            let socket = GroundSocket(.udp, .v4, as: .bob)
            socket.bind(endpoint("0.0.0.0:40000"))
            socket.send([1], to: endpoint("198.51.100.80:9000"))
            guard ground.takeSeen().map(\.device) == [Ground.device] else {
                throw TwoNamespaces.Failure(description: "the first policy sends it directly")
            }
            try ground.replace(next)
            return (0..<2).map { _ in
                _ = socket.pendingError
                socket.send([2], to: endpoint("198.51.100.80:9000"))
                return ground.takeSeen().map { $0.isOfItsDevice ? $0.device : "leak" }
            }
        }
    }

    // MARK: - Helpers

    private static func mutated(_ mutate: (inout Table) -> Void, isUp: Bool = true) throws -> (Table, [TunnelPath]) {
        let policy = try GroundPolicy(profile)
        var table = policy.table(downDevices: isUp ? [] : [Ground.tunnel])
        mutate(&table)
        return (table, policy.tunnels)
    }

    private static func fates(
        of rows: [TruthRow], isUp: Bool = true, isRouted: Bool = true, before commands: String = "",
        routing mutateRouting: @escaping @Sendable (inout Routing) -> Void = { _ in }
    ) throws -> [Probe.Fate] {
        try fates(of: rows, isUp: isUp, isRouted: isRouted, before: commands, routing: mutateRouting) { _ in }
    }

    /// What becomes of the rows, on ground where the `ip` commands have been run.
    private static func fates(
        of rows: [TruthRow], isUp: Bool = true, isRouted: Bool = true, before commands: String = "",
        routing mutateRouting: @escaping @Sendable (inout Routing) -> Void = { _ in }, mutate: (inout Table) -> Void
    ) throws -> [Probe.Fate] {
        let (table, tunnels) = try mutated(mutate, isUp: isUp)
        return try Ground.run { ground in
            if !commands.isEmpty { try ground.ip(commands) }
            if !isUp { try ground.switchTunnel(on: false) }
            var routing = Routing(paths: isRouted ? tunnels : [], devices: isUp ? [Ground.tunnel] : [])
            mutateRouting(&routing)
            try ground.route(routing)
            try ground.replace(table)
            return TruthTable.fates(of: rows, on: ground)
        }
    }
}
