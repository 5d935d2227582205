internal import NetworkTypes
internal import ProfileModel

/// The stage that looks at rules with names. Which addresses names have shows at run time; which rules speak of the same
/// name shows here.
struct CheckNames {
    /// Each has two of the sets that a table may have.
    static let maximumRules = 1024

    private let profile: Profile
    private let named: [Rule]

    init(_ profile: Profile) {
        self.profile = profile
        named = profile.rules.filter { !$0.destinations.names.isEmpty }
    }

    var diagnostics: [Diagnostic] {
        exclusiveViews + (named.isEmpty ? [] : limits + emptiness + blocks + contradictions)
    }

    /// Without a view of its own an exclusive subject has everybody's, which answers every name.
    private var exclusiveViews: [Diagnostic] {
        profile.subjects.compactMap { subject in
            let name = subject.name.value
            guard subject.isExclusive, profile.resolver.view(named: name) == nil else { return nil }
            return Diagnostic(
                .exclusiveWithoutView, severity: .warning,
                "`\(name)` is exclusive and has no view: name resolution is a way out for it", at: subject.name.range,
                help: "add `\(name): { upstreams: [...], port: 5301 }` to `views`, which answers the names of its rules"
            )
        }
    }

    private var limits: [Diagnostic] {
        guard named.count > CheckNames.maximumRules else { return [] }
        return [
            Diagnostic(
                .exceedsLimit,
                "at most \(CheckNames.maximumRules) rules have names, and \(named.count) are written",
                at: named[CheckNames.maximumRules].name.range, help: "write the names of several rules into one")
        ]
    }

    /// Once: it is no mistake of the profile's.
    private var emptiness: [Diagnostic] {
        guard let rule = named.first(where: { $0.outcome.action != .block }) else { return [] }
        return [
            Diagnostic(
                .notSupported, severity: .warning,
                "rules with names let nothing out yet: this version does not tell the kernel which addresses they have",
                at: rule.destinations.names[0].range, help: "until then write the addresses beside the names")
        ]
    }

    /// The resolver blocks names, and sees neither ports nor the time.
    private var blocks: [Diagnostic] {
        named.filter { $0.outcome.action == .block }.flatMap { rule in
            var found: [Diagnostic] = []
            let to = rule.destinations
            let services =
                to.ports.map(\.range) + to.protocols.map(\.range) + to.icmp.map(\.range)
            if let range = services.first {
                found.append(conflict("names are blocked by the resolver, whatever they are asked for", range, rule))
            }
            if let until = rule.until {
                found.append(conflict("names are blocked by the resolver, which does not know when", until.range, rule))
            }
            if let log = rule.log, to.addresses.isEmpty {
                found.append(conflict("names are blocked by the resolver, which logs no questions", log.range, rule))
            }
            return found + sharedView(rule)
        }
    }

    private func conflict(_ message: String, _ range: SourceRange, _ rule: Rule) -> Diagnostic {
        Diagnostic(
            .conflictingKeys, message, at: range,
            notes: [.init("the names are written here", at: rule.destinations.names[0].range)],
            help: "write a rule of its own for the names, without it")
    }

    private func sharedView(_ rule: Rule) -> [Diagnostic] {
        let from = rule.from
        guard from.value != Subject.any, profile.resolver.view(named: from.value) == nil else { return [] }
        return [
            Diagnostic(
                .conflictingKeys, "`\(from.value)` has no view of its own, in which its names could be blocked",
                at: from.range, notes: [.init("the names are written here", at: rule.destinations.names[0].range)],
                help: "add a view `\(from.value)`, or write `from: any`")
        ]
    }
}

extension CheckNames {
    /// Two rules of one rank that speak of the same name and service, with different results.
    private var contradictions: [Diagnostic] {
        var found: [Diagnostic] = []
        let ranks = Dictionary(grouping: named.filter { $0.outcome.action != .block }, by: \.from.value).values
        for rules in ranks where Set(rules.map(\.result)).count > 1 {
            let written = rules.map { rule in
                rule.destinations.names.map { WrittenName(pattern: $0.value, lineage: NameLineage($0.value.name)) }
            }
            var earlier = NamesOfRules(for: written)
            for (index, rule) in rules.enumerated() {
                let contradiction = written[index].lazy.flatMap { earlier.others(of: $0) }
                    .first { other, _ in rules[other].contradicts(rule) }
                if let (other, name) = contradiction { found.append(complaint(rules[other], rule, name)) }
                for name in written[index] { earlier.insert(name, index) }
            }
        }
        return found
    }

    private func complaint(_ first: Rule, _ second: Rule, _ name: DomainName) -> Diagnostic {
        Diagnostic(
            .rulesContradict,
            "the rules `\(first.name.value)` and `\(second.name.value)` both speak of `\(name)` from "
                + "`\(second.from.value)`, and send it \(first.result) and \(second.result)",
            at: second.name.range,
            notes: [.init("`\(first.name.value)` sends it \(first.result)", at: first.outcome.range)],
            help: "rules have no order: narrow one of them, or give them the same result")
    }
}

extension Rule {
    /// Whether a name that both speak of would have two results.
    fileprivate func contradicts(_ other: Rule) -> Bool {
        guard result != other.result else { return false }
        return services.intersects(other.services)
    }

    private var services: Intervals { TrafficRegion(destinations).services }
}

private struct WrittenName {
    let pattern: NamePattern
    let lineage: NameLineage
}

/// Of rules seen so far, which speak of a name that another one speaks of, too.
private struct NamesOfRules {
    private var patterns: NamePatternIndex
    /// What is written below each name that some pattern speaks of everything below of.
    private var writtenBelow: [[(rule: Int, name: DomainName)]] = []
    private var below: [NameLineage.Member: Int] = [:]

    init(for rules: [[WrittenName]]) {
        patterns = NamePatternIndex(expecting: rules.reduce(0) { $0 + $1.count })
        for name in rules.joined() {
            guard case .below = name.pattern, below[name.lineage.name] == nil else { continue }
            below[name.lineage.name] = writtenBelow.count
            writtenBelow.append([])
        }
    }

    mutating func insert(_ name: WrittenName, _ rule: Int) {
        patterns.insert(name.pattern, of: name.lineage, rule)
        for ancestor in name.lineage.ancestors {
            if let index = below[ancestor] { writtenBelow[index].append((rule, name.pattern.name)) }
        }
    }

    /// With a name of both; for two patterns below names that is the longer of these.
    func others(of name: WrittenName) -> [(rule: Int, name: DomainName)] {
        switch name.pattern {
        case .exact(let exact): return patterns.values(for: name.lineage).map { ($0, exact) }
        case .below(let parent):
            let above = patterns.valuesAbove(name.lineage) + patterns.values(below: name.lineage)
            return above.map { ($0, parent) } + (below[name.lineage.name].map { writtenBelow[$0] } ?? [])
        }
    }
}
