import KernelTestSupport
import Ruleset
import TestSupport
import Testing

@Suite struct TablePatchTests {
    /// Random pairs: some have nothing to do with each other, some are nearly equal.
    @Test(arguments: 0..<500)
    func thePatchLeadsFromOneTableToTheOther(seed: Int) throws {
        var random = RandomTable(SplitMix(state: UInt64(seed)))
        let old = random.next("t")
        let new = seed % 2 == 0 ? random.change(old) : random.next("t")
        guard let patch = TablePatch(from: old, to: new) else {
            #expect(
                new.sets.contains { set in
                    old.set(set.name).map { $0.flags != set.flags || set.flags.contains(.interval) } ?? false
                })
            return
        }
        #expect(patch.applied(to: old).difference(from: new).isEmpty)
        #expect(
            patch.changedChains.map(\.name)
                == new.chains.filter { chain in
                    old.chain(chain.name).map { $0.rules != chain.rules } ?? false
                }.map(\.name))
        for change in patch.changedSets { #expect(!change.removed.isEmpty || !change.added.isEmpty) }
    }

    @Test func equalTablesNeedNothing() throws {
        var random = RandomTable(SplitMix(state: 1))
        let table = random.next("t")
        let patch = try #require(TablePatch(from: table, to: table))
        #expect(patch.addedSets.isEmpty && patch.removedSets.isEmpty && patch.changedSets.isEmpty)
        #expect(patch.addedChains.isEmpty && patch.removedChains.isEmpty && patch.changedChains.isEmpty)
    }

    /// One rule of many changes, one comes, one goes: the others keep their place.
    @Test func rulesThatStayAreLeftAlone() throws {
        let rules = (0..<20).map { ChainRule(.mark(0xFF, is: UInt32($0)), .accept) }
        var changed = rules
        changed[3] = ChainRule(.drop)
        #expect(try splices(rules, changed) == [Exchange(3, 1, changed[3...3])])
        var longer = rules
        longer.insert(ChainRule(.drop), at: 7)
        #expect(try splices(rules, longer) == [Exchange(7, 0, longer[7...7])])
        #expect(try splices(longer, rules) == [Exchange(7, 1, rules[7..<7])])
        #expect(try splices(rules, rules.reversed()) == [Exchange(0, 20, rules.reversed()[...])])
    }

    /// What the kernel cannot change in a table that stands.
    @Test func whatCannotBeChangedInPlaceHasNoPatch() {
        let set = NamedSet("s", key: [.port], size: 1, elements: [SetElement(FieldValue(UInt16(1)))])
        let chain = Chain("c", hook: ChainHook(.filter, .output, priority: 0, policy: .accept))
        let table = Table(.inet, "t", sets: [set], chains: [chain])
        var other = table
        other.flags = .owner
        #expect(TablePatch(from: table, to: other) == nil)
        other = table
        other.chains[0].hook?.policy = .drop
        #expect(TablePatch(from: table, to: other) == nil)
        other = table
        other.sets[0].key = [.mark]
        #expect(TablePatch(from: table, to: other) == nil)
        other = table
        other.sets[0].size = nil
        other.sets[0].elements.append(SetElement(FieldValue(UInt16(2))))
        #expect(TablePatch(from: table, to: other) == nil, "the set is full")
        other.sets[0].elements.removeFirst()
        #expect(TablePatch(from: table, to: other) != nil)
    }

    private struct Exchange: Equatable {
        let start: Int
        let oldCount: Int
        let rules: ArraySlice<ChainRule>

        init(_ start: Int, _ oldCount: Int, _ rules: ArraySlice<ChainRule>) {
            (self.start, self.oldCount, self.rules) = (start, oldCount, rules)
        }
    }

    private func splices(_ old: [ChainRule], _ new: [ChainRule]) throws -> [Exchange] {
        let patch = try #require(
            TablePatch(
                from: Table(.inet, "t", chains: [Chain("c", rules: old)]),
                to: Table(.inet, "t", chains: [Chain("c", rules: new)])))
        return try #require(patch.changedChains.first).splices.map { Exchange($0.start, $0.oldCount, $0.rules) }
    }
}
