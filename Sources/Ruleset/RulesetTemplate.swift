package import NetworkTypes

/// A table as a bundle carries it: the same on every machine. What a machine or a moment decides is left open: who
/// the users are, which devices there are, the epoch, and the stamp.
package struct RulesetTemplate: Hashable, Sendable {
    package var table: Table
    /// The sets that are empty here and are filled when the table is put in force.
    package var symbolicSets: [SymbolicSet]
    /// What the wires of this machine's devices are checked by.
    package var wire: WireTemplate

    package init(table: Table, symbolicSets: [SymbolicSet], wire: WireTemplate = WireTemplate()) {
        self.table = table
        self.symbolicSets = symbolicSets
        self.wire = wire
    }

    /// The prefixes under which the profile knows that networks translate IPv4.
    package var knownTranslators: [IPPrefix] {
        symbolicSets.flatMap(\.symbols).lazy.compactMap(\.knownTranslators).first ?? []
    }

    /// What the sets of control groups stand for.
    package var controlGroups: Set<Symbol> { Set(symbolicSets.flatMap(\.symbols).filter(\.isControlGroup)) }

    /// The table for one machine and moment. In a template the epoch's bits of every connection-mark constant are
    /// zero; they are filled in here. `paths` are the numbers that the template's own become; others stay.
    /// `neighbours` are the prefixes of links, `translators` those that networks announce. A symbol that `resolve` does
    /// not know leaves its set without it. `stamp` is written where one was left open. `controlGroups` tells where those
    /// of a symbol lie; units and slices for which it does not match nothing, and a chain that asks for the resolver's
    /// lets everything pass.
    package func instantiate(
        epoch: UInt16, stamp: PacketStamp = .symbolic, paths: [PathNumber: PathNumber] = [:],
        neighbours: [IPPrefix] = [], translators: [IPPrefix] = [],
        controlGroups: (Symbol) -> ControlGroupPlaces? = { _ in nil }, resolve: (Symbol) -> [FieldValue]
    ) -> Table {
        var table = table
        for index in table.sets.indices {
            guard let symbolic = symbolicSets.first(where: { $0.name == table.sets[index].name }) else { continue }
            table.sets[index].elements =
                symbolic.prefixes(neighbours: neighbours, translators: translators).map(AddressIntervals.merging)
                ?? symbolic.values(paths, controlGroups, resolve).map { SetElement($0) }
        }
        let levels = levels(controlGroups)
        for chain in table.chains.indices {
            table.chains[chain].ask { levels[$0] ?? [] }
            for rule in table.chains[chain].rules.indices {
                table.chains[chain].rules[rule].fill(epoch: MarkLayout.epochBits(epoch))
                if !paths.isEmpty { table.chains[chain].rules[rule].renumber(paths) }
                // Last: a stamp's bits are no path's.
                if table.chains[chain].rules[rule].hasOpenStamp {
                    table.chains[chain].rules[rule] = table.chains[chain].rules[rule].stamped(stamp)
                }
            }
        }
        return table
    }

    /// How deep the control groups of each set of them lie; nil where nobody knows.
    private func levels(_ controlGroups: (Symbol) -> ControlGroupPlaces?) -> [String: Set<UInt32>?] {
        var levels: [String: Set<UInt32>?] = [:]
        for symbolic in symbolicSets where symbolic.symbols.contains(where: \.isControlGroup) {
            let places = symbolic.symbols.map { controlGroups($0) ?? $0.nowhere }
            levels[symbolic.name] = places.contains(nil) ? .some(nil) : Set(places.compactMap { $0?.levels }.joined())
        }
        return levels
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
    /// Those whose wire is checked.
    case checkedDevices
    case device(String)
    /// The path, by its bits in a mark, while its device is not there or is down.
    case downPath(PathNumber, device: String)
    /// The cgroups that the resolver's sockets are made in.
    case resolverCgroups
    /// A unit of the system manager, or of that user's own: where its processes are.
    case unit(String, ofUser: String?)
    case slice(String, ofUser: String?)
    /// Addresses on the links of physical devices: a set of intervals of its own.
    case neighbours(AddressFamily)
    /// The prefixes under which networks say that they translate IPv4, but for those that the profile knows: a set of
    /// intervals of its own.
    case announcedTranslators(besides: [IPPrefix])

    /// The one that is the same everywhere, and those of a profile.
    package static let maximumTranslators = 5

    /// Whether it stands for control groups.
    package var isControlGroup: Bool {
        switch self {
        case .resolverCgroups, .unit, .slice: true
        case .user, .group, .physicalDevices, .checkedDevices, .device, .downPath, .neighbours, .announcedTranslators:
            false
        }
    }

    fileprivate var neighbourFamily: AddressFamily? { if case .neighbours(let family) = self { family } else { nil } }

    fileprivate var knownTranslators: [IPPrefix]? {
        if case .announcedTranslators(let known) = self { known } else { nil }
    }

    fileprivate var isPath: Bool { if case .downPath = self { true } else { false } }

    /// What is taken where nobody tells of control groups.
    fileprivate var nowhere: ControlGroupPlaces? { self == .resolverCgroups ? nil : ControlGroupPlaces(levels: []) }
}

extension SymbolicSet {
    /// Nil when it is no set of intervals.
    fileprivate func prefixes(neighbours: [IPPrefix], translators: [IPPrefix]) -> [IPPrefix]? {
        if let family = symbols.lazy.compactMap(\.neighbourFamily).first {
            return neighbours.filter { $0.address.family == family }
        }
        return symbols.lazy.compactMap(\.knownTranslators).first.map { known in
            translators.filter { !known.contains($0) }
        }
    }

    /// Each once, in order.
    fileprivate func values(
        _ paths: [PathNumber: PathNumber], _ controlGroups: (Symbol) -> ControlGroupPlaces?,
        _ resolve: (Symbol) -> [FieldValue]
    ) -> [FieldValue] {
        let values = Set(
            symbols.flatMap { symbol in
                symbol.isControlGroup
                    ? (controlGroups(symbol)?.identifiers ?? []).map { FieldValue($0) } : resolve(symbol)
            })
        let isOfPaths = symbols.contains(where: \.isPath)
        return values.map { isOfPaths ? $0.renumbering(paths) : $0 }.sorted()
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
        guard isOf(.conntrack(.mark)) else { return false }
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
