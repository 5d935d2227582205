package import Ruleset

extension Table {
    /// What is different, one line a difference, so that a failing test can be read.
    package func differences(from expected: Table) -> [String] {
        let read = Ruleset(tables: [self]).canonical.tables[0]
        let want = Ruleset(tables: [expected]).canonical.tables[0]
        var lines: [String] = []
        for set in want.sets {
            guard let other = read.set(set.name) else {
                lines.append("set \(set.name) is missing")
                continue
            }
            if other.key != set.key || other.elements != set.elements || other.flags != set.flags {
                lines.append("set: \(other) instead of \(set)")
            }
        }
        for chain in want.chains {
            guard let other = read.chain(chain.name) else {
                lines.append("chain \(chain.name) is missing")
                continue
            }
            if other.hook != chain.hook { lines.append("hook: \(other.hook as Any) instead of \(chain.hook as Any)") }
            if other.rules.count != chain.rules.count { lines.append("\(other.rules.count) rules in \(chain.name)") }
            for (left, right) in zip(other.rules, chain.rules) where left != right {
                lines.append("\(chain.name): \(left.text)   instead of   \(right.text)   \(left.statements)")
            }
        }
        return lines
    }
}
