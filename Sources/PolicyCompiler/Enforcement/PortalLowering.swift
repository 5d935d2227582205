internal import Bundle
package import NetworkTypes
package import Ruleset

// The way through a captive portal. It is open as long as its subject is in a set, whose elements the kernel takes away
// by itself, and every packet asks anew. What leaves by it is a sender of its own: its flows are known when it is closed.
extension RulesetLowering {
    /// Empty where there is no portal, or while it is closed.
    var portalSets: [NamedSet] {
        guard plan.portal != nil else { return [] }
        return [NamedSet(PortalSettings.openSet, key: [.mark], flags: [.timeout])]
            + AddressFamily.allCases.map {
                NamedSet(PortalSettings.resolverSet($0), key: [$0.fieldType], flags: [.timeout])
            }
    }

    var portalNumbers: [SubjectNumber] { plan.portal.map { [$0.number] } ?? [] }

    /// Name resolution is told apart before conntrack: in a zone of its own, no flow from before is taken for one of
    /// these, nor one of these, when the portal is closed, for a captured one.
    var portalClassification: [ChainRule] {
        guard let portal = plan.portal else { return [] }
        return [
            ChainRule(
                .tcpOrUDP, .destinationPort(53), sentWhileOpen,
                .setMark(MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: portal.number.bits)),
                comment: "portal: name resolution")
        ]
    }

    /// It is not captured.
    var portalNameResolution: [ChainRule] {
        portalNumbers.map { ChainRule(.mark(MarkLayout.subject, is: $0.bits), .goto(Name.decide($0))) }
    }

    /// To the link's resolver and no other, unless a block rule speaks of it.
    var portalChains: [Chain] {
        guard let portal = plan.portal else { return [] }
        let name = Name.decide(portal.number)
        let own = plan.rules.filter { $0.subject == portal.subject && $0.action == .block }
        let blocks = lower(own, in: Name.block(name))
        let resolvers = toPortalResolvers.map {
            ChainRule($0 + [.decide(.direct), .accept], comment: "\(portal.origin): the link's resolver")
        }
        let rest = ChainRule(.decide(.block), .accept, comment: "\(portal.origin): no other resolver")
        return [Chain(name, rules: jumpToBlock + blocks.rules + resolvers + [rest])] + blocks.chains
    }

    /// After all that blocks, before the subject's own ways.
    func portalWays(of subject: EnforcementPlan.Subject) -> [ChainRule] {
        guard let portal = plan.portal, portal.subject == subject.number else { return [] }
        let leaving: Statement = .setMark(
            MarkChange(
                .packet, from: .packet, keep: MarkLayout.others, bits: PathNumber.direct.bits | portal.number.bits))
        return DestinationLowering(ports: portal.ports).alternatives.map {
            ChainRule([sentWhileOpen] + $0.matches(known: nil) + [leaving, .accept], comment: portal.origin)
        }
    }

    /// What asks the link's resolver, for the judge.
    var portalAnswerers: [ChainRule] {
        portalNumbers.flatMap { number in
            toPortalResolvers.map { resolver in
                ChainRule(
                    [.mark(MarkLayout.pathAndSubject, is: PathNumber.direct.bits | number.bits)] + resolver + [
                        .tcpOrUDP, .destinationPort(53), .verdict(.return),
                    ], comment: "portal: the link's resolver")
            }
        }
    }

    /// A connection whose socket is closed goes on by the path of its flow: one through the portal as long as that is
    /// open. Undecided packets do not leave.
    var closedPortal: [ChainRule] {
        portalNumbers.map { number in
            ChainRule(
                .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .transport(.tcp), flow(of: number),
                flowIsClosed, .accept, comment: "portal: closed")
        }
    }

    /// What still arrives would keep a flow alive that may answer nothing. TCP passes: its ACK is judged, and reset.
    var arrivingThroughClosedPortal: [ChainRule] {
        portalNumbers.map { number in
            ChainRule(
                flow(of: number), flowIsClosed,
                .match(Match(.meta(.l4proto), .notEqual(FieldValue(TransportProtocol.tcp.number)))), .drop,
                comment: "portal: closed")
        }
    }

    private var toPortalResolvers: [[Statement]] {
        AddressFamily.allCases.map { family in
            [.family(family), .match(Match(family.destination, .inSet(PortalSettings.resolverSet(family))))]
        }
    }

    private var sentWhileOpen: Statement {
        .match(Match(.meta(.mark), mask: FieldValue(MarkLayout.subject), .inSet(PortalSettings.openSet)))
    }

    private func flow(of number: SubjectNumber) -> Statement { .connectionMark(MarkLayout.subject, is: number.bits) }

    private var flowIsClosed: Statement {
        .match(Match(.conntrack(.mark), mask: FieldValue(MarkLayout.subject), .notInSet(PortalSettings.openSet)))
    }
}

extension Table {
    /// Opens the portal, as the enforcer does it for a time.
    package mutating func openPortal(of plan: EnforcementPlan, resolvers: Set<IPAddress>) {
        guard let portal = plan.portal else { return }
        let settings = PortalSettings(
            subject: "", subjectNumber: portal.subject, number: portal.number, minutes: portal.minutes)
        for (name, elements) in settings.contents(resolvers) {
            guard let index = sets.firstIndex(where: { $0.name == name }) else { continue }
            sets[index].elements = elements.sorted()
        }
    }
}
