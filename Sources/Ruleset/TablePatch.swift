/// What turns one table into another: the parts that differ, and nothing of the rest.
package struct TablePatch: Equatable, Sendable {
    package private(set) var addedSets: [NamedSet] = []
    package private(set) var removedSets: [String] = []
    package private(set) var changedSets: [SetPatch] = []
    package private(set) var addedChains: [Chain] = []
    package private(set) var removedChains: [String] = []
    package private(set) var changedChains: [ChainPatch] = []

    /// From `old`, whose sets have the capacities that they were made with, to `new`. Nil where the kernel has no way
    /// from one to the other without making the table anew: other flags, another kind or place of a set or chain, what
    /// others have put there, and sets that cannot take elements.
    package init?(from old: Table, to new: Table) {
        guard old.family == new.family, old.name == new.name, old.flags == new.flags, old.others == new.others
        else { return nil }
        guard compare(sets: old.sets, new.sets), compare(chains: old.chains, new.chains) else { return nil }
    }

    package func applied(to table: Table) -> Table {
        var table = table
        table.sets.removeAll { removedSets.contains($0.name) }
        table.chains.removeAll { removedChains.contains($0.name) }
        for patch in changedSets {
            guard let index = table.sets.firstIndex(where: { $0.name == patch.name }) else { continue }
            table.sets[index].elements.removeAll { patch.removed.contains($0) }
            table.sets[index].elements += patch.added
        }
        for patch in changedChains {
            guard let index = table.chains.firstIndex(where: { $0.name == patch.name }) else { continue }
            table.chains[index].rules = patch.applied(to: table.chains[index].rules)
        }
        table.sets += addedSets
        table.chains += addedChains
        return table
    }

    private mutating func compare(sets old: [NamedSet], _ new: [NamedSet]) -> Bool {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        for set in new {
            guard let old = before[set.name] else {
                addedSets.append(set)
                continue
            }
            guard old.key == set.key, old.flags == set.flags, set.size == nil || set.size == old.size else {
                return false
            }
            guard old.elements != set.elements, let patch = SetPatch(from: old, to: set) else { continue }
            guard set.canChange(to: set.elements.count, capacity: old.size) else { return false }
            changedSets.append(patch)
        }
        let names = Set(new.map(\.name))
        removedSets = old.map(\.name).filter { !names.contains($0) }
        return true
    }

    private mutating func compare(chains old: [Chain], _ new: [Chain]) -> Bool {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        for chain in new {
            guard let old = before[chain.name] else {
                addedChains.append(chain)
                continue
            }
            guard old.hook == chain.hook else { return false }
            if old.rules != chain.rules {
                changedChains.append(ChainPatch(chain.name, from: old.rules, to: chain.rules))
            }
        }
        let names = Set(new.map(\.name))
        removedChains = old.map(\.name).filter { !names.contains($0) }
        return true
    }
}

/// The elements that go from one set, and those that come.
package struct SetPatch: Equatable, Sendable {
    package let name: String
    package let removed: [SetElement]
    package let added: [SetElement]

    /// Nil when they have the same elements, in whatever order.
    init?(from old: NamedSet, to new: NamedSet) {
        let (before, after) = (Set(old.elements), Set(new.elements))
        guard before != after else { return nil }
        name = new.name
        removed = old.elements.filter { !after.contains($0) }
        added = new.elements.filter { !before.contains($0) }
    }
}

extension NamedSet {
    /// A hash of fixed size takes no more than it was made for; the kernel's trees of intervals are filled once.
    fileprivate func canChange(to count: Int, capacity: UInt32?) -> Bool {
        flags.isDisjoint(with: [.constant, .interval, .timeout]) && count <= capacity.map { Int($0) } ?? .max
    }
}
