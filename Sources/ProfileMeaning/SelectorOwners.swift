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

    /// Who holds a selector, at most one in each rank.
    private var claims: [Selector: [Claim]] = [:]

    private struct Claim {
        /// 0 is the highest.
        let rank: Int
        let holder: Holder
    }

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
        var best: Claim?
        for selector in sender.selectors {
            for claim in claims[selector] ?? [] where best.map({ claim.rank < $0.rank }) ?? true { best = claim }
        }
        return best?.holder
    }

    private mutating func hold(_ selector: Selector, _ holder: Holder, rank: Int) {
        guard !claims[selector, default: []].contains(where: { $0.rank == rank }) else { return }
        claims[selector, default: []].append(Claim(rank: rank, holder: holder))
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
