internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

// What containers send arrives by devices of theirs and is forwarded: `classify_containers` (whose device) ->
// `decide_containers` (which path, on the original destination; routed by that path's mark) -> `nat_containers`
// (name resolution to its view) -> `forward` (judges) -> `leave` -> `nat_leaving`. Where a profile has no containers
// nothing is forwarded at all.
extension RulesetLowering {
    var containerChains: [Chain] {
        guard !plan.containers.isEmpty else { return [] }
        return [
            classifyContainers, decideContainers, captureContainers, capturedContainers, containerAnswers,
            judgeContainers,
        ]
    }

    var containerSets: [NamedSet] {
        guard !plan.containers.isEmpty else { return [] }
        return [deviceSet(Name.containerDevices, plan.containers.flatMap(\.interfaces))]
            + plan.containers.map { deviceSet(Name.devices($0.number), $0.interfaces) }
    }

    private func deviceSet(_ name: String, _ devices: [String]) -> NamedSet {
        NamedSet(
            name, key: [.interfaceName],
            elements: Set(devices).map { SetElement(FieldValue(interfaceName: $0)) }.sorted())
    }

    // MARK: - Who sends

    /// Before conntrack, as on this machine: no mark that a packet brings along is believed.
    private var classifyContainers: Chain {
        let subjects = plan.containers.map { subject in
            ChainRule(
                .arrivingByDevice(in: Name.devices(subject.number)),
                .setMark(MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: subject.number.bits)),
                comment: "subject \(subject.name)")
        }
        return Chain(
            "classify_containers", hook: ChainHook(.filter, .prerouting, priority: -300, policy: .accept),
            rules: [ChainRule(.setMark(MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: 0)))]
                + subjects + zoneRules(plan.containers.map(\.number)))
    }

    // MARK: - Which path

    /// After the marks of tunnels' answers are restored, which are no decision. Before the route: it is found by the mark.
    private var decideContainers: Chain {
        let dispatch = VerdictMap(
            .meta(.mark), mask: FieldValue(MarkLayout.subject),
            entries: plan.containers.map {
                .init(SetElement(FieldValue($0.number.bits)), .goto(Name.decide($0.number)))
            })
        return Chain(
            "decide_containers", hook: ChainHook(.filter, .prerouting, priority: -140, policy: .accept),
            rules: [
                ChainRule(.mark(MarkLayout.subject, is: 0), .accept),
                ChainRule(.decide(.none)),
                ChainRule(.tcpOrUDP, .destinationPort(53), .decide(.captured), .accept),
                ChainRule(.destinationIsLocal, .accept),
                // What is meant for one link is not forwarded.
                ChainRule(Statement.toLinkLocal + [.decide(.block), .accept]),
                ChainRule(Statement.toMulticast6 + [.decide(.block), .accept]),
            ] + containerErrors + [ChainRule(.verdictMap(dispatch))])
    }

    /// Errors of ICMP leave with the flow that they tell of, which has to be the same subject's.
    private var containerErrors: [ChainRule] {
        plan.containers.flatMap { subject in
            [Statement.icmp([3, 11, 12]), Statement.icmpv6([1, 2, 3, 4])].map { errors in
                ChainRule(
                    errors + [
                        .mark(MarkLayout.subject, is: subject.number.bits), .state(anyOf: Packet.Flow.related),
                        .originalDirection, .connectionMark(MarkLayout.epochAndSubject, is: subject.number.bits),
                        .setMark(
                            MarkChange(.packet, from: .connection, keep: MarkLayout.path, bits: subject.number.bits)),
                        .accept,
                    ], comment: "errors")
            }
        }
    }

    // MARK: - Name resolution

    /// `redirect` lands on the device that the question came by, where the resolver listens for it.
    private var captureContainers: Chain {
        let captures = plan.containers.map { subject in
            let view = plan.resolver.view(of: subject.number)
            return ChainRule(
                .mark(MarkLayout.pathAndSubject, is: PathNumber.captured.bits | subject.number.bits), .tcpOrUDP,
                .redirect(port: view.port), comment: "view \(view.name)")
        }
        return Chain(
            "nat_containers", hook: ChainHook(.nat, .prerouting, priority: -100, policy: .accept),
            rules: [ChainRule(Statement.toLinkLocal + [.accept])] + captures)
    }

    /// The way of captured questions through `input`. Nothing else of containers' reaches the resolver.
    var jumpToCapturedContainers: [ChainRule] {
        guard !plan.containers.isEmpty else { return [] }
        return [
            ChainRule(
                .arrivingByDevice(in: Name.containerDevices),
                .mark(MarkLayout.path, is: PathNumber.captured.bits), .goto(Name.capturedContainers))
        ]
    }

    /// Translated by us, now, to the port of the sender's own view. Over UDP the listener shows here, over TCP in its
    /// SYN-ACK.
    private var capturedContainers: Chain {
        let notes = plan.containers.flatMap { subject in
            let port = plan.resolver.view(of: subject.number).port
            return [(TransportProtocol.udp, Statement.goto(Name.stubListener)), (.tcp, .accept)].map {
                transport, end in
                ChainRule(
                    .mark(MarkLayout.subject, is: subject.number.bits), .transport(transport), .destinationPort(port),
                    .note(subject.number, .captured), end)
            }
        }
        return Chain(
            Name.capturedContainers,
            rules: [ChainRule(.status(lacks: Packet.Flow.statusDestinationNAT), .drop)] + notes + [ChainRule(.drop)])
    }

    /// The rest of what they send to this machine itself.
    var closedToContainers: [ChainRule] {
        guard !plan.containers.isEmpty else { return [] }
        return [
            ChainRule(
                .arrivingByDevice(in: Name.containerDevices), .originalDirection, .drop,
                comment: "closed to containers")
        ]
    }

    /// What the resolver answers is no traffic of its own.
    var jumpToContainerAnswers: [ChainRule] {
        guard !plan.containers.isEmpty else { return [] }
        return [
            ChainRule(
                .leavingByDevice(in: Name.containerDevices), .replyDirection,
                .connectionMark(MarkLayout.path, is: PathNumber.captured.bits), .tcpOrUDP,
                .sourcePorts(plan.resolver.hiddenPorts), .goto(Name.containerAnswers))
        ]
    }

    /// Of the resolver, and of its connections that it has closed; the SYN-ACK of somebody else who listens there has no
    /// owner either.
    private var containerAnswers: Chain {
        let answer: [Statement] = [
            .setMark(
                MarkChange(
                    .packet, from: .packet, keep: MarkLayout.others,
                    bits: PathNumber.captured.bits | SubjectNumber.resolver.bits)), .accept,
        ]
        return Chain(
            Name.containerAnswers,
            rules: [
                ChainRule([.mark(MarkLayout.subject, is: SubjectNumber.resolver.bits)] + answer),
                ChainRule(.mark(MarkLayout.subject, isNot: SubjectNumber.ownerless.bits), .drop),
                ChainRule(
                    .transport(.tcp),
                    .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x12))))),
                    .drop, comment: "not the resolver's listener"),
                ChainRule([.transport(.tcp)] + answer),
                ChainRule(.drop),
            ])
    }

    /// How the kernel refuses a container's connection. It comes from the kernel itself, which has no socket.
    var containerResets: [EssentialTraffic] {
        guard !plan.containers.isEmpty else { return [] }
        return [
            EssentialTraffic(
                matches: [
                    .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .transport(.tcp),
                    .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x04)), .equal(FieldValue(UInt8(0x04))))),
                    .leavingByDevice(in: Name.containerDevices),
                ], comment: "resets to containers")
        ]
    }

    // MARK: - Judging

    /// Closed but for what containers send by a path of theirs, and the answers to it.
    var forward: Chain {
        Chain(
            "forward", hook: ChainHook(.filter, .forward, priority: 0, policy: .drop),
            rules: plan.containers.isEmpty ? [] : forwardedAnswers + [forwardedPackets])
    }

    /// As answers to this machine itself: of a stale epoch TCP passes, because what it answers is judged; the rest while
    /// that epoch is in the set.
    private var forwardedAnswers: [ChainRule] {
        let toContainers: [Statement] = [.leavingByDevice(in: Name.containerDevices), .replyDirection]
        let current = Packet.Flow.established | Packet.Flow.related
        return [
            ChainRule(toContainers + [.state(anyOf: current), .connectionMark(MarkLayout.epoch, is: 0), .accept]),
            ChainRule(toContainers + [.state(anyOf: Packet.Flow.established), .transport(.tcp), .accept]),
            ChainRule(
                toContainers + [
                    .state(anyOf: current),
                    .match(Match(.conntrack(.mark), mask: FieldValue(MarkLayout.epoch), .inSet(Name.staleEpochs))),
                    .accept,
                ]),
        ]
    }

    /// Nobody outside speaks first.
    private var forwardedPackets: ChainRule {
        ChainRule(.mark(MarkLayout.subject, isNot: 0), .originalDirection, .goto(Name.judgeContainers))
    }

    /// The device is known here, and so it is for good.
    private var judgeContainers: Chain {
        let paths = Set(plan.containers.flatMap { possiblePaths[$0.number, default: []] }).sorted()
        let judged = paths.map { VerdictMap.Entry(SetElement(FieldValue($0.bits)), .goto(Name.path($0))) }
        let refused = [PathNumber.captured, .block].map {
            VerdictMap.Entry(SetElement(FieldValue($0.bits)), .goto(Name.refuse))
        }
        return Chain(
            Name.judgeContainers,
            rules: [
                ChainRule(.jump(Name.guardResolution)),
                ChainRule(
                    .verdictMap(
                        VerdictMap(.meta(.mark), mask: FieldValue(MarkLayout.path), entries: judged + refused))),
            ])
    }

    /// What `forward`, `containerAnswers` and the answers of services have let through.
    var answersToContainers: [ChainRule] {
        guard !plan.containers.isEmpty else { return [] }
        return [ChainRule(.leavingByDevice(in: Name.containerDevices), .replyDirection, .accept)]
    }

    /// What goes by a tunnel has the address of its device anyway.
    var containerMasquerade: [ChainRule] {
        guard plan.tunnels.isEmpty else { return [] }
        return plan.containers.filter { possiblePaths[$0.number, default: []].contains(.direct) }.map {
            ChainRule(
                .mark(MarkLayout.pathAndSubject, is: PathNumber.direct.bits | $0.number.bits),
                .leavingByDevice(in: Name.directDevices), .masquerade)
        }
    }
}
