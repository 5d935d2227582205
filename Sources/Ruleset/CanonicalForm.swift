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
        table.others.sort()
        return table
    }
}

extension NamedSet {
    fileprivate var canonical: NamedSet {
        var set = self
        set.elements = flags.contains(.timeout) ? [] : elements.inOrder
        return set
    }
}

extension Chain {
    fileprivate var canonical: Chain {
        var chain = self
        // Few rules have an order of their own; the others are not copied.
        for rule in rules.indices where rules[rule].statements.contains(where: \.hasElements) {
            chain.rules[rule].statements = rules[rule].statements.map(\.canonical)
        }
        return chain
    }
}

extension [SetElement] {
    fileprivate var inOrder: [SetElement] {
        zip(self, dropFirst()).allSatisfy { $0 < $1 } ? self : sorted()
    }
}

extension Statement {
    /// Whether it has a list whose order means nothing.
    fileprivate var hasElements: Bool {
        switch self {
        case .match(let match): match.operation.hasElements
        case .verdictMap: true
        default: false
        }
    }

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
    fileprivate var hasElements: Bool {
        switch self {
        case .anyOf, .noneOf: true
        default: false
        }
    }

    fileprivate var canonical: Match.Operation {
        switch self {
        case .anyOf(let elements): .anyOf(elements.inOrder)
        case .noneOf(let elements): .noneOf(elements.inOrder)
        default: self
        }
    }
}
