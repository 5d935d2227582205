internal import ProfileModel

/// Which subject a sender is, of which path the owner, or whether the time service: exclusive subjects before owners before ordinary subjects. In
/// each rank the system manager's unit before its slices, the innermost first, then those of the user's own manager, then
/// user before group; and of several subjects the first.
struct SelectorOwners: Sendable {
    enum Holder: Hashable, Sendable {
        case subject(Int)
        case path(Int)
        case timeService
    }

    /// From the highest rank down.
    private var ranks: [[Selector: Holder]] = [[:], [:], [:]]

    init(_ profile: Profile) {
        for (index, subject) in profile.subjects.enumerated() {
            for selector in subject.selectors {
                hold(selector.value, .subject(index), rank: subject.isExclusive ? 0 : 2)
            }
        }
        for (index, path) in profile.paths.enumerated() {
            if let owner = path.owner { hold(owner.value, .path(index), rank: 1) }
        }
        if let time = profile.local.time { hold(time.from.value, .timeService, rank: 2) }
    }

    /// Nil for those whom the profile does not name.
    func holder(of sender: ProfilePacket.Sender) -> Holder? {
        let selectors = sender.selectors
        for rank in ranks {
            for selector in selectors { if let holder = rank[selector] { return holder } }
        }
        return nil
    }

    private mutating func hold(_ selector: Selector, _ holder: Holder, rank: Int) {
        if ranks[rank][selector] == nil { ranks[rank][selector] = holder }
    }
}

extension ProfilePacket.Sender {
    /// All that could be written for it, from the highest rank down. Its own manager's word counts for its user alone.
    fileprivate var selectors: [Selector] {
        if let interface { return [.interface(interface)] }
        let own = ownPlace.flatMap { $0.user == user ? $0.place.selectors(ofUser: user) : nil }
        return place.selectors(ofUser: nil) + (own ?? []) + [.user(user), .group(group)]
    }
}

extension ProcessPlace {
    fileprivate func selectors(ofUser user: String?) -> [Selector] {
        (unit.map { [.unit($0, ofUser: user)] } ?? []) + slices.reversed().map { .slice($0, ofUser: user) }
    }
}
