internal import ProfileModel

extension Refinement {
    mutating func checkDefault() {
        let (old, new) = (parent.defaultOutcome, child.defaultOutcome)
        guard !old.isOpen else { return }
        keepClosed(old.isOpen, new.isOpen, Located("default", new.range), parent: old.range)
        guard !strictness.isWithin(new.action, old.action) else { return }
        widened(OutcomeGrammar.via, at: new.range, parent: old.range)
    }

    mutating func checkRules() {
        let known = Dictionary(parent.rules.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
        for rule in child.rules {
            guard let old = known[rule.name.value] else {
                checkNew(rule)
                continue
            }
            if !old.outcome.isOpen { check(old, rule) }
        }
    }

    private mutating func check(_ old: Rule, _ new: Rule) {
        guard let before = coverage[old.name.value], let after = ownCoverage[new.name.value] else { return }
        let place = old.name.range
        keepClosed(old.outcome.isOpen, new.outcome.isOpen, new.name, parent: place)
        keep(RuleGrammar.from, old.from, new.from, of: new.name, parent: place)
        if !strictness.isWithin(new.outcome.action, old.outcome.action) {
            widened(OutcomeGrammar.via, at: new.outcome.range, parent: old.outcome.range)
        }
        if old.outcome.action == .block {
            checkBlocked(old, new, after.excess(of: before))
        } else {
            checkAllowed(old, new, before.excess(of: after))
            // What is cut off is cut off by time, too.
            if after.excess(of: before) != nil || new.until?.value != old.until?.value {
                checkRemainder(old, new, before)
            }
        }
    }

    /// What is blocked stays blocked, and as long.
    private mutating func checkBlocked(_ old: Rule, _ new: Rule, _ excess: DestinationCoverage.Excess?) {
        if let excess {
            complain(
                .wider, "`\(new.name.value)` no longer blocks \(excess.words)", at: new.name.range,
                parent: excess.place ?? old.name.range, help: "a child may only add to what a rule blocks")
        }
        if let end = new.until, old.until.map({ $0.value > end.value }) ?? true {
            widened(RuleGrammar.until, at: end.range, parent: old.until?.range ?? old.name.range)
        }
    }

    private mutating func checkAllowed(_ old: Rule, _ new: Rule, _ excess: DestinationCoverage.Excess?) {
        if let excess {
            complain(
                .wider, "`\(new.name.value)` now reaches \(excess.words)", at: excess.place ?? new.name.range,
                parent: old.name.range, help: "a child may only take away from what a rule allows")
        }
        if let end = old.until, new.until.map({ $0.value > end.value }) ?? true {
            widened(RuleGrammar.until, at: new.until?.range ?? new.name.range, parent: end.range)
        }
        if let limit = old.limit, new.limit.map({ $0.value.isMore(than: limit.value) }) ?? true {
            widened(RuleGrammar.limit, at: new.limit?.range ?? new.name.range, parent: limit.range)
        }
    }

    /// What a rule no longer speaks of is for the rules for `any` and the default, which may be less strict.
    private mutating func checkRemainder(_ old: Rule, _ new: Rule, _ before: DestinationCoverage) {
        if let sender = parent.subject(old.from.value), sender.isExclusive || sender.isOfContainers { return }
        var others = [child.defaultOutcome]
        if old.from.value != Subject.any {
            others += child.rules.filter {
                $0.from.value == Subject.any && ownCoverage[$0.name.value].map(before.mayOverlap) ?? true
            }.map(\.outcome)
        }
        guard let wider = others.first(where: { !strictness.isWithin($0.action, old.outcome.action) }) else { return }
        complain(
            .wider, "what `\(new.name.value)` no longer speaks of would leave by \(wider.action.written)",
            at: new.name.range, parent: wider.range,
            help: "that is less strict than \(old.outcome.action.written): leave the rule as wide as it is, or block it"
        )
    }

    /// A rule of the child's own: no less strict than what decided before.
    private mutating func checkNew(_ rule: Rule) {
        guard rule.outcome.action != .block else { return }
        let sender = parent.subject(rule.from.value)
        if let sender, sender.isExclusive || sender.isOfContainers, !sender.isOpen {
            complain(
                .wider,
                "`\(rule.from.value)` \(sender.isExclusive ? "is exclusive" : "is of containers"): only the rules of "
                    + "the profile that is extended let it out",
                at: rule.name.range, parent: sender.name.range,
                help: "a child may only block more, or that subject is marked `open`")
            return
        }
        if sender?.isOpen == true { return }
        if sender == nil, child.subject(rule.from.value)?.isOfContainers == true, !parent.defaultOutcome.isOpen {
            complain(
                .wider, "the new rule `\(rule.name.value)` lets containers out, of which nothing was forwarded",
                at: rule.outcome.range, parent: parent.defaultOutcome.range,
                help: "a child may let containers out where the default is marked `open`")
            return
        }
        guard parent.defaultOutcome.isOpen || strictness.isWithin(rule.outcome.action, parent.defaultOutcome.action)
        else {
            complain(
                .wider, "the new rule `\(rule.name.value)` is less strict than the default", at: rule.outcome.range,
                parent: parent.defaultOutcome.range,
                help: "a child may add rules that block, or that leave by \(parent.defaultOutcome.action.written) or a "
                    + "stricter path; or mark the default as `open`")
            return
        }
        checkOvertaken(by: rule)
    }

    /// A subject's rule decides before those for `any`.
    private mutating func checkOvertaken(by rule: Rule) {
        guard let destinations = ownCoverage[rule.name.value] else { return }
        let overtaken = parent.rules.first {
            !$0.outcome.isOpen && $0.outcome.action != .block
                && ($0.from.value == Subject.any || $0.from.value == rule.from.value)
                && !strictness.isWithin(rule.outcome.action, $0.outcome.action)
                && coverage[$0.name.value]?.mayOverlap(destinations) ?? true
        }
        guard let overtaken else { return }
        complain(
            .wider,
            "the new rule `\(rule.name.value)` is less strict than `\(overtaken.name.value)`, which may speak of "
                + "the same packets", at: rule.outcome.range, parent: overtaken.outcome.range,
            help: "narrow it until they do not overlap, or use \(overtaken.outcome.action.written)")
    }
}

extension Rate {
    /// Whether it lets through more in the long run, or more at once.
    fileprivate func isMore(than other: Rate) -> Bool {
        count > other.count || UInt64(count) * other.unit.seconds > UInt64(other.count) * unit.seconds
    }
}

extension Rate.Unit {
    fileprivate var seconds: UInt64 {
        switch self {
        case .second: 1
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        }
    }
}
