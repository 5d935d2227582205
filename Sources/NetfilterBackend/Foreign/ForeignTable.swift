package import Ruleset

/// Another program's table, as far as it can change what ours mean: what its rules do to packets, and where.
package struct ForeignTable: Equatable, Sendable {
    package let family: TableFamily
    package let name: String
    package let chains: [ForeignChain]

    package init(_ family: TableFamily, _ name: String, chains: [ForeignChain]) {
        self.family = family
        self.name = name
        self.chains = chains
    }

    /// The chains that packets get to from one that they enter by themselves, that one included. Where a verdict comes
    /// from a map they may get to any.
    package func chains(reachedFrom base: ForeignChain) -> [ForeignChain] {
        var reached: Set<String> = [base.name]
        var waiting = [base]
        while let chain = waiting.popLast() {
            if chain.rules.contains(where: \.asksMap) { return [base] + chains.filter { $0.hook == nil } }
            for next in chains where chain.rules.contains(where: { $0.targets.contains(next.name) }) {
                if reached.insert(next.name).inserted { waiting.append(next) }
            }
        }
        return chains.filter { reached.contains($0.name) }
    }
}

package struct ForeignChain: Equatable, Sendable {
    package let name: String
    /// Nil for one that packets reach from others only.
    package let hook: ChainHook?
    package var rules: [ForeignRule]

    package init(_ name: String, hook: ChainHook? = nil, rules: [ForeignRule] = []) {
        self.name = name
        self.hook = hook
        self.rules = rules
    }
}

package struct ForeignRule: Equatable, Sendable {
    /// The kernel's number of it, which `nft -a list ruleset` shows.
    package let handle: UInt64
    package let effects: Set<PacketEffect>
    /// Chains that it leads to.
    package let targets: [String]
    /// Whether it takes a verdict from a map, which may lead to any chain.
    package let asksMap: Bool

    package init(
        handle: UInt64, effects: Set<PacketEffect> = [], targets: [String] = [], asksMap: Bool = false
    ) {
        self.handle = handle
        self.effects = effects
        self.targets = targets
        self.asksMap = asksMap
    }
}
