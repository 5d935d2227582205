internal import Bundle
internal import Cryptography
internal import NetworkTypes
package import Ruleset

/// The stage that turns a plan into one `inet` table. The way of a packet through it: `classify` (who sends) ->
/// `decide` (which path, on the original destination; routes it again by that path's mark) -> `nat_output` (does what
/// was decided) -> `judge` (subject, path and translation; notes both in the flow) -> `leave` (judges the device) ->
/// `nat_leaving` (gives it that device's address) -> `stamp` (for the check of the wire, a template beside the table).
package struct RulesetLowering {
    let plan: EnforcementPlan
    /// The paths that each sender's packets may be decided for, in order.
    let possiblePaths: [SubjectNumber: [PathNumber]]
    /// Those of each subject, in order.
    let ownRules: [SubjectNumber: [EnforcementPlan.Rule]]
    /// Those of `any` that let packets leave.
    let everybodysRules: [EnforcementPlan.Rule]

    package init(_ plan: EnforcementPlan) {
        self.plan = plan
        everybodysRules = plan.rules.filter { $0.subject == nil && $0.action != .block }
        ownRules = plan.rules.reduce(into: [:]) { rules, rule in
            if let subject = rule.subject { rules[subject, default: []].append(rule) }
        }
        possiblePaths = plan.possiblePaths
    }

    /// The table's name; the family is `inet`.
    package static let tableName = EnforcementSettings.tableName

    package var template: RulesetTemplate {
        var large = LargeSets()
        let chains = large.extract(
            from: [classify] + decideChains + [translate] + judgeChains + loopbackChains + [leave] + routingChains
                + [stamp] + inboundChains + containerChains)
        let table = Table(
            .inet, RulesetLowering.tableName,
            sets: userSets + [cgroupSet] + deviceSets + containerSets + upstreamSets + serviceSets + nameSets
                + portalSets
                + large.sets,
            chains: chains)
        return RulesetTemplate(table: table, symbolicSets: symbolicSets, wire: wire)
    }
}

/// Names of sets and chains. nft reserves many plain words: every name of ours has an underscore or is no word of its
/// language.
enum Name {
    static let resolverUsers = "u_resolver"
    static let directDevices = "direct_if"
    static let checkedDevices = "wire_if"
    static let announcedTranslators = "nat64_net"
    static let staleEpochs = "stale_epochs"
    static let downPaths = "down_paths"
    static let resolverCgroups = "cg_resolver"
    static let stubListener = "stub_listener"
    static let judge = "judge"
    static let refuse = "refuse"
    static let guardResolution = "guard_resolution"
    static let toLocal = "to_local"
    static let capturedLocal = "captured_local"
    static let containerDevices = "container_if"
    static let capturedContainers = "captured_containers"
    static let judgeContainers = "judge_containers"
    static let containerAnswers = "container_answers"
    static let decideBlock = "d_block"
    static let decideGuard = "d_guard"
    static let decideAnyRules = "d_any_rules"

    /// Rules have names of their own, in which nothing stands that a chain's may not have.
    static func names(_ rule: String, _ family: AddressFamily) -> String { "n\(family.digit)_\(rule)" }
    static func limit(_ rule: EnforcementPlan.Rule) -> String { "d_limit_\(rule.name)" }
    static func log(_ rule: EnforcementPlan.Rule) -> String { "log_\(rule.name)" }
    static func users(_ subject: SubjectNumber) -> String { "u_\(subject.rawValue)" }
    static func groups(_ subject: SubjectNumber) -> String { "g_\(subject.rawValue)" }
    static func units(_ subject: SubjectNumber) -> String { "c_\(subject.rawValue)" }
    static func slices(_ subject: SubjectNumber, _ depth: UInt32) -> String { "s_\(subject.rawValue)_\(depth)" }
    /// Units and slices of one user's own; `index` tells the sets of a subject apart.
    static func own(_ subject: SubjectNumber, _ index: Int) -> String { "o_\(subject.rawValue)_\(index)" }
    static func ownUser(_ subject: SubjectNumber, _ index: Int) -> String { "ou_\(subject.rawValue)_\(index)" }
    static func devices(_ subject: SubjectNumber) -> String { "if_\(subject.rawValue)" }
    static func listener(_ owner: SubjectNumber) -> String { "listener_\(owner.rawValue)" }
    static func decide(_ subject: SubjectNumber) -> String { "d_\(subject.rawValue)" }
    static func block(_ chain: String) -> String { "\(chain)_block" }
    static func transport(_ transport: TransportProtocol, _ chain: String) -> String {
        "\(chain)_\(transport == .tcp ? "tcp" : "udp")"
    }
    static func via(_ path: PathNumber) -> String { "d_via_\(path.rawValue)" }
    static func path(_ path: PathNumber) -> String { "p_\(path.rawValue)" }
    static func redirected(_ path: PathNumber) -> String { "redirected_\(path.rawValue)" }
    static func note(_ subject: SubjectNumber, _ path: PathNumber) -> String {
        "k_\(subject.rawValue)_\(path.rawValue)"
    }
    static func endpoints(_ path: PathNumber, _ family: AddressFamily, _ transport: TransportProtocol) -> String {
        "endpoints\(family.digit)_\(path.rawValue)\(transport == .tcp ? "_tcp" : "")"
    }
    static func outer(_ path: PathNumber) -> String { "d_outer_\(path.rawValue)" }
    static func upstreams(_ path: PathNumber, _ family: AddressFamily) -> String {
        "upstreams\(family.digit)_\(path.rawValue)"
    }
    /// A long list of addresses, by what is in it.
    static func list(_ type: FieldType, _ digest: SHA256Digest) -> String {
        "list\(type == .ipv4Address ? 4 : 6)_\(digest.hexadecimal.prefix(16))"
    }
    static func neighbours(_ family: AddressFamily) -> String { "link\(family.digit)" }
    static func encryptedServices(_ family: AddressFamily) -> String { "doh\(family.digit)" }
}

