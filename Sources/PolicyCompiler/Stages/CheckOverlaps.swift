internal import NetworkTypes
internal import ProfileModel

/// The stage that looks for rules whose order would matter, because rules have none: two of one rank that send the same
/// packet by different paths are an error, shown with such a packet. Block rules are a rank of their own, before all
/// others; a rule that they cover is never reached, which is a warning.
struct CheckOverlaps {
    private let rules: [Rule]
    private let regions: [TrafficRegion]
    /// Rules that let names out, and all that these may come to have.
    private let named: [(rule: Rule, region: TrafficRegion)]
    private let portal: Portal?
    /// What never comes to the rules.
    private let guarded: [TrafficRegion]
    private let untold: TrafficRegion
    /// By their indices.
    private let blocking: [Int]
    private let allowing: [Int]

    /// Which addresses names have is known at run time only: what rules with names contradict is for `CheckNames` to say.
    init(_ profile: Profile) {
        rules = profile.rules.filter { $0.destinations.names.isEmpty || !$0.destinations.addresses.isEmpty }
        let translators = profile.disputedTranslators
        regions = rules.map { TrafficRegion($0.destinations, under: translators) }
        named = profile.rules.filter { !$0.destinations.names.isEmpty && $0.outcome.action != .block }.map {
            ($0, TrafficRegion(anyAddresses: $0.destinations, under: translators))
        }
        portal = profile.portal
        guarded = CheckOverlaps.guarded(profile)
        untold = TrafficRegion(untoldTranslators: profile.local.translators)
        (blocking, allowing) = rules.indices.reduce(into: ([], [])) { [rules] ranks, index in
            if rules[index].outcome.action == .block { ranks.0.append(index) } else { ranks.1.append(index) }
        }
    }

    var diagnostics: [Diagnostic] {
        let addressed = allowing.map { (rules[$0], regions[$0]) }.filter { $0.0.destinations.names.isEmpty }
        return (addressed + named).compactMap(neverReached) + contradictions + (uselessPortal.map { [$0] } ?? [])
    }

    /// Block rules hold for what leaves by the portal, and so does the guard.
    private var uselessPortal: Diagnostic? {
        guard let portal else { return nil }
        let region = TrafficRegion(Rule.Destinations(ports: portal.ports))
        let blocks = blocking.filter { index in
            [portal.subject.value, Subject.any].contains(rules[index].from.value) && rules[index].until == nil
        }
        guard region.packet(outside: guarded + blocks.map { regions[$0] }) == nil else { return nil }
        let covering = blocks.filter { regions[$0].intersects(region) }
        return Diagnostic(
            .ruleNeverReached, severity: .warning,
            "nothing gets through the portal: "
                + (covering.isEmpty ? "name resolution comes before it" : "block rules come first"),
            at: portal.subject.range,
            notes: covering.prefix(3).map { .init("`\(rules[$0].name.value)` blocks here", at: rules[$0].name.range) },
            help: covering.isEmpty
                ? "write the ports of web pages: the link's resolver is reached while it is open"
                : "narrow what is blocked")
    }

    private func neverReached(_ rule: Rule, _ region: TrafficRegion) -> Diagnostic? {
        let blocks = blocks(before: rule, until: rule.until?.value)
        guard region.packet(outside: guarded + blocks.map { regions[$0] }) == nil else { return nil }
        let covering = blocks.filter { regions[$0].intersects(region) }
        let (reason, help) =
            covering.isEmpty
            ? reasonBeforeRules(region) : ("block rules come first", "remove it, or narrow what is blocked")
        return Diagnostic(
            .ruleNeverReached, severity: .warning, "the rule `\(rule.name.value)` is never reached: \(reason)",
            at: rule.name.range,
            notes: covering.prefix(3).map { .init("`\(rules[$0].name.value)` blocks here", at: rules[$0].name.range) },
            help: help)
    }

    private func reasonBeforeRules(_ region: TrafficRegion) -> (reason: String, help: String) {
        if region.packet(outside: []) == nil {
            return (
                "its addresses and its ICMP messages are of different families",
                "write addresses and messages of one family, or remove it"
            )
        }
        if region.packet(outside: [untold]) == nil {
            return (
                "where `\(NAT64.localUse)` has IPv4 addresses is for `local: nat64` to say",
                "list your network's prefix there, or remove it"
            )
        }
        return region.packet(outside: [CheckOverlaps.withoutConversation]) == nil
            ? (
                "answers and errors of ICMP leave only with the flow that they belong to",
                "remove it: they need no rule"
            )
            : (
                "name resolution and loopback come before rules",
                "remove it: names are asked of `resolver.upstreams`, and this machine is reached without a rule"
            )
    }

