import NetworkTypes
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

    /// Mark, source port and endpoint: each alone would be enough for somebody.
    @Test func withAPartOfTheTripleMoreThanTheTunnelLeaves() throws {
        let parts: [(remove: (Statement) -> Bool, reason: String)] = [
            ({ $0 == .mark(MarkLayout.path, is: PathNumber.underlay.bits) }, TruthTable.withoutTheMark),
            ({ $0 == .sourcePort(51_820) }, TruthTable.fromAnotherPort),
            ({ $0.looksUp("endpoints") }, TruthTable.toAnotherEndpoint),
        ]
        for part in parts {
            let failures = try failingRows([part.reason]) { table in
                table.mutate(chain: "classify") { chain in
                    for index in chain.rules.indices where chain.rules[index].statements.contains(where: part.remove) {
                        chain.rules[index].statements.removeAll(where: part.remove)
                    }
                }
            }
            #expect(failures.count == 2, "\(part.reason): \(failures)")
        }
    }

    /// `redirect` lands on 127.0.0.1, whatever other address a listener has.
    @Test func withTheAddressOfTheListenerAskedForNothingIsCaptured() throws {
        let failures = try failingRows(["name resolution is captured"]) { table in
            table.mutate(chain: "captured_local") { chain in
                let landing = Match(.payload(.ipv4Destination), .notEqual(FieldValue(IPv4Address(127, 0, 0, 1))))
                let other = Match(.payload(.ipv4Destination), .notEqual(FieldValue(IPv4Address(127, 0, 0, 53))))
                for index in chain.rules.indices {
                    chain.rules[index].statements = chain.rules[index].statements.map {
                        $0 == .match(landing) ? .match(other) : $0
                    }
                }
            }
        }
        // Five users, five servers of IPv4, two transports.
        #expect(failures.count == 50)
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

    /// Whether it looks in a set with a name that begins so.
    fileprivate func looksUp(_ prefix: String) -> Bool {
        if case .match(let match) = self, case .inSet(let name) = match.operation {
            name.hasPrefix(prefix)
        } else {
            false
        }
    }
}
