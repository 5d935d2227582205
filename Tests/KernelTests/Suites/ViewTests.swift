import Glibc
import NetworkTypes
import Ruleset
import Testing

/// Views: each subject's questions go to its own hidden listener, and to no other's.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct ViewTests {
    /// messaging and alice have views, bob and everybody else have the default one.
    static func profile(version: Int = 1, alice: UInt16 = 5301, messaging: UInt16 = 5302) -> String {
        """
        schema: enigm.network/1
        profile: { name: views, version: \(version) }
        paths: { direct: { interfaces: [en0] } }
        subjects:
          browser: { users: [alice] }
          messaging: { users: [messaging], exclusive: true }
          roaming: { users: [bob] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
          views:
            default: { upstreams: [main] }
            browser: { upstreams: [main], port: \(alice) }
            messaging: { upstreams: [main], port: \(messaging), resolve: any }
        default: { block: true }
        """
    }

    private static let rows: [TruthRow] = captured + directly
    private static let isHidden = "a view's port, directly"

    private static let captured = [
        (Identity.alice, Probe.Fate.service(5301)), (.messaging, .service(5302)), (.bob, .stub), (.eve, .stub),
    ].flatMap { identity, view in
        [
            "198.51.100.80:53", "198.51.100.53:53", "127.0.0.1:53", "127.0.0.53:53", "[2001:db8:100::80]:53",
            "[::1]:53",
        ].flatMap { server in
            [Probe.Kind.udp, .tcp].map { TruthRow(identity, $0, server, view, "name resolution is captured") }
        }
    }

    private static let directly = [Identity.alice, .messaging, .bob, .root].flatMap { identity in
        [UInt16(5300), 5301, 5302].flatMap { port in
            [
                TruthRow(identity, .tcp, "127.0.0.1:\(port)", .refused, isHidden),
                TruthRow(identity, .udp, "127.0.0.1:\(port)", .refused, isHidden),
                TruthRow(identity, .udp, "[::1]:\(port)", .refused, isHidden),
            ]
        }
    }

    @Test func everyRowHolds() throws {
        let table = try GroundPolicy(ViewTests.profile()).table()
        for (row, fate) in zip(ViewTests.rows, try ViewTests.fates(of: ViewTests.rows, table)) {
            #expect(fate == row.expected, "\(row)")
        }
    }

    @Test func withoutTheGuardOfPortsEveryViewIsOpen() throws {
        var table = try GroundPolicy(ViewTests.profile()).table()
        table.mutate(chain: "to_local") { $0.rules.removeAll { $0.statements.last == .goto("refuse") } }
        let rows = ViewTests.rows.filter { $0.reason == ViewTests.isHidden }
        let fates = try ViewTests.fates(of: rows, table)
        #expect(zip(rows, fates).contains { $0.probe.identity == .bob && $1 == .service(5302) })
    }

    /// What is bound to a 5-tuple is the first sender's view. With a zone for each subject the next one's flow is new.
    @Test func aSourcePortThatAnotherUsedLeadsToTheSendersOwnView() throws {
        let table = try GroundPolicy(ViewTests.profile()).table()
        #expect(try ViewTests.sharedSourcePort(table) == .reached(5302))
    }

    @Test func withoutZonesASourcePortIsItsFirstSenders() throws {
        var table = try GroundPolicy(ViewTests.profile()).table()
        table.mutate(chain: "classify") { chain in
            chain.rules.removeAll { $0.statements.contains { $0.setsZone } }
        }
        #expect(try ViewTests.sharedSourcePort(table) == .cut)
        // Translation is not the guard: without one, the question is another view's.
        table.mutate(chain: "captured_local") { $0.rules = [ChainRule(.verdict(.accept))] }
        #expect(try ViewTests.sharedSourcePort(table) == .reached(5301))
    }

    /// A view's zone is its port: under another one its flows are new, and translated anew.
    @Test func afterAChangeOfPortDatagramsFindTheView() throws {
        let tables = try ViewTests.moved()
        let outcome = try Ground.run { ground in
            try ground.apply(tables.before)
            let stubs = ViewTests.stubs([5301, 5302, 5303])
            let socket = GroundSocket(.udp, .v4, as: .alice)
            _ = socket.connect(endpoint("198.51.100.80:53"))
            socket.send([1])
            let before = stubs[0].receives([1])
            // The daemon would forget old flows, too.
            try ground.replace(tables.after)
            socket.send([2])
            return (before, stubs[2].receives([2]), stubs[1].receives([2], milliseconds: 0))
        }
        #expect(outcome == (true, true, false))
    }

    /// A connection stays translated to where it was first, which may be another's view by now.
    @Test func afterAChangeOfPortOldConnectionsAreCut() throws {
        let tables = try ViewTests.moved()
        #expect(try ViewTests.oldConnection(tables.before, tables.after) == .cut)
    }

    @Test func withoutALookAtThePortOldConnectionsReachAnothersView() throws {
        var tables = try ViewTests.moved()
        tables.after.mutate(chain: "captured_local") { $0.rules = [ChainRule(.verdict(.accept))] }
        #expect(try ViewTests.oldConnection(tables.before, tables.after) == .reached(5301))
    }

    /// What a closed socket left unsent has no owner, and a zone would lose it.
    @Test func whatIsUnsentAtCloseReachesTheView() throws {
        let table = try GroundPolicy(ViewTests.profile()).table()
        let (sent, received) = try ViewTests.unsentAtClose(table)
        #expect(sent > 1 << 20)
        #expect(received >= sent)
    }

    @Test func withZonesForConnectionsTheirEndIsLost() throws {
        var table = try GroundPolicy(ViewTests.profile()).table()
        table.mutate(chain: "classify") { chain in
            for index in chain.rules.indices where chain.rules[index].statements.contains(where: \.setsZone) {
                chain.rules[index].statements.removeAll { $0 == .transport(.udp) }
                chain.rules[index].statements.insert(.tcpOrUDP, at: 0)
            }
        }
        let (sent, received) = try ViewTests.unsentAtClose(table)
        #expect(sent > 1 << 20)
        #expect(received < sent)
    }

    /// Over TCP a listener shows by its SYN-ACK; another's view is a listener like any other.
    @Test func aSquatterOnAViewsPortGetsNothing() throws {
        let table = try GroundPolicy(ViewTests.profile()).table()
        #expect(try ViewTests.squatted(table) == .cut)
    }

    @Test func withoutALookAtTheSynAckASquatterIsAsked() throws {
        var table = try GroundPolicy(ViewTests.profile()).table()
        table.mutate(chain: "to_local") { chain in
            chain.rules.removeAll { $0.comment == "not the resolver's listener" }
        }
        #expect(try ViewTests.squatted(table) == .reached(5301))
    }
}

