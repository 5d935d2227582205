/// What turns the rules of one chain into others: runs of them that are exchanged. Rules that stay keep their place.
package struct ChainPatch: Equatable, Sendable {
    /// `oldCount` rules from `start` on, counted in the old chain, become `rules`.
    package struct Splice: Equatable, Sendable {
        package let start: Int
        package let oldCount: Int
        package let rules: ArraySlice<ChainRule>
    }

    package let name: String
    /// In the order of the chain. All but the last exchange as many as they take: a rule of theirs has the same place in
    /// the old and the new chain.
    package let splices: [Splice]

    /// The kernel finds a rule to be exchanged by walking the chain: where most rules differ, the whole chain is
    /// exchanged, in one splice.
    init(_ name: String, from old: [ChainRule], to new: [ChainRule]) {
        self.name = name
        let splices = ChainPatch.splices(old, new)
        let changed = splices.reduce(0) { $0 + max($1.oldCount, $1.rules.count) }
        self.splices =
            changed * 2 > old.count ? [Splice(start: 0, oldCount: old.count, rules: new[...])] : splices
    }

    package func applied(to rules: [ChainRule]) -> [ChainRule] {
        var rules = rules
        for splice in splices.reversed() {
            rules.replaceSubrange(splice.start..<splice.start + splice.oldCount, with: splice.rules)
        }
        return rules
    }

    /// Place by place between the rules that both begin with and those that both end with.
    private static func splices(_ old: [ChainRule], _ new: [ChainRule]) -> [Splice] {
        let shorter = min(old.count, new.count)
        var end = 0
        while end < shorter, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        let common = shorter - end
        var splices: [Splice] = []
        var start: Int?
        for index in 0..<common {
            if old[index] != new[index] {
                start = start ?? index
            } else if let begun = start {
                splices.append(Splice(start: begun, oldCount: index - begun, rules: new[begun..<index]))
                start = nil
            }
        }
        let begun = start ?? common
        let last = Splice(start: begun, oldCount: old.count - end - begun, rules: new[begun..<new.count - end])
        return last.oldCount == 0 && last.rules.isEmpty ? splices : splices + [last]
    }
}
