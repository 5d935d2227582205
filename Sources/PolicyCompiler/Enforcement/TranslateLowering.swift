internal import NetworkTypes
internal import Ruleset

// Translation does what was decided and is never the guard: a flow older than this chain bypasses it.
extension RulesetLowering {
    var translate: Chain {
        Chain(
            "nat_output", hook: ChainHook(.nat, .output, priority: -100, policy: .accept),
            rules: [
                // A reply to a link-local resolver address could not return: it is left as it is and refused.
                ChainRule(Statement.toLinkLocal + [.accept])
            ] + captures + plan.redirects.filter { usedPaths.contains($0.path.number) }.flatMap(redirections))
    }

    /// Each subject's name resolution to its view, whose port attests who asks; that of all others to everybody's.
    private var captures: [ChainRule] {
        let containers = plan.containers.map(\.number)
        let own = plan.resolver.views.filter { view in view.subject.map { !containers.contains($0) } ?? false }
        let views = own + plan.resolver.views.filter { $0.subject == nil }
        return views.map { view in
            let sender: Statement =
                view.subject.map { .mark(MarkLayout.pathAndSubject, is: PathNumber.captured.bits | $0.bits) }
                ?? .mark(MarkLayout.path, is: PathNumber.captured.bits)
            return ChainRule(
                [sender, .tcpOrUDP, .redirect(port: view.port)], comment: view.subject.map { _ in "view \(view.name)" })
        }
    }

    /// To the service of a path; UDP and families that it has no port for are left as they are and refused.
    private func redirections(_ path: EnforcementPlan.Path, _ redirect: EnforcementPlan.Path.Redirect) -> [ChainRule] {
        redirect.portsByFamily.map { families, port in
            ChainRule(
                [.mark(MarkLayout.path, is: path.number.bits)] + families + [.transport(.tcp), .redirect(port: port)],
                comment: "path \(path.name)")
        }
    }

    /// By X means leaves by X or does not leave. In this hook `reject` does not exist: `judge` and the routing table of a
    /// path give the sender an error; this chain is what holds when routes are others.
    var leave: Chain {
        // What is redirected leaves by `lo`.
        let paths = plan.paths.filter(\.leavesByDevice).map {
            ChainRule([.mark(MarkLayout.path, is: $0.number.bits)] + $0.exit.leaving + [.accept])
        }
        return Chain(
            "leave", hook: ChainHook(.filter, .postrouting, priority: 0, policy: .drop),
            rules: [ChainRule(.leavingBy("lo"), .accept)] + answersToContainers + paths + [
                ChainRule(
                    .mark(MarkLayout.path, is: PathNumber.underlay.bits), .leavingByDevice(in: Name.directDevices),
                    .accept),
                ChainRule(
                    .mark(MarkLayout.path, is: PathNumber.inbound.bits), .leavingByDevice(in: Name.directDevices),
                    .accept),
                // Essentials, which `judge` accepted.
                ChainRule(.mark(MarkLayout.path, is: 0), .accept),
            ])
    }
}

extension Statement {
    /// An address that means something on one link only (RFC 4291, 2.5.6).
    static let toLinkLocal = to(IPv6Address(high: 0xFE80_0000_0000_0000, low: 0), length: 10)
    static let toMulticast6 = to(IPv6Address(high: 0xFF00_0000_0000_0000, low: 0), length: 8)

    private static func to(_ address: IPv6Address, length: Int) -> [Statement] {
        [
            .family(.v6),
            .match(
                Match(
                    .payload(.ipv6Destination), mask: .prefixMask(length: length, byteCount: 16),
                    .equal(FieldValue(address)))),
        ]
    }
}

extension EnforcementPlan.Path.Exit {
    var leaving: [Statement] {
        switch self {
        case .direct: [.leavingByDevice(in: Name.directDevices)]
        case .tunnel(let tunnel): [.leavingBy(tunnel.interface)]
        case .redirect: []
        }
    }

    /// What a packet that leaves by another device shows before it is routed by its mark.
    var leavingElsewhere: [Statement] {
        switch self {
        case .direct: [.match(Match(.meta(.oifname), .notInSet(Name.directDevices)))]
        case .tunnel, .redirect: []
        }
    }
}

extension EnforcementPlan.Path {
    /// Whether its packets leave by a device of its own, rather than end at a service on this machine.
    var leavesByDevice: Bool { if case .redirect = exit { false } else { true } }
}

extension EnforcementPlan.Path.Redirect {
    /// Each port with what a packet for it shows of its family: nothing where one port serves both.
    var portsByFamily: [(families: [Statement], port: UInt16)] {
        if let both = ports[.v4], both == ports[.v6] { return [([], both)] }
        return AddressFamily.allCases.compactMap { family in ports[family].map { ([.family(family)], $0) } }
    }
}
