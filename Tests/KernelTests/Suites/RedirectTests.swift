import Glibc
import NetworkTypes
import Ruleset
import Testing

/// Paths that redirect to a service on this machine.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct RedirectTests {
    @Test func everyRowHolds() throws {
        let table = try GroundPolicy(RedirectTable.profile()).table()
        for (row, fate) in zip(RedirectTable.rows, try RedirectTests.fates(of: RedirectTable.rows, table)) {
            #expect(fate == row.expected, "\(row)")
        }
    }

    /// Over TCP a listener shows by its SYN-ACK.
    @Test func aSquatterOnAServicesPortGetsNothing() throws {
        let table = try GroundPolicy(RedirectTable.profile()).table()
        #expect(try RedirectTests.squatted(table) == .cut)
    }

    @Test func nobodyElseSendsFromAServicesPort() throws {
        let table = try GroundPolicy(RedirectTable.profile()).table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let receiver = GroundSocket(.udp, .v4, as: .eve)
            receiver.listen(endpoint("127.0.0.1:8099"))
            let heard = [(Identity.eve, UInt16(9040)), (.eve, 40_000), (.tor, 9040)].map { identity, port in
                let sender = GroundSocket(.udp, .v4, as: identity)
                sender.bind(endpoint("127.0.0.1:\(port)"))
                sender.send([1], to: endpoint("127.0.0.1:8099"))
                return receiver.receive(milliseconds: 200) == [1]
            }
            return heard
        }
        #expect(outcome == [false, true, true])
    }

    /// A flow that began before has no translation, and gets none: it is refused rather than let go its old way.
    @Test func aConnectionThatBeganDirectlyIsCut() throws {
        let first = try GroundPolicy(RedirectTable.profile(web: "direct")).table(epoch: 7)
        let second = try GroundPolicy(RedirectTable.profile(version: 2)).table(epoch: 8)
        let outcome = try Ground.run { ground in
            try ground.apply(first)
            let services = RedirectTable.services()
            let sender = GroundSocket(.tcp, .v4, as: .alice)
            let connected = sender.connect(endpoint("198.51.100.80:443"))
            _ = ground.takeSeen()
            try ground.apply(second, staleEpoch: 7)
            sender.send([1])
            let seen = ground.takeSeen()
            return withExtendedLifetime(services) { (connected, seen, sender.send([2])) }
        }
        #expect(outcome.0 == 0)
        #expect(outcome.1 == [])
        #expect(outcome.2 != 0, "the sender is told")
    }

    /// The kernel goes on translating what it translated first: that does not count as the new way.
    @Test func aConnectionThatWasRedirectedIsCutWhenItsWayIsAnother() throws {
        let first = try GroundPolicy(RedirectTable.profile()).table(epoch: 7)
        let second = try GroundPolicy(RedirectTable.profile(version: 2, web: "direct")).table(epoch: 8)
        let outcome = try Ground.run { ground in
            try ground.apply(first)
            let services = RedirectTable.services()
            let sender = GroundSocket(.tcp, .v4, as: .alice)
            let connected = sender.connect(endpoint("198.51.100.80:443"))
            let connection = services[2].accept()
            sender.send([1])
            let before = connection?.receive() == [1]
            try ground.apply(second, staleEpoch: 7)
            sender.send([2])
            let after = connection?.receive(milliseconds: 300)
            return (connected, before, after, sender.send([3]), ground.takeSeen())
        }
        #expect(outcome.0 == 0)
        #expect(outcome.1)
        #expect(outcome.2 != [2])
        #expect(outcome.3 != 0, "the sender is told")
        #expect(outcome.4 == [])
    }

    /// What is unsent when a sender closes has no owner: it is the rest of a flow that is known.
    @Test(arguments: ["198.51.100.80:443", "127.0.0.1:9050"])
    func whatIsUnsentAtCloseArrives(destination: String) throws {
        let table = try GroundPolicy(RedirectTable.profile()).table()
        let (sent, received) = try Ground.run { ground in
            try ground.apply(table)
            let services = RedirectTable.services()
            var sender: GroundSocket? = GroundSocket(.tcp, .v4, as: .alice)
            guard sender?.connect(endpoint(destination)) == 0 else { return (0, -1) }
            let connection = services[2].accept(milliseconds: 100) ?? services[3].accept(milliseconds: 100)
            let block = [UInt8](repeating: 7, count: 1 << 12)
            var sent = 0
            while sent < 8 << 20, sender?.send(block) == 0 { sent += block.count }
            sender = nil
            var received = 0
            while let bytes = connection?.receive(), !bytes.isEmpty { received += bytes.count }
            return (sent, received)
        }
        // More than what a receiver takes before anybody reads.
        #expect(sent > 1 << 20)
        // A send that moved a part of its block is told as none.
        #expect((sent...(sent + 1 << 12)).contains(received))
    }

    @Test func withoutTheGuardBeforeTranslationEncryptedResolutionIsRedirected() throws {
        let failures = try failingRows("the guard comes before translation") { table in
            table.mutate(chain: "d_guard") { $0.rules = [] }
        }
        #expect(failures == ["alice tcp 198.51.100.80:853", "alice tcp 9.9.9.9:443"])
    }

    @Test func withTheOwnerLetThroughFirstHeIsAnExceptionToEverything() throws {
        let failures = try failingRows(RedirectTable.infrastructure) { table in
            let owners: [UInt32] = [7, 8]
            let rules = owners.map { ChainRule(.mark(MarkLayout.subject, is: $0), .verdict(.accept)) }
            for chain in ["decide", "judge"] {
                table.mutate(chain: chain) { $0.rules.insert(contentsOf: rules, at: 0) }
            }
            table.mutate(chain: "leave") { $0.hook?.policy = .accept }
        }
        #expect(failures.contains("tor tcp 203.0.113.9:853"))
        #expect(failures.contains("enigm-proxy tcp 198.51.100.80:443"))
        #expect(failures.contains("tor tcp 198.51.100.80:53"))
    }

    @Test func withoutTheGuardOfPortsServicesAreOpen() throws {
        let failures = try failingRows(RedirectTable.directly) { table in
            table.mutate(chain: "to_local") { $0.rules.removeAll { $0.statements.last == .goto("refuse") } }
        }
        #expect(failures.contains("eve tcp 127.0.0.1:9040"))
        #expect(failures.contains("messaging tcp [::1]:12346"))
    }

    @Test func withSocksForEverybodyExclusionEnds() throws {
        let failures = try failingRows(RedirectTable.socks) { table in
            table.mutate(chain: "to_local") {
                $0.rules.insert(ChainRule(.transport(.tcp), .destinationPort(9050), .verdict(.accept)), at: 0)
            }
        }
        #expect(failures == ["bob tcp 127.0.0.1:9050", "messaging tcp 127.0.0.1:9050", "eve tcp 127.0.0.1:9050"])
    }

    /// As anybody's is whose rule is by the path.
    @Test func withTheResolverSentByThePathItGoesAroundTheProxy() throws {
        let failures = try failingRows(RedirectTable.throughProxy) { table in
            table.mutate(chain: "d_1") {
                $0.rules.insert(ChainRule(.transport(.tcp), .destinationPort(853), .decide(.direct), .accept), at: 0)
            }
            table.mutate(chain: "judge") { $0.rules.insert(ChainRule(.verdict(.accept)), at: 0) }
        }
        #expect(failures == ["enigm-resolver tcp 198.51.100.54:853", "enigm-resolver tcp [2001:db8:100::54]:853"])
    }

    @Test func decidedAfterTranslationNothingIsRedirected() throws {
        let failures = try failingRows(RedirectTable.before) { table in
            table.mutate(chain: "decide") { $0.hook?.priority = -50 }
        }
        #expect(failures.count == 4)
    }

    @Test func withoutALookAtTheSynAckASquatterIsServed() throws {
        var table = try GroundPolicy(RedirectTable.profile()).table()
        table.mutate(chain: "to_local") { chain in
            chain.rules.removeAll { $0.comment == "not the listener of path tor" }
        }
        #expect(try RedirectTests.squatted(table) == .leaked)
    }

    private static func squatted(_ table: Table) throws -> FlowScenario.End {
        try Ground.run { ground in
            try ground.apply(table)
            let squatter = Stub(as: .eve, port: 9040)
            let stream = GroundSocket(.tcp, .v4, as: .alice)
            let error = stream.connect(endpoint("198.51.100.80:443"), milliseconds: 400)
            if error == 0 || squatter.accept(milliseconds: 0) != nil { return .leaked }
            return ground.takeSeen().isEmpty ? .cut : .leaked
        }
    }

    private static func fates(of rows: [TruthRow], _ table: Table) throws -> [Probe.Fate] {
        let tunnels = try GroundPolicy(RedirectTable.profile()).tunnels
        return try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            return TruthTable.fates(of: rows, on: ground, services: RedirectTable.services())
        }
    }

    /// The rows with that reason that do not hold with a mutant.
    private func failingRows(_ reason: String, _ mutate: (inout Table) -> Void) throws -> [String] {
        var mutant = try GroundPolicy(RedirectTable.profile()).table()
        let original = mutant
        mutate(&mutant)
        #expect(mutant != original)
        let rows = RedirectTable.rows.filter { $0.reason == reason }
        return zip(rows, try RedirectTests.fates(of: rows, mutant)).filter { $0.expected != $1 }.map { row, _ in
            "\(row.probe.identity.user) \(row.probe.kind) \(row.probe.destination)"
        }
    }
}
