import PolicyCompiler
import ProfileMeaning
import ProfileModel
import Ruleset

/// Control groups of a made-up machine: one of each unit and slice of a plan, with others in and beside them.
struct PlaceWorld {
    /// Where a sender can be.
    struct Location {
        var place = ProcessPlace()
        var ownPlace: ProfilePacket.Sender.OwnPlace?
        /// From the root's child down.
        var cgroups: [UInt64] = []
    }

    private(set) var locations = [Location()]
    /// Users who have managers of their own.
    private(set) var managers: [String] = []
    private var places: [Symbol: ControlGroupPlaces] = [:]
    private var identifiers: [[String]: UInt64] = [:]

    init(_ plan: EnforcementPlan) {
        let selectors = (plan.subjects + plan.owners).flatMap(\.selectors)
        let slices = selectors.compactMap { if case .slice(let name, nil) = $0 { name } else { nil } }
        for (index, selector) in selectors.enumerated() {
            switch selector {
            case .unit(let name, nil):
                // Every other one in a slice that is somebody's too.
                let slice = index % 2 == 0 ? slices.first : nil
                add(.unit(name, ofUser: nil), in: Symbol.path(ofSlice: slice ?? "system.slice"), unit: name)
            case .slice(let name, nil):
                let path = Symbol.path(ofSlice: name)
                add(.slice(name, ofUser: nil), in: path, unit: nil)
                add(nil, in: path, unit: "other.service")
                add(nil, in: path + ["\(name.dropLast(6))-inner.slice"], unit: "deep.service")
            case .unit(let name, let user?):
                add(.unit(name, ofUser: user), in: ["app.slice"], unit: name, of: user)
            case .slice(let name, let user?):
                add(.slice(name, ofUser: user), in: Symbol.path(ofSlice: name), unit: nil, of: user)
                add(nil, in: Symbol.path(ofSlice: name), unit: "other.service", of: user)
            case .user, .group, .interface: break
            }
        }
        if !places.isEmpty { add(nil, in: ["system.slice"], unit: "other.service") }
    }

    subscript(symbol: Symbol) -> ControlGroupPlaces? { places[symbol] }

    private mutating func add(_ symbol: Symbol?, in slices: [String], unit: String?, of user: String? = nil) {
        var location = Location()
        var path = slices + (unit.map { [$0] } ?? [])
        if let user {
            let base = ["user.slice", "user-\(user).slice"]
            location.place = ProcessPlace(unit: "user@\(user).service", slices: base)
            location.ownPlace = .init(user: user, place: ProcessPlace(unit: unit, slices: slices))
            path = base + ["user@\(user).service"] + path
            if !managers.contains(user) { managers.append(user) }
        } else {
            location.place = ProcessPlace(unit: unit, slices: slices)
        }
        for end in path.indices {
            let group = Array(path[...end])
            if identifiers[group] == nil { identifiers[group] = UInt64(identifiers.count + 100) }
            location.cgroups.append(identifiers[group] ?? 0)
        }
        locations.append(location)
        if let symbol {
            places[symbol] = ControlGroupPlaces(
                levels: [UInt32(path.count)], identifiers: [location.cgroups[path.count - 1]])
        }
    }
}
