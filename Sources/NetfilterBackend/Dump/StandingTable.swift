package import Ruleset

/// A table as the kernel holds it, and by which numbers the kernel knows its rules.
package struct StandingTable: Sendable {
    package var table: Table
    /// By chain, in the order of its rules.
    private var ruleHandles: [String: [UInt64]] = [:]

    init(_ table: Table) { self.table = table }

    func handles(ofChain name: String) -> [UInt64] { ruleHandles[name] ?? [] }

    /// This table in the words of `wanted`, which it is equal to: whoever has that has no second one in memory. The
    /// capacities of the sets stay as the kernel made them.
    package func spelled(as wanted: Table) -> StandingTable {
        var standing = self
        standing.table = wanted
        for index in standing.table.sets.indices {
            standing.table.sets[index].size = table.set(wanted.sets[index].name)?.size
        }
        return standing
    }

    /// Rules come chain by chain; `chain` is where the last one went.
    mutating func append(_ dumped: DumpedRule, near chain: inout Int) {
        if !table.chains.indices.contains(chain) || table.chains[chain].name != dumped.chain {
            guard let found = table.chains.firstIndex(where: { $0.name == dumped.chain }) else { return }
            chain = found
        }
        table.chains[chain].rules.append(dumped.rule)
        ruleHandles[dumped.chain, default: []].append(dumped.handle)
    }
}