    /// Each rule is compared with those before it, and complained about once.
    private var contradictions: [Diagnostic] {
        let claims = allowing.map { Claim(rules[$0]) }
        return allowing.enumerated().compactMap { position, index in
            for (other, claim) in zip(allowing, claims[..<position]) where claim.contradicts(claims[position]) {
                guard regions[other].intersects(regions[index]) else { continue }
                let both = regions[other].intersection(regions[index])
                let end = Rule.earlier(rules[other].until?.value, rules[index].until?.value)
                let before = guarded + blocks(before: rules[index], until: end).map { regions[$0] }
                if let witness = both.packet(outside: before) { return contradiction(other, index, witness) }
            }
            return nil
        }
    }

    private func contradiction(_ first: Int, _ second: Int, _ witness: TrafficWitness) -> Diagnostic {
        let (first, second) = (rules[first], rules[second])
        return Diagnostic(
            .rulesContradict,
            "the rules `\(first.name.value)` and `\(second.name.value)` both match \(witness) from "
                + "`\(second.from.value)`, and send it \(first.result) and \(second.result)",
            at: second.name.range,
            notes: [.init("`\(first.name.value)` sends it \(first.result)", at: first.outcome.range)],
            help: "rules have no order: narrow one of them, or give them the same result")
    }

    /// The block rules that a packet meets before `rule`, and goes on meeting until then.
    private func blocks(before rule: Rule, until end: Timestamp?) -> [Int] {
        blocking.filter { index in
            guard rules[index].from.value == rule.from.value || rules[index].from.value == Subject.any else {
                return false
            }
            return Rule.earlier(rules[index].until?.value, end) == end
        }
    }

    /// What never comes to the rules of a profile.
    static func guarded(_ profile: Profile) -> [TrafficRegion] {
        alwaysGuarded + [TrafficRegion(untoldTranslators: profile.local.translators)]
    }

    /// The guard of name resolution and loopback are before rules.
    private static let alwaysGuarded: [TrafficRegion] = {
        let everywhere = TrafficRegion.everywhere
        let loopback = [
            IPPrefix(containing: .v4(IPv4Address(127, 0, 0, 0)), length: 8),
            IPPrefix(containing: .v6(.loopback), length: 128),
        ]
        let services = EncryptedDNSServices.prefixes
        return [
            TrafficRegion(addresses: everywhere, services: Intervals(NameResolutionPorts.all.map(\.services))),
            TrafficRegion(addresses: loopback, services: .allServices),
            TrafficRegion(addresses: services, services: Intervals([443...443, 0x1_01BB...0x1_01BB])),
            withoutConversation,
        ]
    }()

    /// The messages of ICMP that begin nothing: conntrack follows them as part of a flow or not at all.
    private static let withoutConversation: TrafficRegion = {
        let requests: [(AddressFamily, [UInt8])] = [(.v4, [8, 13, 15, 17]), (.v6, [128, 139])]
        let services = requests.map { family, types in
            Intervals([ICMPMessage.Kind(type: nil).services(family)]).subtracting(
                Intervals(types.map { ICMPMessage.Kind(type: $0).services(family) }))
        }
        return TrafficRegion(
            addresses: TrafficRegion.everywhere, services: Intervals(services.flatMap(\.ranges)))
    }()
}

/// What two rules may contradict each other in: all pairs are compared.
private struct Claim {
    let from: String
    let path: String?
    let limit: Rate?

    init(_ rule: Rule) {
        from = rule.from.value
        path = rule.outcome.path
        limit = rule.limit?.value
    }

    /// Whether a packet that both match would have two paths, or two limits.
    func contradicts(_ other: Claim) -> Bool {
        from == other.from && (path != other.path || limit != other.limit)
    }
}

extension Rule {
    /// Nil is never.
    fileprivate static func earlier(_ first: Timestamp?, _ second: Timestamp?) -> Timestamp? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    /// In words.
    var result: String {
        (outcome.path.map { "via `\($0)`" } ?? "nowhere") + (limit.map { " at most \($0.value)" } ?? "")
    }
}

extension Outcome {
    fileprivate var path: String? {
        guard case .via(let path) = action else { return nil }
        return path.value
    }
}
