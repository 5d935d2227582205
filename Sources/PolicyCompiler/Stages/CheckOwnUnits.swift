internal import NetworkTypes
internal import ProfileModel

/// The stage that holds a user's own units to the user: whoever may start units may call them as he likes, so that a
/// subject of such units must be allowed nothing that its user is not. Paths are listed strictest first: a later one is
/// more.
struct CheckOwnUnits {
    private let profile: Profile
    private let strictness: [String: Int]
    private let translators: [IPPrefix]
    /// What never comes to the rules.
    private let guarded: [TrafficRegion]

    init(_ profile: Profile) {
        self.profile = profile
        translators = profile.disputedTranslators
        guarded = CheckOverlaps.guarded(profile)
        // `direct` where nobody declares it is the last.
        var strictness = [Path.direct: profile.paths.count]
        for (index, path) in profile.paths.enumerated() { strictness[path.name.value] = index }
        self.strictness = strictness
    }

    var diagnostics: [Diagnostic] {
        profile.subjects.flatMap { subject in
            owners(of: subject).compactMap { owner in
                moments.lazy.compactMap { excess(of: subject, over: owner.value, at: owner.range, $0) }.first
            }
        }
    }

    /// Before any rule ends, and after each that does: what is held to the user has to be so all the time.
    private var moments: [Timestamp] {
        [Timestamp(secondsSinceEpoch: 0)] + profile.rules.compactMap(\.until?.value).sorted()
    }

    /// The users whose own units are part of a subject, each once.
    private func owners(of subject: Subject) -> [Located<String>] {
        var found: [Located<String>] = []
        for selector in subject.selectors {
            guard case .unit(_, let user?) = selector.value.asUnit, !found.contains(where: { $0.value == user }) else {
                continue
            }
            found.append(Located(user, selector.range))
        }
        return found
    }

    private func excess(
        of subject: Subject, over user: String, at range: SourceRange, _ moment: Timestamp
    ) -> Diagnostic? {
        let holder = holder(of: user)
        // An exclusive subject takes all of the user's packets, those of his units too.
        guard holder?.name.value != subject.name.value, subject.isExclusive || holder?.isExclusive != true else {
            return nil
        }
        let (units, users) = (claims(of: subject, at: moment, isPortalOpen: true), claims(of: holder, at: moment))
        for (index, unit) in units.enumerated() {
            for (position, own) in users.enumerated() {
                // The same set of addresses serves both.
                if unit.hasNames, own.range == unit.range { break }
                // What the user's names have may be nothing.
                guard !own.hasNames, unit.width > own.width else { continue }
                let before = (units[..<index] + users[..<position]).filter { !$0.hasNames }.map(\.region)
                guard unit.region.intersects(own.region),
                    let witness = unit.region.intersection(own.region).packet(
                        outside: guarded + before)
                else { continue }
                return Diagnostic(
                    .ownUnitsMayMore,
                    "`\(subject.name.value)` sends \(witness) \(words(unit)), and user `\(user)` sends it "
                        + words(own), at: range,
                    notes: [.init("this says so", at: unit.range), .init("and this of the user", at: own.range)],
                    help: "a user can start a unit of any name: "
                        + (unit.range == profile.portal?.range
                            ? "make the user himself the portal's subject"
                            : "allow the user the same, or narrow `\(subject.name.value)`"))
            }
        }
        return nil
    }

    /// The subject that the user's processes are in; nil for `any`.
    private func holder(of user: String) -> Subject? {
        let candidates = profile.subjects.filter { $0.selectors.contains { $0.value == .user(user) } }
        return candidates.first(where: \.isExclusive) ?? candidates.first
    }

    /// What becomes of packets, the first that speaks of one deciding.
    private struct Claim {
        let region: TrafficRegion
        /// -1 for what does not leave, else the place of its path.
        let width: Int
        /// Then the region is all that it may come to be.
        var hasNames = false
        let range: SourceRange
    }

    private func claims(of subject: Subject?, at moment: Timestamp, isPortalOpen: Bool = false) -> [Claim] {
        let rules = profile.rules.filter { rule in rule.until.map { moment < $0.value } ?? true }
        let own = subject.map { subject in rules.filter { $0.from.value == subject.name.value } } ?? []
        let everybodys = rules.filter { $0.from.value == Subject.any }
        // Names are blocked by the resolver.
        let blocks = (everybodys + own).filter { rule in
            rule.outcome.action == .block
                && (rule.destinations.names.isEmpty || !rule.destinations.addresses.isEmpty)
        }
        let ways = own.filter { $0.outcome.action != .block }
        let portal = isPortalOpen ? subject.flatMap { claim(ofPortalOf: $0) }.map { [$0] } ?? [] : []
        if let subject, subject.isExclusive {
            let rest = Claim(region: CheckOwnUnits.everything, width: -1, range: subject.name.range)
            return (blocks + ways).map { claim($0) } + [rest]
        }
        let rest = Claim(
            region: CheckOwnUnits.everything, width: width(profile.defaultOutcome), range: profile.defaultOutcome.range)
        let everybodysWays = everybodys.filter { $0.outcome.action != .block }
        return blocks.map { claim($0) } + portal + (ways + everybodysWays).map { claim($0) } + [rest]
    }

    /// It is the widest way there is.
    private func claim(ofPortalOf subject: Subject) -> Claim? {
        guard let portal = profile.portal, portal.subject.value == subject.name.value else { return nil }
        return Claim(
            region: TrafficRegion(Rule.Destinations(ports: portal.ports)),
            width: strictness[Path.direct] ?? profile.paths.count, range: portal.range)
    }

    private func claim(_ rule: Rule) -> Claim {
        Claim(
            region: rule.outcome.action == .block
                ? TrafficRegion(rule.destinations, under: translators)
                : TrafficRegion(anyAddresses: rule.destinations, under: translators),
            width: width(rule.outcome),
            hasNames: rule.outcome.action != .block && !rule.destinations.names.isEmpty, range: rule.name.range)
    }

    private func width(_ outcome: Outcome) -> Int {
        guard case .via(let path) = outcome.action else { return -1 }
        return strictness[path.value] ?? profile.paths.count
    }

    private func words(_ claim: Claim) -> String {
        guard claim.width >= 0 else { return "nowhere" }
        return "via `\(strictness.first { $0.value == claim.width }?.key ?? Path.direct)`"
    }

    private static let everything = TrafficRegion(addresses: TrafficRegion.everywhere, services: .allServices)
}

extension Selector {
    /// Slices are held to the user as units are.
    fileprivate var asUnit: Selector {
        if case .slice(let name, let user) = self { .unit(name, ofUser: user) } else { self }
    }
}
