internal import NetworkTypes
internal import Ruleset

// Packets of a tunnel's path are routed again once they are marked (`Routing` of the enforcer has the rules and tables).
// What that leaves wrong is put right here.
extension RulesetLowering {
    /// Where no path needs them, none.
    var routingChains: [Chain] {
        guard plan.tunnels.isEmpty else { return [masquerade, restoreMarks] }
        return containerMasquerade.isEmpty ? [] : [masquerade]
    }

    /// A packet that was routed again keeps the source address of its first route: a tunnel's address would show on the
    /// wire, and the wire's in the tunnel. Everything that leaves by a device gets that device's address; a flow whose
    /// device is another than at its beginning is ended by this, and begins anew.
    private var masquerade: Chain {
        let everybodys = plan.paths.filter { usedPaths.contains($0.number) && $0.leavesByDevice }.map {
            ChainRule([.mark(MarkLayout.path, is: $0.number.bits)] + $0.exit.leaving + [.masquerade])
        }
        return Chain(
            "nat_leaving", hook: ChainHook(.nat, .postrouting, priority: 100, policy: .accept),
            rules: plan.tunnels.isEmpty ? containerMasquerade : everybodys)
    }

    /// Where the kernel asks whether an answer came by the device that it would answer by, it has to ask by the mark of
    /// the flow (`rp_filter`, with `src_valid_mark`).
    private var restoreMarks: Chain {
        // Those of containers are forwarded, and by the mark they would go back into the tunnel.
        let containers = plan.containers.map { FieldValue($0.number.bits) }
        let exempt =
            containers.isEmpty
            ? []
            : [
                ChainRule(
                    .match(Match(.conntrack(.mark), mask: FieldValue(MarkLayout.subject), .oneOf(containers))), .accept)
            ]
        return Chain(
            "restore_marks", hook: ChainHook(.filter, .prerouting, priority: -150, policy: .accept),
            rules: exempt
                + plan.tunnels.filter { usedPaths.contains($0.path) }.map { path, _ in
                    ChainRule(.connectionMark(MarkLayout.path, is: path.bits), .decide(path))
                })
    }

    /// What the last rule for a packet by that path does.
    func way(by path: PathNumber) -> [Statement] {
        plan.tunnel(path) == nil ? [.decide(path), .accept] : [.goto(Name.via(path))]
    }

    /// The end of every way into a tunnel. A packet that has no route once it is marked is gone before anybody could
    /// reject it. Its sender has the error of the `unreachable` route; for TCP the kernel does not pass it on, and a
    /// connection that begins would wait for minutes. Those that have begun go on when the tunnel does.
    func intoTunnel(_ path: PathNumber, _ tunnel: EnforcementPlan.Path.Tunnel) -> Chain {
        let elsewhere: Statement = .match(
            Match(.meta(.oifname), .notEqual(FieldValue(interfaceName: tunnel.interface))))
        return Chain(
            Name.via(path),
            rules: [
                // The kernel looks these up on the link of their first route alone.
                ChainRule(Statement.toLinkLocal + [elsewhere, .goto(Name.refuse)]),
                ChainRule(Statement.toMulticast6 + [elsewhere, .goto(Name.refuse)]),
                ChainRule(.decide(path)),
                ChainRule(
                    .transport(.tcp),
                    .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x02))))),
                    .match(Match(.meta(.mark), mask: FieldValue(MarkLayout.path), .inSet(Name.downPaths))),
                    .goto(Name.refuse)),
                ChainRule(.accept),
            ])
    }
}
