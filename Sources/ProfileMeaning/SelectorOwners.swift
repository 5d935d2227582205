internal import ProfileModel

/// Which subject a sender is, or of which path the owner: exclusive subjects before owners before ordinary subjects, in
/// each rank user before group, and of several the first.
struct SelectorOwners: Sendable {
    enum Holder: Hashable, Sendable {
        case subject(Int)
        case path(Int)
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
    }

    /// Nil for those whom the profile does not name.
    func holder(of sender: ProfilePacket.Sender) -> Holder? {
        let selectors = [Selector.user(sender.user), .group(sender.group)]
        for rank in ranks {
            for selector in selectors { if let holder = rank[selector] { return holder } }
        }
        return nil
    }

    private mutating func hold(_ selector: Selector, _ holder: Holder, rank: Int) {
        if ranks[rank][selector] == nil { ranks[rank][selector] = holder }
    }
}