extension AddressFamily {
    var digit: Int { self == .v4 ? 4 : 6 }

    var fieldType: FieldType { self == .v4 ? .ipv4Address : .ipv6Address }

    var destination: Field { .payload(self == .v4 ? .ipv4Destination : .ipv6Destination) }

    var source: Field { .payload(self == .v4 ? .ipv4Source : .ipv6Source) }
}

extension EnforcementPlan.Resolver {
    /// Of all hidden listeners, in order.
    var hiddenPorts: [UInt16] { views.map(\.port).sorted() }

    /// The view that a subject's queries are sent to; there is always one for everybody.
    func view(of subject: SubjectNumber) -> View {
        guard let view = views.first(where: { $0.subject == subject }) ?? views.first(where: { $0.subject == nil })
        else { preconditionFailure("there is a view for everybody") }
        return view
    }
}

extension EnforcementPlan {
    /// Everybody on this machine whom the profile names, the resolver apart.
    var namedSubjects: [Subject] { subjects + owners }

    /// Everybody on this machine who can send: the resolver, whom the profile names, and the rest.
    var senders: [SubjectNumber] { [.resolver, .any] + namedSubjects.map(\.number) }

    /// Those whom neither rules for everybody nor the default let out.
    private var loners: [SubjectNumber] { (subjects + containers).filter(\.hasOwnRulesOnly).map(\.number) }

    func path(_ number: PathNumber) -> Path? { paths.first { $0.number == number } }

    /// The paths whose traffic is redirected to a service on this machine.
    var redirects: [(path: Path, redirect: Path.Redirect)] {
        paths.compactMap { path in
            guard case .redirect(let redirect) = path.exit else { return nil }
            return (path, redirect)
        }
    }

    /// The paths that each sender's packets may be decided for.
    fileprivate var possiblePaths: [SubjectNumber: [PathNumber]] {
        var own: [SubjectNumber: Set<PathNumber>] = [.resolver: Set(resolver.upstreams.map(\.path))]
        var everybodys: Set<PathNumber> = []
        if case .via(let path) = defaultAction { everybodys.insert(path) }
        if local.reachesNeighbours { everybodys.insert(.direct) }
        for rule in rules {
            guard case .via(let path) = rule.action else { continue }
            if let subject = rule.subject {
                own[subject, default: []].insert(path)
            } else {
                everybodys.insert(path)
            }
        }
        for owner in owners {
            if case .owner(let next) = owner.role { own[owner.number] = [next] }
        }
        for (_, tunnel) in chainedTunnels { own[.underlay, default: []].insert(tunnel.next) }
        let portals = portal.map { [$0.number] } ?? []
        for number in portals { own[number] = [.direct] }
        let alone = Set(loners + [.resolver, .underlay] + owners.map(\.number) + portals)
        return Dictionary(
            uniqueKeysWithValues: (senders + [.underlay] + portals + containers.map(\.number)).map { sender in
                let paths = own[sender, default: []]
                return (sender, (alone.contains(sender) ? paths : paths.union(everybodys)).sorted())
            })
    }
}
