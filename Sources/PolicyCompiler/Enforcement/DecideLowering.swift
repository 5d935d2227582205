internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

// The decision: after conntrack, before translation, on the original destination. Every packet is decided anew, also
// those of established flows, so that a new bundle holds from a flow's next packet on.
extension RulesetLowering {
    var decideChains: [Chain] {
        [decide, decideResolver] + decideBlock + outerChains + (plan.redirects.isEmpty ? [] : [decideGuard])
            + (plan.namedSubjects + plan.containers).flatMap { decide($0) } + portalChains + [decideAny]
            + decideAnyRules
            + plan.rules.compactMap { limitChain($0) } + plan.rules.compactMap { logChain($0) } + viaChains
    }

    private var decide: Chain {
        Chain(
            "decide", hook: ChainHook(.route, .output, priority: -150, policy: .accept),
            rules: underlayDecisions + essentials.map { ChainRule($0.matches + [.accept], comment: $0.comment) } + [
                inboundReplies
            ]
                + jumpToContainerAnswers + closedPortal + closedSockets + ownersOuterPackets + portalNameResolution + [
                    // Port 53 of everybody but the resolver is name resolution and nothing else.
                    ChainRule(
                        .mark(MarkLayout.subject, isNot: SubjectNumber.resolver.bits), .tcpOrUDP, .destinationPort(53),
                        .decide(.captured), .accept),
                    ChainRule(.destinationIsLocal, .accept),
                    ChainRule(Statement.icmpv6(linkControl) + [.decide(.block), .accept], comment: "link control"),
                ] + jumpToGuard + [ChainRule(.verdictMap(dispatch))])
    }

    /// The link's own messages (RFC 4861, RFC 3810) that are not well formed, or essentials would have taken them:
    /// conntrack follows none of these types, so that no rule can let them out by a path.
    private var linkControl: [UInt8] { [130, 131, 132, 133, 134, 135, 136, 137, 143] }

    /// The answers to a flow that was let in, under this policy. A server that closes at once sends most of its answer
    /// without a socket.
    private var inboundReplies: ChainRule {
        ChainRule(
            .state(anyOf: Packet.Flow.established), .replyDirection,
            .connectionMark(MarkLayout.epoch | MarkLayout.path, is: PathNumber.inbound.bits), .decide(.inbound),
            .accept, comment: "local: inbound")
    }

    /// Packets without a socket (after close()): TCP of an established flow of this epoch keeps that flow's path; the
    /// rest has none and is dropped.
    private var closedSockets: [ChainRule] {
        [
            ChainRule(
                .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .transport(.tcp),
                .state(anyOf: Packet.Flow.established), .originalDirection, .connectionMark(MarkLayout.epoch, is: 0),
                .setMark(MarkChange(.packet, from: .connection, keep: MarkLayout.path, bits: 0)), .accept),
            ChainRule(.mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .accept),
        ]
    }

    private var dispatch: VerdictMap {
        VerdictMap(
            .meta(.mark), mask: FieldValue(MarkLayout.subject),
            entries: plan.senders.sorted().map {
                .init(SetElement(FieldValue($0.bits)), .goto(Name.decide($0)))
            })
    }

    /// To its upstreams, by address, port and path; nothing else.
    private var decideResolver: Chain {
        let rules = Set(plan.resolver.upstreams.map(\.path)).sorted().flatMap { path in
            AddressFamily.allCases.filter { family in
                plan.resolver.upstreams.contains { $0.path == path && $0.endpoint.address.family == family }
            }.map { family in
                ChainRule(
                    [
                        .family(family), .transport(.tcp),
                        .match(
                            Match(
                                [family.destination, .payload(.transportDestinationPort)],
                                .inSet(Name.upstreams(path, family)))),
                    ] + way(by: path), comment: "resolver to its upstreams")
            }
        }
        return Chain(Name.decide(.resolver), rules: rules + [ChainRule(.decide(.block), .accept)])
    }

    /// Block rules of `any` cover everybody, exclusive subjects included.
    private var decideBlock: [Chain] {
        let rank = lower(plan.rules.filter { $0.subject == nil && $0.action == .block }, in: Name.decideBlock)
        return [Chain(Name.decideBlock, rules: rank.rules)] + rank.chains
    }

    /// What is redirected is local when the judge sees it: encrypted name resolution is blocked before.
    private var jumpToGuard: [ChainRule] {
        guard !plan.redirects.isEmpty else { return [] }
        return [ChainRule(.mark(MarkLayout.subject, isNot: SubjectNumber.resolver.bits), .jump(Name.decideGuard))]
    }

    private var decideGuard: Chain {
        Chain(
            Name.decideGuard,
            rules: guarded.map { ChainRule($0.matches + [.decide(.block), .accept], comment: $0.comment) })
    }

