internal import ProfileModel
internal import Ruleset

/// The selectors of one subject that are of one rank: a set of the table.
struct SelectorSet {
    /// Where several match a sender, the highest counts. What a user's own manager calls its units is the user's word: it
    /// takes nothing from what the system's manager says.
    enum Rank: Hashable, Comparable {
        case group
        case user
        case ownSlice(depth: UInt32)
        case ownUnit
        case slice(depth: UInt32)
        case unit
    }

    let name: String
    let rank: Rank
    let symbols: [Symbol]
    /// Whose own units and slices they are, with the set of that one user.
    let owner: (set: String, user: String)?

    var key: FieldType {
        switch rank {
        case .user: .userIdentifier
        case .group: .groupIdentifier
        default: .cgroup
        }
    }

    /// What a sender of the set shows. A process of another user is not the owner's, whatever it runs in.
    var matches: [Statement] {
        switch rank {
        case .user: [.match(Match(.meta(.skuid), .inSet(name)))]
        case .group: [.match(Match(.meta(.skgid), .inSet(name)))]
        default:
            (owner.map { [.match(Match(.meta(.skuid), .inSet($0.set)))] } ?? [])
                + [.match(Match(.socketCgroup(level: 0), .inSet(name)))]
        }
    }
}

extension EnforcementPlan.Subject {
    /// In the order in which a table lists them.
    var selectorSets: [SelectorSet] {
        var sets: [SelectorSet] = []
        for (rank, user, symbols) in ranked {
            let name: String
            var owner: (set: String, user: String)?
            switch rank {
            case .user: name = Name.users(number)
            case .group: name = Name.groups(number)
            case .unit: name = Name.units(number)
            case .slice(let depth): name = Name.slices(number, depth)
            case .ownUnit, .ownSlice:
                name = Name.own(number, sets.count)
                owner = user.map { (Name.ownUser(number, sets.count), $0) }
            }
            sets.append(SelectorSet(name: name, rank: rank, symbols: symbols, owner: owner))
        }
        return sets
    }

    /// Whether its sockets are known by the control group that they were made in, and not by a user or group.
    var isKnownByControlGroup: Bool { selectorSets.allSatisfy { $0.key == .cgroup } }

    private struct Group: Equatable {
        let rank: SelectorSet.Rank
        let user: String?
    }

    private var ranked: [(SelectorSet.Rank, user: String?, symbols: [Symbol])] {
        // Few: looking at each is faster than asking for its place.
        var groups: [(group: Group, symbols: [Symbol])] = []
        for selector in selectors {
            guard let (group, symbol) = EnforcementPlan.Subject.group(selector) else { continue }
            if let known = groups.firstIndex(where: { $0.group == group }) {
                groups[known].symbols.append(symbol)
            } else {
                groups.append((group, [symbol]))
            }
        }
        let usersFirst = groups.filter { $0.group.rank == .user } + groups.filter { $0.group.rank == .group }
        let others = groups.filter { $0.group.rank != .user && $0.group.rank != .group }
        return (usersFirst + others).map { ($0.group.rank, $0.group.user, $0.symbols) }
    }

    private static func group(_ selector: ProfileModel.Selector) -> (Group, Symbol)? {
        switch selector {
        case .user(let name): return (Group(rank: .user, user: nil), .user(name))
        case .group(let name): return (Group(rank: .group, user: nil), .group(name))
        case .unit(let name, let user):
            return (Group(rank: user == nil ? .unit : .ownUnit, user: user), .unit(name, ofUser: user))
        case .slice(let name, let user):
            let depth = UInt32(Symbol.path(ofSlice: name).count)
            return (
                Group(rank: user == nil ? .slice(depth: depth) : .ownSlice(depth: depth), user: user),
                .slice(name, ofUser: user)
            )
        case .interface: return nil
        }
    }
}
