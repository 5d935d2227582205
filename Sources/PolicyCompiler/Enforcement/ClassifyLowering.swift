internal import NetworkTypes
internal import Ruleset

// Who sends: every packet, before conntrack, whatever its flow was before. `ct state established` judges the 5-tuple
// and not the sender: another user on the same UDP source port would get out.
extension RulesetLowering {
    var classify: Chain {
        Chain(
            "classify", hook: ChainHook(.filter, .output, priority: -300, policy: .accept),
            rules: underlayRules
                // Nobody else's mark is believed: SO_MARK needs CAP_NET_RAW only.
                + [ChainRule(.setMark(MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: 0)))]
                + subjectRules + portalClassification
                + zoneRules([.any] + plan.namedSubjects.map(\.number) + portalNumbers))
    }

    /// Lowest rank first, each later one overrides; a packet without a socket matches none and stays ownerless. The
    /// owner of a path is infrastructure, above ordinary subjects; an exclusive one is taken by nobody but the resolver.
    private var subjectRules: [ChainRule] {
        let ranks = [
            plan.subjects.filter { !$0.isExclusive }, plan.owners, plan.subjects.filter(\.isExclusive),
        ]
        return [classifying(.any, [hasOwner])]
            + ranks.flatMap { rules($0) }
            + [classifying(.resolver, [.match(Match(.meta(.skuid), .inSet(Name.resolverUsers)))])]
    }

    /// Of the subjects of one class, rank by rank: the order of subjects means nothing.
    private func rules(_ subjects: [EnforcementPlan.Subject]) -> [ChainRule] {
        let sets = subjects.flatMap { subject in subject.selectorSets.map { (subject, $0) } }
        let ranks = Set(sets.map(\.1.rank)).sorted()
        return ranks.flatMap { rank in
            sets.filter { $0.1.rank == rank }.map { subject, set in
                let asksTwice = set.key == .cgroup && set.owner == nil
                return classifying(subject.number, (asksTwice ? [hasOwner] : []) + set.matches, subject.comment)
            }
        }
    }

    /// For a packet without a socket the kernel would look one up as if the packet had arrived, and find whoever listens
    /// on its destination's port.
    private var hasOwner: Statement { .match(Match(.meta(.skuid), .notEqual(FieldValue(UInt32.max)))) }

    private func classifying(
        _ subject: SubjectNumber, _ matches: [Statement], _ comment: String? = nil
    ) -> ChainRule {
        ChainRule(
            matches + [.setMark(MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: subject.bits))],
            comment: comment)
    }

    /// One zone per subject for UDP port 53: a NAT binding belongs to the 5-tuple, so that without zones another
    /// sender on the same source port would inherit it. Flows older than this table become new, hence captured. Never
    /// for TCP, which loses data by it, nor for the resolver, whose clients may use source port 53.
    ///
    /// The zone of a view is its port, which is never another view's: what conntrack remembers of a zone leads there.
    /// Smaller numbers are those of subjects without a view, all of whom have everybody's.
    func zoneRules(_ senders: [SubjectNumber]) -> [ChainRule] {
        senders.map { subject in
            ChainRule(
                .transport(.udp), .destinationPort(53), .mark(MarkLayout.subject, is: subject.bits),
                .setOriginalZone(zone(of: subject)))
        }
    }

    private func zone(of subject: SubjectNumber) -> UInt16 {
        let view = plan.resolver.view(of: subject)
        return view.subject == nil ? UInt16(subject.rawValue) : view.port
    }
}

extension EnforcementPlan.Subject {
    fileprivate var comment: String {
        if case .owner = role { "owner of path \(name)" } else { "subject \(name)" }
    }
}
