/// Where the control groups of one name lie, and what the kernel knows them by.
package struct ControlGroupPlaces: Hashable, Sendable {
    /// How far below the root of the hierarchy: a socket's ancestor is asked for at one level at a time.
    package var levels: Set<UInt32>
    package var identifiers: [UInt64]

    package init(levels: Set<UInt32>, identifiers: [UInt64] = []) {
        self.levels = levels
        self.identifiers = identifiers
    }
}

extension Symbol {
    /// How far below the root systemd puts such a control group (systemd.slice(5)); for a unit, unless another slice is
    /// written for it. Nil for what is no unit or slice.
    package var usualLevel: UInt32? {
        switch self {
        case .unit(_, nil): 2
        // user.slice/user-1000.slice/user@1000.service/app.slice/x.service
        case .unit: 5
        case .slice(let name, nil): Symbol.depth(ofSlice: name)
        case .slice(let name, _): 3 + Symbol.depth(ofSlice: name)
        default: nil
        }
    }

    /// The names from a manager's root down to a slice: `a-b.slice` lies in `a.slice`. None for the root slice, `-.slice`.
    package static func path(ofSlice name: String) -> [String] {
        let parts = name.dropLast(".slice".count).split(separator: "-")
        return parts.indices.map { parts[...$0].joined(separator: "-") + ".slice" }
    }

    private static func depth(ofSlice name: String) -> UInt32 { UInt32(path(ofSlice: name).count) }
}

extension Chain {
    /// Rules that ask for a control group, once for each level at which one of its set lies; `levels` is nil where
    /// nobody can or will tell, and then the chain lets everything pass.
    mutating func ask(forControlGroupsAt levels: (_ set: String) -> Set<UInt32>?) {
        guard rules.contains(where: { $0.controlGroupSet != nil }) else { return }
        var asked: [ChainRule] = []
        for rule in rules {
            guard let set = rule.controlGroupSet else {
                asked.append(rule)
                continue
            }
            guard let levels = levels(set) else {
                rules = [ChainRule(.accept)]
                return
            }
            asked += levels.sorted().map { rule.asking(at: $0) }
        }
        rules = asked
    }
}

extension ChainRule {
    /// The set in which this rule of a template looks for a control group at a level that is left open.
    fileprivate var controlGroupSet: String? {
        for case .match(let match) in statements where match.asksForControlGroup {
            if case .inSet(let name) = match.operation { return name }
        }
        return nil
    }

    fileprivate func asking(at level: UInt32) -> ChainRule {
        ChainRule(
            statements.map { statement in
                guard case .match(var match) = statement, match.asksForControlGroup else { return statement }
                match.field = .socketCgroup(level: level)
                return .match(match)
            }, comment: comment)
    }
}

extension Match {
    fileprivate var asksForControlGroup: Bool { isOf(.socketCgroup(level: 0)) }
}
