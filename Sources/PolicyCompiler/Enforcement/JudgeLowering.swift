internal import NetworkTypes
internal import Ruleset

// The judge: what was decided must be what happens. Accepted packets are noted in their flow.
extension RulesetLowering {
    var judgeChains: [Chain] {
        [judge, guardResolution]
            + plan.paths.filter { usedPaths.contains($0.number) && $0.leavesByDevice }.map { judge($0) }
            + [underlay] + noteChains + [refuse]
    }

    /// The paths that somebody's packets may be decided for.
    var usedPaths: Set<PathNumber> { Set(possiblePaths.values.joined()) }

    private var judge: Chain {
        Chain(
            Name.judge, hook: ChainHook(.filter, .output, priority: 0, policy: .drop),
            // After `redirect` the device is still the old one: ask where the packet goes.
            rules: [ChainRule(.destinationIsLocal, .goto(Name.toLocal))]
                + essentials.map { ChainRule($0.matches + [.accept], comment: $0.comment) } + [
                    ChainRule(.mark(MarkLayout.path, is: PathNumber.underlay.bits), .goto(Name.path(.underlay))),
                    // Everybody but the resolver, whose packets are its upstreams' or blocked.
                    ChainRule(
                        .mark(MarkLayout.subject, isNot: SubjectNumber.resolver.bits), .jump(Name.guardResolution)),
                    ChainRule(.verdictMap(byPath)),
                ])
    }

    private var byPath: VerdictMap {
        // What is to be redirected and comes here was not.
        let redirected = Set(plan.redirects.map(\.path.number))
        let judged = usedPaths.sorted().map { path in
            VerdictMap.Entry(
                SetElement(FieldValue(path.bits)),
                .goto(redirected.contains(path) ? Name.refuse : Name.path(path)))
        }
        // Of the resolver: `container_answers` has decided them.
        let answers =
            plan.containers.isEmpty
            ? [] : [VerdictMap.Entry(SetElement(FieldValue(PathNumber.captured.bits)), .accept)]
        return VerdictMap(
            .meta(.mark), mask: FieldValue(MarkLayout.path),
            entries: judged + answers + [
                .init(SetElement(FieldValue(PathNumber.inbound.bits)), .accept),
                .init(SetElement(FieldValue(PathNumber.block.bits)), .goto(Name.refuse)),
            ])
    }

    /// Captured packets are local by now: anything of name resolution that comes here is not translated by us now.
    private var guardResolution: Chain {
        Chain(
            Name.guardResolution,
            rules: unguarded + [ChainRule(.mark(MarkLayout.path, is: PathNumber.captured.bits), .goto(Name.refuse))]
                + guarded.map { ChainRule($0.matches + [.goto(Name.refuse)], comment: $0.comment) })
    }

    /// Name resolution that nobody but the resolver sends off the device.
    var guarded: [(matches: [Statement], comment: String?)] {
        let ports: [(matches: [Statement], comment: String?)] = [
            ([.tcpOrUDP, .destinationPorts(NameResolutionPorts.ofBothTransports)], nil),
            ([.transport(.udp), .destinationPorts(NameResolutionPorts.ofUDP)], nil),
        ]
        return ports
            + AddressFamily.allCases.map { family in
                (
                    [
                        .family(family), .match(Match(family.destination, .inSet(Name.encryptedServices(family)))),
                        .tcpOrUDP, .destinationPort(443),
                    ], "known DNS over HTTPS"
                )
            } + [untoldTranslators]
    }

    /// One path. A flow that began under another path has that one's addresses: TCP is refused, whatever its state; the
    /// rest meets `nat_leaving`, which ends such a flow.
    private func judge(_ path: EnforcementPlan.Path) -> Chain {
        let foreign = Set([AddressFamily.v4, .v6]).subtracting(path.families)
        let families = foreign.sorted { $0.digit < $1.digit }.map { ChainRule(.family($0), .goto(Name.refuse)) }
        return Chain(
            Name.path(path.number),
            rules: families + [
                ChainRule(.status(has: Packet.Flow.statusDestinationNAT), .goto(Name.refuse))
            ] + refusingElsewhere(path) + announcedTranslators(path) + olderFlows(path) + [
                ChainRule(
                    .status(has: Packet.Flow.statusConfirmed), .connectionMark(MarkLayout.path, isNot: 0),
                    .connectionMark(MarkLayout.path, isNot: path.number.bits), .transport(.tcp), .goto(Name.refuse)),
                ChainRule(.verdictMap(notes(path.number))),
                ChainRule(.goto(Name.refuse)),
            ])
    }

    /// Here the device is that of the first route, before the mark was looked at: it tells something of paths that no
    /// routing rule is for.
    private func refusingElsewhere(_ path: EnforcementPlan.Path) -> [ChainRule] {
        guard plan.tunnel(path.number) == nil else { return [] }
        return [
            ChainRule(path.exit.leavingElsewhere + [.goto(Name.refuse)], comment: "path \(path.name) or not at all")
        ]
    }

    /// Flows that are older than this table have no mark, and the addresses of their first route for good. That is right
    /// for what leaves directly; but where there are tunnels no flow may outlive a change of its path, and only those
    /// that `nat_leaving` has seen at their beginning do not.
    private func olderFlows(_ path: EnforcementPlan.Path) -> [ChainRule] {
        guard !plan.tunnels.isEmpty else { return [] }
        let exempt: [Statement] =
            plan.tunnel(path.number) != nil
            ? [] : [.match(Match(.meta(.l4proto), .notEqual(FieldValue(TransportProtocol.tcp.number))))]
        return [
            ChainRule(
                exempt + [
                    .status(has: Packet.Flow.statusConfirmed), .connectionMark(MarkLayout.path, is: 0),
                    .goto(Name.refuse),
                ])
        ]
    }

    /// Who may be on the way by this path, and the end of closed connections: `decide` has checked their epoch.
    func notes(_ path: PathNumber) -> VerdictMap {
        let senders = possiblePaths.keys.filter { possiblePaths[$0, default: []].contains(path) }.sorted()
        return VerdictMap(
            .meta(.mark), mask: FieldValue(MarkLayout.subject),
            entries: [.init(SetElement(FieldValue(SubjectNumber.ownerless.bits)), .accept)]
                + senders.map { .init(SetElement(FieldValue($0.bits)), .goto(Name.note($0, path))) })
    }

    private var noteChains: [Chain] {
        let leaving = possiblePaths.keys.sorted().flatMap { subject in
            possiblePaths[subject, default: []].map { (subject, $0) }
        }
        // What the resolver asks a proxy for ends on this machine.
        let asking = Set(plan.resolver.proxies.map(\.path)).sorted().map { (SubjectNumber.resolver, $0) }
        return (leaving + asking).map { subject, path in
            Chain(Name.note(subject, path), rules: [ChainRule(.note(subject, path), .accept)])
        }
    }

    private var underlay: Chain {
        Chain(Name.path(.underlay), rules: [ChainRule(.note(.underlay, .underlay), .accept)])
    }

    /// A local sender gets a proper error at once.
    private var refuse: Chain {
        let log = plan.onBlock.log.map { ChainRule(.limit($0), .log(LogTarget(prefix: "enigm blocked: "))) }
        let answer =
            plan.onBlock.rejects
            ? [
                ChainRule(.transport(.tcp), .reject(.tcpReset)),
                ChainRule(.reject(.icmp(.administrativelyProhibited))),
            ] : [ChainRule(.drop)]
        return Chain(Name.refuse, rules: (log.map { [$0] } ?? []) + answer)
    }
}
