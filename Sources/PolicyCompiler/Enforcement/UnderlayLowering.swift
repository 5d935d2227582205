internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

// The outer packets of tunnels: infrastructure, which leaves by the `next` of its path.
extension RulesetLowering {
    /// A kernel tunnel's outer packets carry the inner sender's user: they are known by mark, source port and endpoint
    /// together.
    var underlayRules: [ChainRule] {
        plan.tunnels.filter { $0.tunnel.owner == nil }.flatMap { path, tunnel in
            outerPackets(of: path, tunnel).map { matches in
                ChainRule(
                    [.mark(MarkLayout.path, is: PathNumber.underlay.bits)] + matches + [
                        .setMark(
                            MarkChange(
                                .packet, from: .packet, keep: 0,
                                bits: PathNumber.underlay.bits | SubjectNumber.underlay.bits)),
                        .accept,
                    ])
            }
        }
    }

    /// Those of a tunnel that goes through another are that path's packets from here on; all others leave directly.
    var underlayDecisions: [ChainRule] {
        plan.chainedTunnels.flatMap { path, tunnel in
            outerPackets(of: path, tunnel).map { matches in
                ChainRule(
                    [.mark(MarkLayout.path, is: PathNumber.underlay.bits)] + matches + way(by: tunnel.next),
                    comment: "tunnel of path \(plan.name(of: path)): by its next")
            }
        } + [ChainRule(.mark(MarkLayout.path, is: PathNumber.underlay.bits), .accept)]
    }

    /// Those of a tunnel in user space are its owner's, to its endpoints. They come before name resolution is captured:
    /// a tunnel may have its other end at any port.
    var ownersOuterPackets: [ChainRule] {
        plan.ownedTunnels.flatMap { path, tunnel, owner in
            outerPackets(of: path, tunnel).map { matches in
                ChainRule([.mark(MarkLayout.subject, is: owner.bits)] + matches + [.goto(Name.outer(path))])
            }
        }
    }

    /// What blocks everybody blocks them.
    var outerChains: [Chain] {
        plan.ownedTunnels.filter { !$0.tunnel.endpoints.isEmpty }.map { path, tunnel, _ in
            Chain(
                Name.outer(path),
                rules: jumpToBlock + [
                    ChainRule(
                        way(by: tunnel.next), comment: "tunnel of path \(plan.name(of: path)): by its next")
                ])
        }
    }

    /// The guard of name resolution is not for them, nor for those of a kernel tunnel that have another path, nor for
    /// what asks the link's resolver through the portal.
    var unguarded: [ChainRule] {
        let chained: [ChainRule] =
            plan.chainedTunnels.isEmpty
            ? [] : [ChainRule(.mark(MarkLayout.subject, is: SubjectNumber.underlay.bits), .verdict(.return))]
        return chained + portalAnswerers
            + plan.ownedTunnels.flatMap { path, tunnel, owner in
                outerPackets(of: path, tunnel).map { matches in
                    ChainRule([.mark(MarkLayout.subject, is: owner.bits)] + matches + [.verdict(.return)])
                }
            }
    }

    /// What the outer packets of a tunnel show, for each family and transport of its endpoints.
    private func outerPackets(of path: PathNumber, _ tunnel: EnforcementPlan.Path.Tunnel) -> [[Statement]] {
        tunnel.kindsOfEndpoints.map { family, transport in
            let source: [Statement] = tunnel.listenPort == 0 ? [] : [.sourcePort(tunnel.listenPort)]
            return [.family(family), .transport(transport)] + source + [
                .match(
                    Match(
                        [family.destination, .payload(.transportDestinationPort)],
                        .inSet(Name.endpoints(path, family, transport))))
            ]
        }
    }

    /// Address and port of tunnels' other ends.
    var endpointSets: [NamedSet] {
        plan.tunnels.sorted { $0.path < $1.path }.flatMap { path, tunnel in
            tunnel.kindsOfEndpoints.map { family, transport in
                let elements = tunnel.endpoints.filter {
                    $0.endpoint.address.family == family && $0.transport == transport
                }.map { SetElement([FieldValue($0.endpoint.address), FieldValue($0.endpoint.port)]) }
                return NamedSet(
                    Name.endpoints(path, family, transport), key: [family.fieldType, .port],
                    elements: Set(elements).sorted())
            }
        }
    }
}

extension EnforcementPlan {
    /// Tunnels of the kernel whose outer packets leave by another path.
    var chainedTunnels: [(path: PathNumber, tunnel: Path.Tunnel)] {
        tunnels.filter { $0.tunnel.owner == nil && $0.tunnel.next != .direct }
    }

    var ownedTunnels: [(path: PathNumber, tunnel: Path.Tunnel, owner: SubjectNumber)] {
        tunnels.compactMap { path, tunnel in tunnel.owner.map { (path, tunnel, $0) } }
    }

    /// Whether all that an owner has are tunnels whose endpoints are known: he sends nothing else.
    func sendsOuterPacketsAlone(_ owner: SubjectNumber) -> Bool {
        let own = ownedTunnels.filter { $0.owner == owner }
        return !own.isEmpty && own.allSatisfy { !$0.tunnel.endpoints.isEmpty }
            && !redirects.contains { $0.redirect.owner == owner }
    }

    fileprivate func name(of path: PathNumber) -> String { self.path(path)?.name ?? "" }
}

extension EnforcementPlan.Path.Tunnel {
    fileprivate var kindsOfEndpoints: [(AddressFamily, TransportProtocol)] {
        AddressFamily.allCases.flatMap { family in
            [TransportProtocol.udp, .tcp].filter { transport in
                endpoints.contains { $0.endpoint.address.family == family && $0.transport == transport }
            }.map { (family, $0) }
        }
    }
}
