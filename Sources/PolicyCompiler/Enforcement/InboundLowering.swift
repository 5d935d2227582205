internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

// What arrives: replies to flows of this epoch, and what `local` lets in.
extension RulesetLowering {
    var inboundChains: [Chain] {
        [input, stubListener] + guardedListeners.map { listener($0.owner) } + [forward]
    }

    /// Captured questions go to the resolver's sockets and to nobody else's: while it is down, another program may have
    /// its port. Matched positively, because a socket in a shallower cgroup matches no comparison at all. Over TCP the
    /// resolver is known by its SYN-ACK.
    private var stubListener: Chain {
        Chain(
            Name.stubListener,
            rules: [
                ChainRule(
                    .match(Match(.socketCgroup(level: 0), .inSet(Name.resolverCgroups))), .accept,
                    comment: "the resolver's listener"),
                ChainRule(.drop, comment: "not the resolver's listener"),
            ])
    }

    /// Services behind paths whose owners are known by their control groups, in which their listeners were made.
    private var guardedListeners: [(owner: EnforcementPlan.Subject, ports: [UInt16])] {
        plan.owners.filter(\.isKnownByControlGroup).map { owner in
            (
                owner,
                plan.redirects.filter { $0.redirect.owner == owner.number }.flatMap(\.redirect.guardedPorts).sorted()
            )
        }
    }

    private func listener(_ owner: EnforcementPlan.Subject) -> Chain {
        Chain(
            Name.listener(owner.number),
            rules: owner.selectorSets.map {
                ChainRule($0.matches + [.accept], comment: "listener of path \(owner.name)")
            }
                + [ChainRule(.drop, comment: "not the listener of path \(owner.name)")])
    }

    /// The first packet of a connection alone: those behind it find no listener, but a request that has no control group.
    private var connectionsToListeners: [ChainRule] {
        guardedListeners.map { owner, ports in
            ChainRule(
                .arrivingBy("lo"), .transport(.tcp), .destinationPorts(ports),
                .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x02))))),
                .goto(Name.listener(owner.number)))
        }
    }

    private var input: Chain {
        Chain(
            "input", hook: ChainHook(.filter, .input, priority: 0, policy: .drop),
            rules: [
                ChainRule(
                    .arrivingBy("lo"), .transport(.udp), .destinationPorts(plan.resolver.hiddenPorts),
                    .goto(Name.stubListener))
            ] + connectionsToListeners + [ChainRule(.arrivingBy("lo"), .accept)] + jumpToCapturedContainers
                + arrivingEssentials + tunnelEndpoints
                + services + closedToContainers + flows)
    }

    private var arrivingEssentials: [ChainRule] {
        let discovery = ChainRule(
            Statement.icmpv6([134, 135, 136, 137]) + [.hopLimit(255), .accept], comment: "neighbour discovery")
        let listeners = ChainRule(Statement.icmpv6([130]) + [.accept], comment: "multicast listeners")
        let dhcp = ChainRule(
            .transport(.udp), .ports(DHCPPorts.arriving), .arrivingByDevice(in: Name.directDevices), .accept,
            comment: "local: dhcp")
        return [discovery, listeners] + (plan.local.allowsDHCP ? [dhcp] : [])
    }

    /// A kernel tunnel's other end, also when it speaks first.
    private var tunnelEndpoints: [ChainRule] {
        plan.tunnels.filter { $0.tunnel.owner == nil }.flatMap { path, tunnel in
            AddressFamily.allCases.filter { family in
                tunnel.endpoints.contains { $0.endpoint.address.family == family }
            }.map {
                ChainRule(
                    .family($0), .transport(.udp), .destinationPort(tunnel.listenPort),
                    .match(Match([$0.source, .payload(.transportSourcePort)], .inSet(Name.endpoints(path, $0, .udp)))),
                    .accept)
            }
        }
    }

    /// Of a stale epoch TCP passes, because the answer to it is judged; other packets while their epoch is in the set.
    private var flows: [ChainRule] {
        let current = Packet.Flow.established | Packet.Flow.related
        return arrivingThroughClosedPortal + [
            ChainRule(.state(anyOf: current), .connectionMark(MarkLayout.epoch, is: 0), .accept),
            ChainRule(.state(anyOf: Packet.Flow.established), .transport(.tcp), .accept),
            ChainRule(
                .state(anyOf: current),
                .match(Match(.conntrack(.mark), mask: FieldValue(MarkLayout.epoch), .inSet(Name.staleEpochs))), .accept),
        ]
    }

    /// Before the flows: every packet that arrives for an allowed port puts its flow under the present policy. The
    /// answers to a flow of ours that happens to have that source port are no such packets.
    private var services: [ChainRule] {
        guard !plan.local.inbound.isEmpty else { return [] }
        // A container is outside, too.
        let devices = [Name.directDevices] + (plan.containers.isEmpty ? [] : [Name.containerDevices])
        return devices.flatMap { devices in
            DestinationLowering(ports: plan.local.inbound).alternatives.map {
                ChainRule(
                    [.arrivingByDevice(in: devices), .originalDirection] + $0.matches(known: nil)
                        + [.note(.ownerless, .inbound), .accept],
                    comment: "local: inbound")
            }
        }
    }
}
