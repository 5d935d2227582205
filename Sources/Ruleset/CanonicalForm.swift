extension Ruleset {
    /// The same ruleset in the one order that comparing and digesting need: tables, chains and sets by name, elements
    /// by value. Rules keep their order, because it means something; elements with a timeout come and go and are left
    /// out.
    package var canonical: Ruleset {
        Ruleset(
            tables: tables.map(\.canonical).sorted { ($0.family.rawValue, $0.name) < ($1.family.rawValue, $1.name) })
    }
}

extension Table {
    fileprivate var canonical: Table {
        var table = self
        table.sets = sets.map(\.canonical).sorted { $0.name < $1.name }
        table.chains = chains.map(\.canonical).sorted { $0.name < $1.name }
        return table
    }
}

extension NamedSet {
    fileprivate var canonical: NamedSet {
        var set = self
        set.elements = flags.contains(.timeout) ? [] : elements.sorted()
        return set
    }
}

extension Chain {
    fileprivate var canonical: Chain {
        Chain(name, hook: hook, rules: rules.map { ChainRule($0.statements.map(\.canonical), comment: $0.comment) })
    }
}

extension Statement {
    fileprivate var canonical: Statement {
        switch self {
        case .match(var match):
            match.operation = match.operation.canonical
            return .match(match)
        case .verdictMap(var map):
            map.entries.sort { $0.key < $1.key }
            return .verdictMap(map)
        default: return self
        }
    }
}

extension Match.Operation {
    fileprivate var canonical: Match.Operation {
        switch self {
        case .anyOf(let elements): .anyOf(elements.sorted())
        case .noneOf(let elements): .noneOf(elements.sorted())
        default: self
        }
    }
}
