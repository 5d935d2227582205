package import ProfileModel

// What a profile says of names: who answers them, and which rules their addresses come to.
extension ProfileEvaluator {
    /// What becomes of a question.
    package enum NameFate: Hashable, Sendable {
        case answered
        /// By that rule.
        case blocked(String)
        /// The view of that exclusive subject answers the names of its rules only.
        case outOfScope(String)
    }

    package func fate(of name: DomainName, askedBy sender: ProfilePacket.Sender) -> NameFate {
        let subject = subject(of: sender)
        let froms = [Subject.any] + (subject.map { [$0.name.value] } ?? [])
        let naming = rules(naming: name).filter { froms.contains($0.from.value) }
        if let block = naming.first(where: { $0.outcome.action == .block }) { return .blocked(block.name.value) }
        guard let subject, subject.isExclusive, let view = profile.resolver.view(named: subject.name.value),
            view.resolve.value == .rules
        else { return .answered }
        return naming.contains { $0.from.value == subject.name.value } ? .answered : .outOfScope(subject.name.value)
    }

    /// All rules that speak of a name, in the order of the profile.
    package func rules(naming name: DomainName) -> [Rule] {
        Set(names.values(for: NameLineage(name))).sorted().map { profile.rules[$0] }
    }
}
