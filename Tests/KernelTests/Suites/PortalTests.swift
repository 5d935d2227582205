import Glibc
import LinuxIO
import NetworkTypes
import ProfileModel
import Ruleset
import Testing

/// The way through a captive portal, with real senders: what it opens, for whom, and that it closes by itself.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct PortalTests {
    private static let profile = """
        schema: enigm.network/1
        profile: { name: portal, version: 1 }
        paths: { direct: { interfaces: [en0] } }
        subjects:
          surfing: { users: [alice] }
          roaming: { users: [bob] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { block: true }
        rules:
          never: { from: any, to: { addresses: [198.51.100.190/31] }, block: true }
          work: { from: roaming, to: { addresses: [198.51.100.0/24], ports: [443/tcp] }, via: direct }
        portal: { subject: surfing, ports: [80/tcp, 443/tcp, 9000/udp], minutes: 1 }
        """

    private static let resolvers = ["198.51.100.60", "2001:db8:100::60"]
    private static let wire = Probe.Fate.leaves(Ground.device)

    private static let open = [
        TruthRow(.alice, .tcp, "198.51.100.80:443", wire, "the portal"),
        TruthRow(.alice, .tcp, "[2001:db8:100::80]:80", wire, "the portal"),
        TruthRow(.alice, .udp, "198.51.100.80:9000", wire, "the portal"),
        TruthRow(.alice, .tcp, "198.51.100.80:8080", .refused, "a port that it does not list"),
        TruthRow(.alice, .udp, "198.51.100.80:443", .refused, "a transport that it does not list"),
        TruthRow(.alice, .tcp, "198.51.100.190:80", .refused, "blocked for everybody"),
        TruthRow(.alice, .tcp, "9.9.9.9:443", .refused, "known DNS over HTTPS"),
        TruthRow(.alice, .udp, "198.51.100.60:53", wire, PortalTests.asking),
        TruthRow(.alice, .tcp, "198.51.100.60:53", wire, PortalTests.asking),
        TruthRow(.alice, .udp, "[2001:db8:100::60]:53", wire, PortalTests.asking),
        TruthRow(.alice, .udp, "198.51.100.61:53", .refused, "another resolver"),
        TruthRow(.alice, .tcp, "198.51.100.61:53", .refused, "another resolver"),
        TruthRow(.alice, .udp, "127.0.0.53:53", .refused, "our resolver"),
        TruthRow(.alice, .tcp, "198.51.100.60:853", .refused, "DNS over TLS"),
        TruthRow(.alice, .udp, "198.51.100.60:5353", .refused, "mDNS"),
        TruthRow(.bob, .tcp, "198.51.100.80:80", .refused, "another subject"),
        TruthRow(.bob, .tcp, "198.51.100.80:443", wire, "another subject's own rule"),
        TruthRow(.bob, .udp, "198.51.100.60:53", .stub, "another subject"),
        TruthRow(.eve, .tcp, "198.51.100.80:443", .refused, "nobody's"),
        TruthRow(.eve, .udp, "198.51.100.60:53", .stub, "nobody's"),
        TruthRow(.eve, .tcp, "198.51.100.80:443", .refused, "a mark of the portal's", mark: 0x0100_0006),
    ]
    private static let asking = "the link's resolver"

    private static let closed = [
        TruthRow(.alice, .tcp, "198.51.100.80:443", .refused, "closed"),
        TruthRow(.alice, .udp, "198.51.100.80:9000", .refused, "closed"),
        TruthRow(.alice, .udp, "198.51.100.60:53", .stub, "closed: captured"),
        TruthRow(.alice, .tcp, "198.51.100.60:53", .stub, "closed: captured"),
        TruthRow(.eve, .tcp, "198.51.100.80:443", .refused, "a mark of the portal's", mark: 0x0100_0006),
    ]

    @Test func everyRowHoldsWhileItIsOpen() throws {
        #expect(try PortalTests.failing(PortalTests.open, isOpen: true) == [])
    }

    @Test func everyRowHoldsWhileItIsClosed() throws {
        #expect(try PortalTests.failing(PortalTests.closed, isOpen: false) == [])
    }

    @Test func withTheSetNotAskedItIsOpenForGood() throws {
        let failures = try PortalTests.failing(PortalTests.closed, isOpen: false) { table in
            table.mutate(chain: "d_4") { chain in
                for index in chain.rules.indices where chain.rules[index].comment?.hasPrefix("portal") == true {
                    chain.rules[index].statements.removeFirst()
                }
            }
        }
        #expect(failures.count == 2, "\(failures)")
    }

    @Test func withoutItsPlaceInTheGuardNobodyAnswers() throws {
        let failures = try PortalTests.failing(PortalTests.open, isOpen: true) { table in
            table.mutate(chain: "guard_resolution") { chain in
                chain.rules.removeAll { $0.comment?.hasPrefix("portal") == true }
            }
        }
        #expect(failures.count == 3 && failures.allSatisfy { $0.hasSuffix(PortalTests.asking) }, "\(failures)")
    }

    /// One socket, from before it opens until it is closed: its questions go where everybody's are to go then.
    @Test func aSocketThatAsksOnIsAnsweredByTheRightOne() throws {
        #expect(try PortalTests.asked() == [.stub, .leaves, .stub])
    }

    /// The translation that a flow began with stays with it: in the subject's own zone it would be found again.
    @Test func inTheZoneOfItsSubjectTheOldTranslationIsFound() throws {
        let outcome = try PortalTests.asked { table in
            table.mutate(chain: "classify") { chain in
                for index in chain.rules.indices {
                    chain.rules[index].statements = chain.rules[index].statements.map {
                        $0 == .setOriginalZone(6) ? .setOriginalZone(4) : $0
                    }
                }
            }
        }
        #expect(outcome.prefix(2) == [.stub, .nowhere])
    }

    /// The kernel ends it with nobody touching the table: connections are reset, datagrams neither leave nor arrive.
    @Test func whatBeganEndsWithIt() throws {
        let outcome = try PortalTests.ended()
        #expect(outcome.before == .init(error: 0, wasSeen: true, arrives: true))
        #expect(outcome.tcp == .init(error: ECONNRESET, wasSeen: false, arrives: false))
        #expect(outcome.udp == .init(error: EPERM, wasSeen: false, arrives: false))
    }

    @Test func withoutTheRuleForWhatArrivesAServerGoesOnSending() throws {
        let outcome = try PortalTests.ended { table in
            table.mutate(chain: "input") { $0.rules.removeAll { $0.comment == "portal: closed" } }
        }
        #expect(outcome.udp == .init(error: EPERM, wasSeen: false, arrives: true))
    }
}

