import NetworkTypes
import PolicyCompiler
import ProfileLoader
import ProfileModel
import Ruleset
import TestSupport
import Testing

/// What cannot be said of containers, and what tables do with packets that random ones are not: answers, errors, and
/// what arrives from elsewhere. The rest is `DifferentialTests`.
@Suite struct ContainerTests {
    private static let epoch: UInt16 = 7
    private static let boxes = SubjectNumber(4)
    private static let lab = SubjectNumber(5)

    // MARK: - Profiles that are wrong

    @Test(arguments: [
        (
            "subjects: { boxes: { interfaces: [docker0], users: [alice] } }", DiagnosticCode.conflictingKeys,
            "`users` cannot stand beside `interfaces`"
        ),
        ("subjects: { boxes: { interfaces: [lo] } }", .badIdentifier, "`lo` is this machine's own"),
        (
            "subjects: { one: { interfaces: [docker0], exclusive: true }, two: { interfaces: [docker0] } }",
            .subjectOverlap, "interface `docker0` belongs to two subjects"
        ),
        (
            "paths: { vpn: { interface: wg0, listen-port: 1, endpoints: [\"203.0.113.7:1/udp\"] } }\n"
                + "subjects: { boxes: { interfaces: [wg0] } }", .containersOnPath,
            "the interface `wg0` belongs to the path `vpn`"
        ),
        (
            "paths: { tor: { redirect: [\"127.0.0.1:9040\"], owner: { user: tor } } }\n"
                + "subjects: { boxes: { interfaces: [docker0] } }\nrules: { out: { from: boxes, via: tor } }",
            .conflictingKeys, "containers cannot leave by the path `tor`"
        ),
        (
            "subjects: { boxes: { interfaces: [docker0] } }\n"
                + "portal: { subject: boxes, ports: [80/tcp], minutes: 5 }", .conflictingKeys,
            "`boxes` is of containers, and a portal"
        ),
        ("local: { inbound: [5300/udp] }", .conflictingKeys, "port 5300 is published"),
    ])
    func whatDoesNotFit(keys: String, code: DiagnosticCode, message: String) {
        let text = Sample.minimal(setting: "user: somebody") + "\n" + keys
        let loaded = ProfileLoader.load(Array(text.utf8), fileName: "containers.yaml")
        let found = loaded.diagnostics + (loaded.profile.map { EnforcementPlanner.plan($0).diagnostics } ?? [])
        #expect(found.map(\.code) == [code])
        #expect(found.first?.message.hasPrefix(message) == true, "\(found)")
    }

    // MARK: - Answers

    @Test func answersComeBackAndNobodySpeaksFirst() throws {
        let table = try ContainerTests.table()
        let flow = ContainerTests.flow(ContainerTests.boxes, .direct, isReply: true)
        #expect(toContainer(flow, on: table) == .accepted)
        #expect(toContainer(Packet.Flow(), on: table) == .dropped)
        // Whatever another policy let in from outside.
        var inbound = flow
        inbound.isReply = false
        #expect(toContainer(inbound, on: table) == .dropped)
    }

    @Test func answersOfAStaleEpochPassForATime() throws {
        var table = try ContainerTests.table()
        let flow = ContainerTests.flow(ContainerTests.boxes, .direct, epoch: 6, isReply: true)
        #expect(toContainer(flow, on: table) == .dropped)
        #expect(toContainer(flow, .tcp(source: 443, destination: 40_000, flags: 16), on: table) == .accepted)
        let set = try #require(table.sets.firstIndex { $0.name == "stale_epochs" })
        table.sets[set].elements = [SetElement(FieldValue(MarkLayout.epochBits(6)))]
        #expect(toContainer(flow, on: table) == .accepted)
    }

    /// By the mark of the tunnel they would go back where they came from.
    @Test func answersByATunnelAreNotMarkedWithIt() throws {
        let table = try ContainerTests.table()
        let vpn = PathNumber(PathNumber.firstDeclared)
        for (subject, expected) in [(ContainerTests.lab, UInt32(0)), (.any, vpn.bits)] {
            let packet = ContainerTests.packet(
                from: "198.51.100.80", to: "172.17.0.2", .udp(source: 443, destination: 40_000),
                ContainerTests.flow(subject, vpn, isReply: true), arriving: "wg0", leaving: "docker0")
            #expect(PacketEvaluator(Ruleset(tables: [table])).evaluateArriving(packet).packet.mark == expected)
        }
    }

    // MARK: - Errors of ICMP

    @Test func errorsLeaveWithTheirOwnFlow() throws {
        let evaluator = PacketEvaluator(Ruleset(tables: [try ContainerTests.table()]))
        for (subject, expected) in [
            (ContainerTests.boxes, PacketEvaluator.Outcome.Fate.accepted),
            (ContainerTests.lab, .rejected(.icmp(.administrativelyProhibited))),
        ] {
            var flow = ContainerTests.flow(subject, .direct)
            flow.state = Packet.Flow.related
            let packet = ContainerTests.packet(
                from: "172.17.0.2", to: "198.51.100.80", .icmp(type: 3, code: 3), flow, arriving: "docker0",
                leaving: "eth0")
            let outcome = evaluator.evaluateArriving(packet)
            #expect(outcome.fate == expected)
        }
    }

    // MARK: - Name resolution