extension ViewTests {
    private enum End: Equatable, Sendable {
        /// A hidden listener got it.
        case reached(UInt16)
        /// The sender got an error, and nobody else anything.
        case cut
        case wrong(String)
    }

    private static func stubs(_ ports: [UInt16]) -> [Stub] { ports.map { Stub(port: $0) } }

    private static func fates(of rows: [TruthRow], _ table: Table) throws -> [Probe.Fate] {
        try Ground.run { ground in
            try ground.apply(table)
            return TruthTable.fates(of: rows, on: ground, services: stubs([5301, 5302]))
        }
    }

    /// alice's view moves from 5301, which becomes messaging's.
    private static func moved() throws -> (before: Table, after: Table) {
        (
            try GroundPolicy(profile()).table(epoch: 7),
            try GroundPolicy(profile(version: 2, alice: 5303, messaging: 5301)).table(epoch: 8)
        )
    }

    /// alice asks, and then messaging from the same port.
    private static func sharedSourcePort(_ table: Table) throws -> End {
        try Ground.run { ground in
            try ground.apply(table)
            let stubs = stubs([5301, 5302])
            let source = endpoint("\(Ground.address4):41000")
            var first: GroundSocket? = GroundSocket(.udp, .v4, as: .alice)
            first?.bind(source)
            first?.send([1], to: endpoint("198.51.100.80:53"))
            guard stubs[0].receives([1]) else { return .wrong("alice does not reach her view") }
            first = nil
            let second = GroundSocket(.udp, .v4, as: .messaging)
            second.bind(source)
            let error = second.send([2], to: endpoint("198.51.100.80:53"))
            for stub in stubs where stub.receives([2], milliseconds: 200) { return .reached(stub.port) }
            return ground.takeSeen().isEmpty && error == EPERM ? .cut : .wrong("error \(error)")
        }
    }

    private static func oldConnection(_ before: Table, _ after: Table) throws -> End {
        try Ground.run { ground in
            try ground.apply(before)
            let stubs = stubs([5301, 5302, 5303])
            let socket = GroundSocket(.tcp, .v4, as: .alice)
            guard socket.connect(endpoint("198.51.100.80:53")) == 0, let connection = stubs[0].accept() else {
                return .wrong("alice does not reach her view")
            }
            try ground.apply(after, staleEpoch: 7)
            socket.send([2])
            if connection.receive(milliseconds: 300) == [2] { return .reached(5301) }
            return socket.send([3]) != 0 ? .cut : .wrong("the sender is not told")
        }
    }

    private static func unsentAtClose(_ table: Table) throws -> (sent: Int, received: Int) {
        try Ground.run { ground in
            try ground.apply(table)
            let stubs = stubs([5301])
            var sender: GroundSocket? = GroundSocket(.tcp, .v4, as: .alice)
            guard sender?.connect(endpoint("198.51.100.80:53")) == 0, let connection = stubs[0].accept() else {
                return (0, -1)
            }
            let block = [UInt8](repeating: 7, count: 1 << 12)
            var sent = 0
            while sent < 8 << 20, sender?.send(block) == 0 { sent += block.count }
            sender = nil
            var received = 0
            while let bytes = connection.receive(), !bytes.isEmpty { received += bytes.count }
            return (sent, received)
        }
    }

    private static func squatted(_ table: Table) throws -> End {
        try Ground.run { ground in
            try ground.apply(table)
            let squatter = Stub(as: .eve, port: 5301)
            let stream = GroundSocket(.tcp, .v4, as: .alice)
            let error = stream.connect(endpoint("198.51.100.80:53"), milliseconds: 400)
            if error == 0 || squatter.accept(milliseconds: 0) != nil { return .reached(squatter.port) }
            return ground.takeSeen().isEmpty ? .cut : .wrong("it left")
        }
    }
}

extension Statement {
    fileprivate var setsZone: Bool { if case .setOriginalZone = self { true } else { false } }
}