extension PortalTests {
    private static func failing(
        _ rows: [TruthRow], isOpen: Bool, _ mutate: (inout Table) -> Void = { _ in }
    ) throws -> [String] {
        let policy = try GroundPolicy(profile)
        var mutant = policy.table()
        mutate(&mutant)
        let (table, portal) = (mutant, policy.portal)
        let fates = try Ground.run { ground in
            try ground.apply(table)
            if isOpen { try ground.open(portal, resolvers, in: table, milliseconds: 60_000) }
            return TruthTable.fates(of: rows, on: ground)
        }
        return zip(rows, fates).filter { $0.expected != $1 }.map { "\($0.0)" }
    }

    private enum Place: Sendable { case stub, leaves, nowhere }

    /// Where the questions of one socket go before the portal is open, while it is, and afterwards.
    private static func asked(_ mutate: (inout Table) -> Void = { _ in }) throws -> [Place] {
        let policy = try GroundPolicy(profile)
        var mutant = policy.table()
        mutate(&mutant)
        let (table, portal) = (mutant, policy.portal)
        return try Ground.run { ground in
            try ground.apply(table)
            let stub = Stub()
            let socket = GroundSocket(.udp, .v4, as: .alice)
            socket.bind(endpoint("0.0.0.0:40053"))
            let ask = { (number: UInt8) -> Place in
                _ = socket.pendingError
                _ = ground.takeSeen()
                socket.send([number], to: endpoint("198.51.100.60:53"))
                if stub.receives([number], milliseconds: 200) { return .stub }
                return ground.takeSeen().contains { $0.destinationPort == 53 } ? .leaves : .nowhere
            }
            let before = ask(1)
            try ground.open(portal, resolvers, in: table, milliseconds: 800)
            let during = ask(2)
            MonotonicClock.sleep(milliseconds: 900)
            return [before, during, ask(3)]
        }
    }

    private struct Fate: Equatable, Sendable {
        /// Of sending.
        let error: Int32
        /// By the outside.
        let wasSeen: Bool
        /// What the outside sends.
        let arrives: Bool
    }

    /// A connection and a pair of datagram sockets while it is open (both alike, or the first that is not), and each of
    /// them afterwards.
    private static func ended(
        _ mutate: (inout Table) -> Void = { _ in }
    ) throws -> (before: Fate, tcp: Fate, udp: Fate) {
        let policy = try GroundPolicy(profile)
        var mutant = policy.table()
        mutate(&mutant)
        let (table, portal) = (mutant, policy.portal)
        return try Ground.run { ground in
            try ground.apply(table)
            let service = ground.outside.spareDatagrams(.v4)
            service.listen(endpoint("198.51.100.241:9000"))
            try ground.open(portal, resolvers, in: table, milliseconds: 1_500)
            let (stream, datagrams) = (GroundSocket(.tcp, .v4, as: .alice), GroundSocket(.udp, .v4, as: .alice))
            guard stream.connect(endpoint("198.51.100.80:443")) == 0,
                let server = ground.outside.accept(.v4, port: 443)
            else { throw TwoNamespaces.Failure(description: "no connection while the portal is open") }
            _ = datagrams.connect(endpoint("198.51.100.241:9000"))
            let client = endpoint("\(Ground.address4):\(datagrams.localPort)")
            let byTCP = {
                _ = ground.takeSeen()
                let refusal = stream.send([1])
                let wasSeen = ground.takeSeen().contains { $0.destinationPort == 443 }
                let error = refusal != 0 ? refusal : stream.pendingError
                if wasSeen { server.send([2]) }
                return Fate(error: error, wasSeen: wasSeen, arrives: wasSeen && stream.receive() == [2])
            }
            let byUDP = {
                _ = ground.takeSeen()
                let error = datagrams.send([1])
                let wasSeen = ground.takeSeen().contains { $0.destinationPort == 9000 }
                // That it was refused is told to the socket, too, before anything that arrives.
                _ = datagrams.pendingError
                service.send([2], to: client)
                return Fate(error: error, wasSeen: wasSeen, arrives: datagrams.receive(milliseconds: 300) == [2])
            }
            let whileOpen = [byTCP(), byUDP()]
            let good = Fate(error: 0, wasSeen: true, arrives: true)
            MonotonicClock.sleep(milliseconds: 1_700)
            return (whileOpen.first { $0 != good } ?? good, byTCP(), byUDP())
        }
    }
}
