internal import Bundle
internal import Cryptography
internal import Ruleset

/// Lists of addresses that are long become sets of the table, which rules with the same list share. A set is named after
/// its content: a list that changes is another set, loaded beside the old one, and the rule changes over to it in one
/// commit. To put one interval into a large set that is in force would take the kernel as long as the whole does.
struct LargeSets {
    private(set) var sets: [NamedSet] = []
    private var names: Set<String> = []

    /// The chains, in which no rule has such a list any more.
    mutating func extract(from chains: [Chain]) -> [Chain] {
        chains.map { chain in
            var chain = chain
            for rule in chain.rules.indices {
                for index in chain.rules[rule].statements.indices {
                    let statement = chain.rules[rule].statements[index]
                    if let smaller = extract(from: statement) { chain.rules[rule].statements[index] = smaller }
                }
            }
            return chain
        }
    }

    /// Nil where the statement has no long list.
    private mutating func extract(from statement: Statement) -> Statement? {
        guard case .match(var match) = statement, case .anyOf(let elements) = match.operation,
            elements.count > EnforcementSettings.maximumListedElements, match.others.isEmpty
        else { return nil }
        let type = match.field.type
        guard type == .ipv4Address || type == .ipv6Address else { return nil }
        var set = NamedSet("", key: [type], flags: .interval, elements: elements)
        set.name = Name.list(type, SHA256.digest(of: set.packedElements.span))
        if names.insert(set.name).inserted { sets.append(set) }
        match.operation = .inSet(set.name)
        return .match(match)
    }
}
