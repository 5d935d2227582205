internal import ProfileMeaning
internal import ProfileModel
internal import Ruleset

/// Control groups of a machine that has every unit and slice of a profile, where systemd usually puts them.
struct SimulatedPlaces {
    private var identifiers: [Symbol: UInt64] = [:]

    init(_ selectors: [ProfileModel.Selector]) {
        for symbol in selectors.flatMap(\.symbols) where identifiers[symbol] == nil {
            identifiers[symbol] = UInt64(identifiers.count + 1)
        }
    }

    subscript(symbol: Symbol) -> ControlGroupPlaces? {
        guard let level = symbol.usualLevel else { return nil }
        return ControlGroupPlaces(levels: [level], identifiers: identifiers[symbol].map { [$0] } ?? [])
    }

    /// From the root's child down; zero where nothing is asked for.
    func controlGroups(of sender: ProfilePacket.Sender) -> [UInt64] {
        var groups: [UInt64] = []
        let own = sender.ownPlace.map { $0.place.symbols(ofUser: $0.user) } ?? []
        for symbol in sender.place.symbols(ofUser: nil) + own {
            guard let level = symbol.usualLevel, let identifier = identifiers[symbol] else { continue }
            while groups.count < Int(level) { groups.append(0) }
            groups[Int(level) - 1] = identifier
        }
        return groups
    }
}

extension ProcessPlace {
    fileprivate func symbols(ofUser user: String?) -> [Symbol] {
        slices.map { .slice($0, ofUser: user) } + (unit.map { [.unit($0, ofUser: user)] } ?? [])
    }
}

extension ProfilePacket.Sender {
    /// In a unit or in slices of the system's manager, or of `manager`'s own.
    init(user: String, group: String, unit: String?, slices: [String], of manager: String?) {
        let place = ProcessPlace(unit: unit, slices: slices)
        self.init(
            user: user, group: group, place: manager == nil ? place : ProcessPlace(),
            ownPlace: manager.map { .init(user: $0, place: place) })
    }
}

extension ProfileModel.Selector {
    /// Whose own manager it is about.
    var managedBy: String? {
        switch self {
        case .unit(_, let user), .slice(_, let user): user
        case .user, .group, .interface: nil
        }
    }

    fileprivate var symbols: [Symbol] {
        switch self {
        case .unit(let name, let user): [.unit(name, ofUser: user)]
        case .slice(let name, let user): Symbol.path(ofSlice: name).map { .slice($0, ofUser: user) }
        case .user, .group, .interface: []
        }
    }
}
