import Ruleset
import Testing

/// The truth table can fail: tables with one thing wrong, each an obvious way of doing it, make rows fail.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct MutantTests {
    @Test func withoutTheGuardEncryptedNameResolutionLeaves() throws {
        let failures = try failingRows(["DNS over TLS", "known DNS over HTTPS"]) { table in
            table.mutate(chain: "guard_resolution") { $0.rules = [] }
        }
        #expect(failures.contains("bob tcp 198.51.100.80:853: DNS over TLS"))
        #expect(failures.contains("bob tcp 9.9.9.9:443: known DNS over HTTPS"))
    }

    @Test func withMarksBelievedAForgerGetsOut() throws {
        let failures = try failingRows(["the mark of direct and alice"]) { table in
            // The rule that wipes the mark, and every one that says who the sender is.
            table.mutate(chain: "classify") { chain in chain.rules.removeAll { $0.statements.contains { $0.isSetMark } }
            }
        }
        #expect(failures.contains("eve tcp 198.51.100.80:443: the mark of direct and alice"))
    }

    @Test func withoutTheLoopbackGuardTheHiddenPortIsOpen() throws {
        let failures = try failingRows(["the hidden port, directly"]) { table in
            table.mutate(chain: "to_local") { $0.rules = [ChainRule(.verdict(.accept))] }
        }
        #expect(failures.contains("eve tcp 127.0.0.1:5300: the hidden port, directly"))
    }

    /// "Established" judges the 5-tuple and neither the sender nor the bundle.
    @Test func withEstablishedFlowsAcceptedFirstOthersGetOut() throws {
        let mutate: @Sendable (Table) -> Table = { table in
            var table = table
            let rule = ChainRule(
                .match(
                    Match(
                        .conntrack(.state), mask: FieldValue(Packet.Flow.established), .notEqual(FieldValue(UInt32(0))))
                ),
                .verdict(.accept))
            for chain in ["judge", "leave"] { table.mutate(chain: chain) { $0.rules.insert(rule, at: 0) } }
            return table
        }
        #expect(try FlowScenario.stolenPort(mutate(GroundPolicy().table()), afterClose: true) == .leaked)
        #expect(try FlowScenario.forbiddenConnection(mutate) == .leaked)
    }

    /// `redirect` does not see flows that are confirmed; a zone makes them new.
    @Test func withoutZonesOlderFlowsAreNotCaptured() throws {
        var table = try GroundPolicy().table()
        table.mutate(chain: "classify") { chain in
            chain.rules.removeAll { $0.statements.contains { $0.isSetZone } }
        }
        #expect(try FlowScenario.olderDatagrams(table) == .cut)
    }

    /// The rows of the table that do not hold with a mutant, of those with such a reason.
    private func failingRows(_ reasons: [String], _ mutate: (inout Table) -> Void) throws -> [String] {
        var mutant = try GroundPolicy().table()
        let original = mutant
        mutate(&mutant)
        #expect(mutant != original)
        let table = mutant
        let rows = TruthTable.rows.filter { reasons.contains($0.reason) }
        let fates = try Ground.run { ground in
            try ground.apply(table)
            return TruthTable.fates(of: rows, on: ground)
        }
        return zip(rows, fates).filter { $0.expected != $1 }.map { "\($0.0)" }
    }
}

extension Table {
    /// Changes one chain; a mutant of a chain that is not there would be no mutant.
    mutating func mutate(chain name: String, _ change: (inout Chain) -> Void) {
        guard let index = chains.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no chain `\(name)`")
        }
        change(&chains[index])
    }
}

extension Statement {
    fileprivate var isSetMark: Bool { if case .setMark = self { true } else { false } }

    fileprivate var isSetZone: Bool { if case .setOriginalZone = self { true } else { false } }
}