    @Test func captureKeepsToTheSendersView() throws {
        let evaluator = PacketEvaluator(Ruleset(tables: [try ContainerTests.table()]))
        for (device, port) in [("docker0", UInt16(5300)), ("virbr0", 5301)] {
            let outcome = evaluator.evaluateArriving(
                ContainerTests.packet(
                    from: "172.17.0.2", to: "8.8.8.8", .udp(source: 40_000, destination: 53), Packet.Flow(),
                    arriving: device, leaving: "eth0"), landing: [ContainerTests.host])
            #expect(outcome.fate == .accepted)
            #expect(outcome.packet.destination == ContainerTests.host)
            #expect(outcome.packet.transport == .udp(source: 40_000, destination: port))
        }
    }

    /// NAT is never the guard: a flow that was translated to another view's port, or not at all, is dropped.
    @Test(arguments: [(true, UInt16(5300), true), (true, 5301, false), (false, 5300, false)])
    func whatIsNotTranslatedNowIsDropped(isTranslated: Bool, port: UInt16, passes: Bool) throws {
        var table = try ContainerTests.table()
        // What conntrack remembers leads there, whatever the chain says now.
        table.mutateRules(of: "nat_containers") { _ in
            isTranslated ? [ChainRule(.tcpOrUDP, .redirect(port: port))] : []
        }
        var packet = ContainerTests.packet(
            from: "172.17.0.2", to: "8.8.8.8", .tcp(source: 40_000, destination: 53, flags: 2), Packet.Flow(),
            arriving: "docker0", leaving: "eth0")
        if !isTranslated {
            packet.destination = ContainerTests.host
            packet.isDestinationLocal = true
        }
        let outcome = PacketEvaluator(Ruleset(tables: [table])).evaluateArriving(
            packet, landing: [ContainerTests.host])
        #expect((outcome.fate == .accepted) == passes, "\(outcome)")
    }

    /// From the hidden port to a container: the resolver, and what its closed connections still have to say.
    @Test(arguments: [
        (UInt32?(2053), UInt8(18), true), (2053, 16, true), (nil, 17, true), (nil, 18, false), (2002, 16, false),
    ])
    func onlyTheResolverAnswers(user: UInt32?, flags: UInt8, passes: Bool) throws {
        let socket = user.map { Packet.Socket(user: $0, group: 100) }
        let packet = Packet(
            from: socket, source: ContainerTests.host, to: ContainerTests.container,
            .tcp(source: 5300, destination: 40_000, flags: flags),
            flow: ContainerTests.flow(ContainerTests.boxes, .captured, isReply: true), outgoingDevice: "docker0")
        let outcome = PacketEvaluator(Ruleset(tables: [try ContainerTests.table()])).evaluateLeaving(packet)
        #expect((outcome.fate == .accepted) == passes, "\(outcome)")
    }

    /// The resolver answers, and says nothing else to containers.
    @Test func theResolverBeginsNothing() throws {
        for flow in [Packet.Flow(), ContainerTests.flow(ContainerTests.boxes, .captured)] {
            let packet = Packet(
                from: Packet.Socket(user: 2053, group: 100), source: ContainerTests.host, to: ContainerTests.container,
                .udp(source: 5300, destination: 40_000), flow: flow, outgoingDevice: "docker0")
            let outcome = PacketEvaluator(Ruleset(tables: [try ContainerTests.table()])).evaluateLeaving(packet)
            #expect(outcome.fate != .accepted)
        }
    }

    // MARK: - Helpers

    private static let host = address("172.17.0.1")
    private static let container = address("172.17.0.2")

    private static func table() throws -> Table {
        let plan = try EnforcementExample.plan(
            """
            schema: enigm.network/1
            profile: { name: containers, version: 1 }
            paths: { vpn: { interface: wg0, listen-port: 51820, endpoints: ["203.0.113.7:51820/udp"] } }
            subjects: { boxes: { interfaces: [docker0] }, lab: { interfaces: [virbr0] } }
            resolver:
              upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
              views: { default: { upstreams: [main] }, lab: { upstreams: [main], port: 5301 } }
            default: { via: vpn }
            rules:
              web: { from: boxes, to: { ports: [443/tcp, 443/udp] }, via: direct }
              out: { from: lab, via: vpn }
            """)
        return EnforcementExample.table(RulesetLowering(plan).template, epoch: epoch)
    }

    private static func flow(
        _ subject: SubjectNumber, _ path: PathNumber, epoch: UInt16 = epoch, isReply: Bool = false
    ) -> Packet.Flow {
        Packet.Flow(
            state: Packet.Flow.established, status: Packet.Flow.statusConfirmed,
            mark: path.bits | MarkLayout.epochBits(epoch) | subject.bits, isReply: isReply)
    }

    private static func packet(
        from source: String, to destination: String, _ transport: Packet.Transport, _ flow: Packet.Flow,
        arriving: String, leaving: String
    ) -> Packet {
        Packet(
            from: nil, source: address(source), to: address(destination), transport, flow: flow,
            outgoingDevice: leaving, incomingDevice: arriving)
    }

    private static func address(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("`\(text)` is no address") }
        return address
    }

    private func toContainer(
        _ flow: Packet.Flow, _ transport: Packet.Transport = .udp(source: 443, destination: 40_000), on table: Table
    ) -> PacketEvaluator.Outcome.Fate {
        let packet = ContainerTests.packet(
            from: "198.51.100.80", to: "172.17.0.2", transport, flow, arriving: "eth0", leaving: "docker0")
        return PacketEvaluator(Ruleset(tables: [table])).evaluateArriving(packet).fate
    }
}

extension Table {
    fileprivate mutating func mutateRules(of name: String, _ change: ([ChainRule]) -> [ChainRule]) {
        guard let index = chains.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no chain `\(name)`")
        }
        chains[index].rules = change(chains[index].rules)
    }
}