    private func decide(_ subject: EnforcementPlan.Subject) -> [Chain] {
        let name = Name.decide(subject.number)
        if case .owner(let next) = subject.role {
            let way =
                plan.sendsOuterPacketsAlone(subject.number)
                ? ChainRule(.decide(.block), .accept, comment: "owner of path \(subject.name): to its endpoints alone")
                : ChainRule(way(by: next), comment: "owner of path \(subject.name): by its next")
            return [Chain(name, rules: jumpToBlock + [way])]
        }
        let own = ownRules[subject.number, default: []]
        let blocks = lower(own.filter { $0.action == .block }, in: Name.block(name))
        let allows = lower(own.filter { $0.action != .block }, in: name)
        let flows = recallPath(of: subject.number, own, subject.hasOwnRulesOnly ? [] : everybodysRules)
        let ways = portalWays(of: subject) + allows.rules + [rest(of: subject)]
        return [Chain(name, rules: jumpToBlock + flows + blocks.rules + ways)] + blocks.chains + allows.chains
    }

    /// Who has his own rules only is not in `any`, and has no default.
    private func rest(of subject: EnforcementPlan.Subject) -> ChainRule {
        switch subject.role {
        case .exclusive: ChainRule(.decide(.block), .accept, comment: "exclusive: \(subject.name)")
        case .containers: ChainRule(.decide(.block), .accept, comment: "containers: \(subject.name)")
        case .ordinary, .owner: ChainRule(.goto(Name.decideAnyRules))
        }
    }

    private var decideAny: Chain {
        Chain(
            Name.decide(.any),
            rules: jumpToBlock + recallPath(of: .any, [], everybodysRules) + [ChainRule(.goto(Name.decideAnyRules))])
    }

    /// Elements of name sets expire while flows go on, whose path then could not be found again: the packet takes that of
    /// its flow, of this epoch and sender, along to the rules with names. Whatever else decides writes its own over it.
    private func recallPath(
        of subject: SubjectNumber, _ own: [EnforcementPlan.Rule], _ everybodys: [EnforcementPlan.Rule]
    ) -> [ChainRule] {
        guard [own, everybodys].contains(where: { $0.contains { !$0.names.isEmpty } }) else { return [] }
        return [
            ChainRule(
                .state(anyOf: Packet.Flow.established), .originalDirection,
                .connectionMark(MarkLayout.epochAndSubject, is: subject.bits),
                .setMark(MarkChange(.packet, from: .connection, keep: MarkLayout.path, bits: subject.bits)),
                comment: "the path of its flow")
        ]
    }

    var jumpToBlock: [ChainRule] {
        [ChainRule(.jump(Name.decideBlock)), ChainRule(.mark(MarkLayout.path, isNot: 0), .accept)]
    }

    private var decideAnyRules: [Chain] {
        let rank = lower(everybodysRules, in: Name.decideAnyRules)
        let number: PathNumber = if case .via(let path) = plan.defaultAction { path } else { .block }
        let rest = ChainRule(way(by: number), comment: "default")
        return [Chain(Name.decideAnyRules, rules: rank.rules + neighbours + [rest])] + rank.chains
    }

    /// After all rules: what they say of an address holds wherever it is.
    private var neighbours: [ChainRule] {
        guard plan.local.reachesNeighbours else { return [] }
        return AddressFamily.allCases.map { family in
            ChainRule(
                .family(family), .match(Match(family.destination, .inSet(Name.neighbours(family)))), .decide(.direct),
                .accept, comment: "local: lan")
        }
    }

    /// The rules of one rank, which belong into the chain of that name, and the chains that they jump to. They have no
    /// order: all are logged before any decides.
    func lower(_ rules: [EnforcementPlan.Rule], in chain: String) -> (rules: [ChainRule], chains: [Chain]) {
        let logging = rules.filter { $0.log != nil }.flatMap { cases(of: $0, [.jump(Name.log($0))]) }
        let named = rules.filter { !$0.names.isEmpty }
        let flows = named.flatMap { rule in
            cases(of: rule, rule.settling, DestinationLowering(rule).alternatives(ofFlowsBy: rule.path))
        }
        let ranks = named.isEmpty ? [(chain, rules)] : byStrictness(rules, in: chain)
        let parted = ranks.map { name, rules in part(rules.flatMap { cases(of: $0, $0.settling) }, of: name) }
        return (
            (logging + flows).map { $0.rule(known: nil) } + parted.flatMap(\.rules), parted.flatMap(\.chains)
        )
    }

