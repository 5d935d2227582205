import Glibc
import NetworkTypes
import Ruleset
import TestSupport
import Testing

/// What containers send, forwarded by this machine or not: real senders in namespaces of their own, behind devices that
/// stand for bridges.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct ContainerTests {
    private static let profile = """
        schema: enigm.network/1
        profile: { name: containers, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp"] }
          direct: { interfaces: [en0] }
        subjects:
          boxes: { interfaces: [docker0] }
          lab: { interfaces: [virbr0] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
          views: { default: { upstreams: [main] }, lab: { upstreams: [main], port: 5301 } }
        default: { via: direct }
        rules:
          web: { from: boxes, to: { ports: [80/tcp, 443/tcp, 443/udp] }, via: direct }
          ping: { from: boxes, to: { icmp: [echo-request] }, via: direct }
          out: { from: lab, via: vpn }
          printer: { from: any, to: { ports: [631/tcp] }, via: direct }
          no-smb: { from: any, to: { ports: [445/tcp] }, block: true }
        local: { inbound: [22/tcp] }
        """

    private static let (boxes, lab) = ("docker0", "virbr0")
    private static let wire = Probe.Fate.leaves(Ground.device)
    private static let tunnel = Probe.Fate.leaves(Ground.tunnel)

    /// Of each family the same.
    private static let rows: [ContainerRow] =
        [
            ("198.51.100.80", "172.17.0.1", "172.18.0.2", "198.51.100.242", "9.9.9.9"),
            ("[2001:db8:100::80]", "[2001:db8:17::1]", "[2001:db8:18::2]", "[2001:db8:1::2]", "[2620:fe::fe]"),
        ].flatMap { remote, host, other, hostsWire, service in
            [
                ContainerRow(boxes, .tcp, "\(remote):443", wire, "rule web"),
                ContainerRow(boxes, .udp, "\(remote):443", wire, "rule web"),
                ContainerRow(boxes, .ping, "\(remote):0", wire, "rule ping"),
                ContainerRow(boxes, .tcp, "\(remote):8080", .refused, "a port of no rule: the default is not theirs"),
                ContainerRow(boxes, .udp, "\(remote):8080", .refused, "a port of no rule: the default is not theirs"),
                ContainerRow(boxes, .tcp, "\(remote):631", .refused, "rules for any are not theirs"),
                ContainerRow(lab, .tcp, "\(remote):8080", tunnel, "rule out"),
                ContainerRow(lab, .udp, "\(remote):9000", tunnel, "rule out"),
                ContainerRow(lab, .ping, "\(remote):0", tunnel, "rule out"),
                ContainerRow(lab, .tcp, "\(remote):445", .refused, "rule no-smb is for all"),
                ContainerRow(boxes, .udp, "\(remote):53", .service(5300), "name resolution, in everybody's view"),
                ContainerRow(boxes, .tcp, "\(remote):53", .service(5300), "name resolution, in everybody's view"),
                ContainerRow(boxes, .udp, "\(host):53", .service(5300), "name resolution, asked of this machine"),
                ContainerRow(lab, .udp, "\(remote):53", .service(5301), "name resolution, in its own view"),
                ContainerRow(lab, .tcp, "\(host):53", .service(5301), "name resolution, in its own view"),
                ContainerRow(boxes, .tcp, "\(remote):853", .refused, "DNS over TLS"),
                ContainerRow(lab, .tcp, "\(remote):853", .refused, "DNS over TLS"),
                ContainerRow(lab, .udp, "\(remote):853", .refused, "DNS over QUIC"),
                ContainerRow(lab, .udp, "\(remote):5353", .refused, "multicast DNS"),
                ContainerRow(boxes, .tcp, "\(service):443", .refused, "known DNS over HTTPS"),
                ContainerRow(lab, .udp, "\(service):443", .refused, "known DNS over HTTP/3"),
                ContainerRow(boxes, .tcp, "\(host):22", .service(22), "local: inbound"),
                ContainerRow(boxes, .tcp, "\(host):8099", .lost, "this machine is closed"),
                ContainerRow(boxes, .udp, "\(host):8099", .lost, "this machine is closed"),
                ContainerRow(boxes, .tcp, "\(hostsWire):8099", .lost, "this machine is closed"),
                ContainerRow(boxes, .udp, "\(host):5300", .lost, "the hidden port, directly"),
                ContainerRow(boxes, .tcp, "\(host):5301", .lost, "another view's hidden port"),
                ContainerRow(boxes, .tcp, "\(other):443", .refused, "other containers"),
            ]
        }

    @Test func everyRowHolds() throws {
        let rows = ContainerTests.rows
        for (row, fate) in zip(rows, try ContainerTests.fates(of: rows)) { #expect(fate == row.expected, "\(row)") }
    }

    // MARK: - Mutants

    @Test func withoutCaptureNamesAreNotResolved() throws {
        let failing = try ContainerTests.failing { $0.mutate(chain: "nat_containers") { $0.rules = [] } }
        #expect(failing.contains("docker0 udp 198.51.100.80:53: name resolution, in everybody's view"), "\(failing)")
        #expect(failing.contains("virbr0 udp [2001:db8:100::80]:53: name resolution, in its own view"), "\(failing)")
    }

    @Test func withoutTheGuardEncryptedNameResolutionLeaves() throws {
        let failing = try ContainerTests.failing { $0.mutate(chain: "guard_resolution") { $0.rules = [] } }
        #expect(failing.contains("virbr0 udp 198.51.100.80:853: DNS over QUIC"), "\(failing)")
    }

    @Test func withoutMasqueradeTheContainersAddressIsOnTheWire() throws {
        let failing = try ContainerTests.failing { $0.mutate(chain: "nat_leaving") { $0.rules = [] } }
        #expect(failing.contains("docker0 udp 198.51.100.80:443: rule web"), "\(failing)")
    }

    /// By its mark an answer goes where it came from.
    @Test func withMarksOfTunnelsRestoredAnswersDoNotArrive() throws {
        let failing = try ContainerTests.failing { table in
            table.mutate(chain: "restore_marks") { $0.rules.removeFirst() }
        }
        #expect(failing.contains("virbr0 tcp 198.51.100.80:8080: rule out"), "\(failing)")
    }

    @Test func withoutTheJudgeOfDevicesContainersReachEachOther() throws {
        let failing = try ContainerTests.failing { table in
            table.mutate(chain: "p_1") { $0.rules.removeAll { $0.comment == "path direct or not at all" } }
            table.mutate(chain: "leave") { $0.hook?.policy = .accept }
        }
        #expect(failing.contains("docker0 tcp 172.18.0.2:443: other containers"), "\(failing)")
    }

    @Test func withInputOpenThisMachineIs() throws {
        let failing = try ContainerTests.failing { table in
            table.mutate(chain: "input") { chain in
                chain.rules.removeAll { $0.comment == "closed to containers" }
                chain.hook?.policy = .accept
            }
        }
        #expect(failing.contains("docker0 udp 172.17.0.1:8099: this machine is closed"), "\(failing)")
    }

    // MARK: - Reverse path filters

    /// The enforcer names these settings as reasons for `degraded`.
    @Test(arguments: [
        ("wg0", 1, 0, false), ("wg0", 2, 0, true), ("virbr0", 1, 0, true), ("virbr0", 1, 1, false),
        ("virbr0", 2, 1, true),
    ])
    func strictFiltersAreInTheWay(device: String, filter: Int, asksByMark: Int, passes: Bool) throws {
        let row = ContainerRow(ContainerTests.lab, .tcp, "198.51.100.80:8080", ContainerTests.tunnel, "rule out")
        let fate = try ContainerTests.run { ground, containers, services in
            ground.set("ipv4/conf/\(device)/rp_filter", filter)
            ground.set("ipv4/conf/\(device)/src_valid_mark", asksByMark)
            return try row.fate(from: containers, on: ground, services: services)
        }
        #expect((fate == row.expected) == passes, "\(fate)")
    }

    // MARK: - From outside

    @Test(arguments: ["172.17.0.2:9000", "[2001:db8:17::2]:9000"], [true, false])
    func nobodyOutsideSpeaksFirst(target: String, isClosed: Bool) throws {
        let arrived = try ContainerTests.run(
            mutate: { table in
                guard !isClosed else { return }
                table.mutate(chain: "forward") { $0.hook?.policy = .accept }
            },
            { ground, containers, _ in
                try ground.ip(
                    "route add 172.17.0.0/24 via 198.51.100.242 dev out0\n"
                        + "route add 2001:db8:17::/64 via 2001:db8:1::2 dev out0\n", outside: true)
                let target = endpoint(target)
                let socket = ground.outside.spareDatagrams(target.address.family)
                return try ContainerTests.arrival(at: containers[0], target.address.family) {
                    socket.send([1], to: target)
                }
            })
        #expect(arrived == !isClosed)
    }

    /// Whether a datagram arrives that `send` sends.
    private static func arrival(
        at container: Container, _ family: AddressFamily, _ send: () -> Void
    ) throws -> Bool {
        // Made there, and read from here.
        nonisolated(unsafe) var receiver: GroundSocket?
        try container.run {
            let socket = GroundSocket(.udp, family, as: .root)
            socket.listen(anyAddress(family, port: 9000))
            receiver = socket
        }
        send()
        return receiver?.receive(milliseconds: 200) != nil
    }

    // MARK: - Whole conversations

    /// A question to somebody else is answered as if by him.
    @Test(arguments: ["198.51.100.80:53", "[2001:db8:100::80]:53"])
    func answersOfTheResolverComeFromWhomWasAsked(server: String) throws {
        let heard = try ContainerTests.run { _, containers, services in
            let server = endpoint(server)
            nonisolated(unsafe) var client: GroundSocket?
            try containers[0].run {
                let socket = GroundSocket(.udp, server.address.family, as: .root)
                _ = socket.connect(server)
                socket.send([1, 2, 3])
                client = socket
            }
            guard services[0].echoes() else { return nil as [UInt8]? }
            return client?.receive()
        }
        #expect(heard == [1, 2, 3])
    }

    /// Who has the hidden port and is not the resolver is not heard.
    @Test func nobodyElseAnswers() throws {
        let row = ContainerRow(ContainerTests.boxes, .tcp, "198.51.100.80:53", .lost, "a squatter")
        let fates = try ContainerTests.fates(of: [row], resolver: .eve)
        #expect(fates == [.lost])
    }

    /// One container takes the other's address and port while that one's flow is open: it is judged as itself.
    @Test func anothersSourcePortIsNoWayOut() throws {
        let fates = try ContainerTests.run { ground, containers, _ in
            let target = endpoint("198.51.100.80:8080")
            let send = { @Sendable () -> Int32 in
                let socket = GroundSocket(.udp, .v4, as: .root)
                socket.bind(endpoint("172.18.0.2:40000"))
                return socket.send([1], to: target)
            }
            _ = ground.takeSeen()
            _ = try containers[1].run(send)
            let lab = ground.takeSeen().map(\.device)
            try ground.ip("address add 172.18.0.2/32 dev eth0\n", namespace: containers[0].path)
            _ = try containers[0].run(send)
            return [lab, ground.takeSeen().map(\.device)]
        }
        #expect(fates == [[Ground.tunnel], []])
    }

    // MARK: - Helpers

    private static func failing(_ mutate: (inout Table) -> Void) throws -> Set<String> {
        let fates = try fates(of: rows, mutate: mutate)
        return Set(zip(rows, fates).filter { $0.expected != $1 }.map { "\($0.0)" })
    }

    private static func fates(
        of rows: [ContainerRow], resolver: Identity = .resolver, mutate: (inout Table) -> Void = { _ in }
    ) throws -> [Probe.Fate] {
        try run(resolver: resolver, mutate: mutate) { ground, containers, services in
            try rows.map { try $0.fate(from: containers, on: ground, services: services) }
        }
    }

    /// With the two hidden listeners and a service of this machine on the containers' sides, where the resolver's are.
    private static func run<Result: Sendable>(
        resolver: Identity = .resolver, mutate: (inout Table) -> Void = { _ in },
        _ body: @escaping @Sendable (Ground, [Container], [Stub]) throws -> Result
    ) throws -> Result {
        let policy = try GroundPolicy(profile)
        var original = policy.table()
        mutate(&original)
        let (table, tunnels) = (original, policy.tunnels)
        return try Ground.run { ground in
            let containers = [
                try Container(boxes, number: 17, on: ground), try Container(lab, number: 18, on: ground),
            ]
            try ground.apply(table, paths: tunnels)
            let hosts = containers.flatMap(\.hosts)
            let services = [
                Stub(as: resolver, port: 5300, at: hosts), Stub(as: resolver, port: 5301, at: hosts),
                Stub(as: .root, port: 22, at: hosts), Stub(as: .root, port: 8099, at: hosts + ["198.51.100.242"]),
            ]
            return try body(ground, containers, services)
        }
    }
}
