internal import ProfileModel

/// Which subject a sender is: exclusive before ordinary, user before group, and of several the first.
struct SelectorOwners: Sendable {
    private var exclusive: [Selector: Int] = [:]
    private var ordinary: [Selector: Int] = [:]

    init(_ subjects: [Subject]) {
        // Backwards, so that the first one has the last word.
        for (index, subject) in subjects.enumerated().reversed() {
            for selector in subject.selectors {
                if subject.isExclusive { exclusive[selector.value] = index } else { ordinary[selector.value] = index }
            }
        }
    }

    /// The index of the subject; nil for those whom no subject names.
    func index(of sender: ProfilePacket.Sender) -> Int? {
        let (user, group) = (Selector.user(sender.user), Selector.group(sender.group))
        return exclusive[user] ?? exclusive[group] ?? ordinary[user] ?? ordinary[group]
    }
}