    /// An address may be that of several names, which shows at run time only: of the paths of all rules that it falls
    /// under then, the one that the profile lists first has it. What may set the clock comes after the rules as ever.
    private func byStrictness(
        _ rules: [EnforcementPlan.Rule], in chain: String
    ) -> [(chain: String, rules: [EnforcementPlan.Rule])] {
        let time = rules.filter { $0.name == EnforcementPlan.Subject.timeService }
        let byPath = plan.paths.map(\.number).map { path in
            ("\(chain)_\(path.rawValue)", rules.filter { $0.path == path && !time.contains($0) })
        }
        return byPath + [(chain, time)]
    }

    /// Many rules of one transport go into a chain of their own, where none has to compare it: a packet of the other
    /// passes them by in one step, and the kernel takes them faster.
    private func part(_ cases: [RuleCase], of chain: String) -> (rules: [ChainRule], chains: [Chain]) {
        var (rest, jumps, chains) = (cases, [ChainRule](), [Chain]())
        for transport in [TransportProtocol.tcp, .udp] {
            let own = rest.filter { $0.destination.transport == transport }
            guard own.count >= RulesetLowering.fewestOfTransport else { continue }
            rest.removeAll { $0.destination.transport == transport }
            let name = Name.transport(transport, chain)
            jumps.append(ChainRule(.transport(transport), .jump(name)))
            chains.append(Chain(name, rules: own.map { $0.rule(known: transport) }))
        }
        return (jumps + rest.map { $0.rule(known: nil) }, chains)
    }

    /// With fewer, a chain and the way to it are more than what is saved.
    private static let fewestOfTransport = 4

    /// One rule of the profile: one kernel rule for each family and transport that it speaks of.
    private func cases(
        of rule: EnforcementPlan.Rule, _ end: [Statement], _ alternatives: [DestinationLowering.Alternative]? = nil
    ) -> [RuleCase] {
        let comment = rule.origin
        return (alternatives ?? DestinationLowering(rule).alternatives).map {
            RuleCase(destination: $0, end: rule.inForce + end, comment: comment)
        }
    }

    /// Flows that this path already has go on; others begin as often as the rule says. A chain of its own: families and
    /// transports share the limit.
    private func limitChain(_ rule: EnforcementPlan.Rule) -> Chain? {
        guard let limit = rule.limit else { return nil }
        return Chain(
            Name.limit(rule),
            rules: [
                ChainRule([.connectionMark(MarkLayout.path, is: rule.path.bits)] + rule.deciding),
                ChainRule([.limit(limit)] + rule.deciding),
                ChainRule(.decide(.block), .accept, comment: "\(rule.origin): beyond its limit"),
            ])
    }

    /// The first packet of each flow; of what is blocked, each packet is that.
    private func logChain(_ rule: EnforcementPlan.Rule) -> Chain? {
        guard let log = rule.log else { return nil }
        let begins: [Statement] =
            rule.action == .block ? [] : [.connectionMark(MarkLayout.path, isNot: rule.path.bits)]
        return Chain(
            Name.log(rule),
            rules: [ChainRule(begins + [.limit(log), .log(LogTarget(prefix: "enigm rule \(rule.name): "))])])
    }
}

/// What becomes one kernel rule, in a chain that is still to be found.
private struct RuleCase {
    let destination: DestinationLowering.Alternative
    /// What happens to packets that go there.
    let end: [Statement]
    let comment: String

    func rule(known: TransportProtocol?) -> ChainRule {
        ChainRule(destination.matches(known: known) + end, comment: comment)
    }
}

// What all rules of a path end with.
extension RulesetLowering {
    /// Once for a path, because a kernel takes and lists a rule the faster the shorter it is.
    private var viaChains: [Chain] {
        Set(plan.rules.map(\.path)).union(usedPaths.filter { plan.tunnel($0) != nil }).sorted().map { path in
            plan.tunnel(path).map { intoTunnel(path, $0) }
                ?? Chain(Name.via(path), rules: [ChainRule(.decide(path), .accept)])
        }
    }
}

extension EnforcementPlan.Rule {
    fileprivate var path: PathNumber { if case .via(let path) = action { path } else { .block } }

    fileprivate var deciding: [Statement] { [.goto(Name.via(path))] }

    /// What happens to its packets in the end.
    fileprivate var settling: [Statement] { limit == nil ? deciding : [.goto(Name.limit(self))] }

    /// The kernel compares with the time of day at every packet: it needs nobody to take the rule away, follows a clock
    /// that is set, and knows how late it is when the machine wakes.
    fileprivate var inForce: [Statement] {
        guard let until else { return [] }
        return [.match(Match(.meta(.time), .below(FieldValue(until.nanoseconds))))]
    }
}

extension Timestamp {
    /// As the kernel counts; what lies beyond its count is as far as it goes.
    fileprivate var nanoseconds: UInt64 {
        let (product, overflows) = UInt64(max(0, secondsSinceEpoch)).multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? .max : product
    }
}
