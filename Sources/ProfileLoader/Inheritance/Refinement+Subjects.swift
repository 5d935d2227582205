internal import ProfileModel

extension Refinement {
    mutating func checkSubjects() {
        for subject in child.subjects {
            guard let old = parent.subject(subject.name.value) else {
                checkNew(subject)
                continue
            }
            if !old.isOpen { check(old, subject) }
        }
    }

    private mutating func check(_ old: Subject, _ new: Subject) {
        keepClosed(old.isOpen, new.isOpen, new.name, parent: old.name.range)
        if old.isExclusive != new.isExclusive {
            redefined("exclusive", of: new.name.value, at: new.name.range, parent: old.name.range)
        }
        let (before, after) = (Set(old.selectors.map(\.value)), Set(new.selectors.map(\.value)))
        if let more = new.selectors.first(where: { !before.contains($0.value) }) {
            redefined(more.value.key, of: new.name.value, at: more.range, parent: old.name.range)
        } else if let less = old.selectors.first(where: { !after.contains($0.value) }) {
            redefined(less.value.key, of: new.name.value, at: new.name.range, parent: less.range)
        }
    }

    /// A sender has one subject. One that becomes a new subject's is no longer held by the rules of its old one.
    private mutating func checkNew(_ subject: Subject) {
        for other in parent.subjects where !other.isOpen && isRestrained(other) {
            guard let selector = subject.selectors.first(where: { takes($0.value, subject, from: other) }) else {
                continue
            }
            complain(
                .takesSenders,
                "the new subject `\(subject.name.value)` may take senders from `\(other.name.value)`, whose rules then "
                    + "no longer hold for them", at: selector.range, parent: other.name.range,
                help: "recognise it by something of lower rank (units, slices, users, groups is the order), or mark "
                    + "`\(other.name.value)` as `open`")
        }
    }

    /// Whether something is forbidden to it that others may do.
    private func isRestrained(_ subject: Subject) -> Bool {
        subject.isExclusive
            || parent.rules.contains {
                $0.from.value == subject.name.value
                    && !strictness.isWithin(parent.defaultOutcome.action, $0.outcome.action)
            }
    }

    private func takes(_ selector: Selector, _ subject: Subject, from other: Subject) -> Bool {
        if other.isExclusive, !subject.isExclusive { return false }
        return other.selectors.contains {
            selector.mayBeTogether(with: $0.value)
                && (selector.rank > $0.value.rank || subject.isExclusive && !other.isExclusive)
        }
    }
}

extension Profile {
    func subject(_ name: String) -> Subject? { subjects.first { $0.name.value == name } }
}

extension Selector {
    /// The key of a subject that it stands under.
    fileprivate var key: String {
        switch self {
        case .unit: "units"
        case .slice: "slices"
        case .user: "users"
        case .group: "groups"
        case .interface: "interfaces"
        }
    }

    /// The more, the earlier it decides; of slices the deeper.
    fileprivate var rank: Int {
        switch self {
        case .interface: 0
        case .group: 1
        case .user: 2
        case .slice(let name, _): 3 + name.utf8.count { $0 == UInt8(ascii: "-") }
        case .unit: Int.max
        }
    }

    /// Whether one sender may match both.
    fileprivate func mayBeTogether(with other: Selector) -> Bool {
        switch (self, other) {
        case (.interface, _), (_, .interface): return self == other
        case (.unit, .unit), (.user, .user): return self == other
        case (.slice(let one, _), .slice(let two, _)):
            return one == two || one.hasPrefix(two.dropLast(6) + "-") || two.hasPrefix(one.dropLast(6) + "-")
        case (.unit(_, let user?), .user(let name)), (.slice(_, let user?), .user(let name)),
            (.user(let name), .unit(_, let user?)), (.user(let name), .slice(_, let user?)):
            return user == name
        default: return true
        }
    }
}
