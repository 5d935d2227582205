/// A table as a bundle carries it: the same on every machine. What a machine or a moment decides is left open: who
/// the users are, which devices there are, and the epoch.
package struct RulesetTemplate: Hashable, Sendable {
    package var table: Table
    /// The sets that are empty here and are filled when the table is put in force.
    package var symbolicSets: [SymbolicSet]

    package init(table: Table, symbolicSets: [SymbolicSet]) {
        self.table = table
        self.symbolicSets = symbolicSets
    }

    /// The table for one machine and moment. In a template the epoch's bits of every connection-mark constant are
    /// zero; they are filled in here. `paths` are the numbers that the template's own become; others stay. A symbol
    /// that `resolve` does not know leaves its set without it. `cgroupLevel` is where the cgroups lie that sockets are
    /// looked up in; without one, a chain that asks for them lets everything pass.
    package func instantiate(
        epoch: UInt16, paths: [PathNumber: PathNumber] = [:], cgroupLevel: UInt32? = nil,
        resolve: (Symbol) -> [FieldValue]
    ) -> Table {
        var table = table
        for index in table.sets.indices {
            guard let symbolic = symbolicSets.first(where: { $0.name == table.sets[index].name }) else { continue }
            let values = Set(symbolic.symbols.flatMap { resolve($0) })
            table.sets[index].elements = values.sorted().map { SetElement($0) }
        }
        for chain in table.chains.indices {
            table.chains[chain].ask(forCgroupsAt: cgroupLevel)
            for rule in table.chains[chain].rules.indices {
                table.chains[chain].rules[rule].fill(epoch: MarkLayout.epochBits(epoch))
                if !paths.isEmpty { table.chains[chain].rules[rule].renumber(paths) }
            }
        }
        return table
    }
}

/// A set whose members are known by name only.
package struct SymbolicSet: Hashable, Sendable {
    package var name: String
    package var symbols: [Symbol]

    package init(_ name: String, _ symbols: [Symbol]) {
        self.name = name
        self.symbols = symbols
    }
}

/// Something that a machine knows and a bundle does not.
package enum Symbol: Hashable, Sendable {
    case user(String)
    case group(String)
    /// Every device that is no loopback, no path's and no container's.
    case physicalDevices
    case device(String)
    /// The cgroups that the resolver's sockets are made in.
    case resolverCgroups
}

extension Chain {
    fileprivate mutating func ask(forCgroupsAt level: UInt32?) {
        guard rules.contains(where: { $0.statements.contains(where: \.asksForCgroup) }) else { return }
        guard let level else {
            rules = [ChainRule(.accept)]
            return
        }
        for index in rules.indices {
            rules[index].statements = rules[index].statements.map { statement in
                guard statement.asksForCgroup, case .match(var match) = statement else { return statement }
                match.fields = [.socketCgroup(level: level)]
                return .match(match)
            }
        }
    }
}

extension Statement {
    /// In a template, at a level that is left open.
    fileprivate var asksForCgroup: Bool {
        if case .match(let match) = self { match.fields == [.socketCgroup(level: 0)] } else { false }
    }
}

extension ChainRule {
    /// Most rules speak of no connection mark and stay as they are.
    fileprivate mutating func fill(epoch: UInt32) {
        for index in statements.indices {
            switch statements[index] {
            case .setMark(var change) where change.destination == .connection:
                change.bits |= epoch & ~change.keep
                statements[index] = .setMark(change)
            case .match(var match) where match.comparesEpoch:
                match.operation = match.operation.filling(epoch: epoch)
                statements[index] = .match(match)
            default: break
            }
        }
    }

    fileprivate mutating func renumber(_ paths: [PathNumber: PathNumber]) {
        statements = statements.map { $0.renumbering(paths) }
    }
}

extension Match {
    fileprivate var comparesEpoch: Bool {
        guard fields.count == 1, fields[0] == .conntrack(.mark) else { return false }
        return mask.map { UInt32(truncatingIfNeeded: $0.integer) & MarkLayout.epoch == MarkLayout.epoch } ?? true
    }
}

extension Match.Operation {
    fileprivate func filling(epoch: UInt32) -> Match.Operation {
        switch self {
        case .equal(let value): .equal(FieldValue(UInt32(truncatingIfNeeded: value.integer) | epoch))
        case .notEqual(let value): .notEqual(FieldValue(UInt32(truncatingIfNeeded: value.integer) | epoch))
        default: self
        }
    }
}
