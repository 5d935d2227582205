internal import NetworkTypes
internal import Ruleset

// Loopback is not a hole: the ports of the resolver and of paths accept only what this table has translated to them,
// and only their owners answer from them.
extension RulesetLowering {
    var loopbackChains: [Chain] {
        [toLocal, capturedLocal]
            + plan.redirects.filter { usedPaths.contains($0.path.number) }.map { redirected($0.path, $0.redirect) }
    }

    private var toLocal: Chain {
        Chain(
            Name.toLocal,
            rules: answers
                + [ChainRule(.mark(MarkLayout.path, is: PathNumber.captured.bits), .goto(Name.capturedLocal))]
                + plan.redirects.flatMap(towardsTheService) + [
                    ChainRule(.tcpOrUDP, .destinationPorts(([53] + plan.guardedPorts).sorted()), .goto(Name.refuse)),
                    // Decided to leave, but an old translation brought it here.
                    ChainRule(.mark(MarkLayout.path, isNot: 0), .goto(Name.refuse)),
                    ChainRule(.accept),
                ])
    }

    private var answers: [ChainRule] {
        answers(of: .resolver, from: plan.resolver.hiddenPorts, "not the resolver's listener")
            + plan.redirects.flatMap { path, redirect in
                answers(of: redirect.owner, from: redirect.guardedPorts, "not the listener of path \(path.name)")
            }
    }

    /// Nobody but the owner sends from his ports, and he only what is not on its way by a path. A squatter's SYN-ACK ends
    /// here, the only place where the user of a TCP listener shows; other packets without a socket pass.
    ///
    /// The control group of a listener shows in `input` alone.
    private func answers(of owner: SubjectNumber, from ports: [UInt16], _ comment: String) -> [ChainRule] {
        let ports: Statement = .sourcePorts(ports)
        let isKnownByControlGroup = plan.owners.first { $0.number == owner }?.isKnownByControlGroup ?? false
        return [
            ChainRule(.tcpOrUDP, ports, .mark(MarkLayout.pathAndSubject, is: owner.bits), .accept),
            ChainRule(
                .transport(.tcp), ports,
                .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x12))))),
                isKnownByControlGroup ? .accept : .drop, comment: isKnownByControlGroup ? nil : comment),
            ChainRule(
                .tcpOrUDP, ports, .mark(MarkLayout.subject, isNot: SubjectNumber.ownerless.bits), .drop,
                comment: comment),
        ]
    }

    private func towardsTheService(
        _ path: EnforcementPlan.Path, _ redirect: EnforcementPlan.Path.Redirect
    ) -> [ChainRule] {
        let redirected = ChainRule(
            .mark(MarkLayout.path, is: path.number.bits), .goto(Name.redirected(path.number)))
        return proxies(path, redirect) + (usedPaths.contains(path.number) ? [redirected] : [])
    }

    private func proxies(_ path: EnforcementPlan.Path, _ redirect: EnforcementPlan.Path.Redirect) -> [ChainRule] {
        let ports = redirect.socks == redirect.connect ? [] : [(redirect.connect, "connect")]
        return ([(redirect.socks, "socks")] + ports).flatMap { port, kind in
            port.map { proxy(at: $0, of: path, kind) } ?? []
        }
    }

    /// Those who may go everywhere by this path, and the resolver where it asks an upstream through it; and the end of a
    /// closed connection of theirs.
    private func proxy(at port: UInt16, of path: EnforcementPlan.Path, _ kind: String) -> [ChainRule] {
        let asks = plan.resolver.proxies.contains(.init(path: path.number, port: port))
        let senders = plan.unrestrictedSenders(by: path.number) + (asks ? [.resolver] : [])
        let users = senders.map {
            VerdictMap.Entry(SetElement(FieldValue($0.bits)), .goto(Name.note($0, path.number)))
        }
        guard !users.isEmpty else { return [] }
        let service: [Statement] = [.transport(.tcp), .destinationPort(port)]
        return [
            ChainRule(
                service + [
                    .verdictMap(VerdictMap(.meta(.mark), mask: FieldValue(MarkLayout.pathAndSubject), entries: users))
                ],
                comment: "\(kind) of path \(path.name)"),
            ChainRule(service + [.mark(MarkLayout.pathAndSubject, is: path.number.bits), .accept]),
        ]
    }

    /// Translated by us, now, to the port of the sender's own view: NAT is never the guard, and a flow that was translated
    /// before may still lead to another's.
    private var capturedLocal: Chain {
        let notes = ([SubjectNumber.any] + plan.namedSubjects.map(\.number)).sorted().map { subject in
            ChainRule(
                .mark(MarkLayout.subject, is: subject.bits), .tcpOrUDP,
                .destinationPort(plan.resolver.view(of: subject).port),
                .note(subject, .captured), .accept)
        }
        return Chain(
            Name.capturedLocal,
            rules: translatedToLoopback + notes + [
                // The end of a closed connection; `decide` has checked the epoch.
                ChainRule(
                    .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .transport(.tcp),
                    .destinationPorts(plan.resolver.hiddenPorts), .accept),
                ChainRule(.goto(Name.refuse)),
            ])
    }

    /// Translated by us, now, to the port of this path's service.
    private func redirected(_ path: EnforcementPlan.Path, _ redirect: EnforcementPlan.Path.Redirect) -> Chain {
        let services = redirect.portsByFamily.map { families, port in
            ChainRule(families + [.transport(.tcp), .destinationPort(port), .verdictMap(notes(path.number))])
        }
        return Chain(
            Name.redirected(path.number), rules: translatedToLoopback + services + [ChainRule(.goto(Name.refuse))])
    }

    /// `redirect` lands on these two addresses, whichever one a service has.
    private var translatedToLoopback: [ChainRule] {
        [
            ChainRule(.status(lacks: Packet.Flow.statusDestinationNAT), .goto(Name.refuse)),
            ChainRule(
                .family(.v4),
                .match(Match(.payload(.ipv4Destination), .notEqual(FieldValue(IPv4Address(127, 0, 0, 1))))),
                .goto(Name.refuse)),
            ChainRule(
                .family(.v6), .match(Match(.payload(.ipv6Destination), .notEqual(FieldValue(IPv6Address.loopback)))),
                .goto(Name.refuse)),
        ]
    }
}

extension EnforcementPlan {
    /// The ports of this machine that belong to the resolver or to a path, in order.
    package var guardedPorts: [UInt16] { (resolver.hiddenPorts + redirects.flatMap(\.redirect.guardedPorts)).sorted() }

    /// Who may send everything by `path` for good, as far as rules with destinations do not say otherwise: those whose
    /// first rule without any is by it, or whose default is.
    func unrestrictedSenders(by path: PathNumber) -> [SubjectNumber] {
        let everywhere = rules.filter(\.isEverywhere)
        let everybodys = everywhere.filter { $0.subject == nil }
        guard !everybodys.contains(where: { $0.action == .block }) else { return [] }
        let ordinary = [SubjectNumber.any] + subjects.filter { $0.role == .ordinary }.map(\.number)
        return ordinary.filter { sender in
            let own = everywhere.filter { $0.subject == sender }
            guard !own.contains(where: { $0.action == .block }) else { return false }
            // A connection outlives the rule that opened it: one that ends opens nothing, and elsewhere closes.
            for rules in [own, everybodys] {
                if rules.contains(where: { $0.until != nil && $0.action != .via(path) }) { return false }
                if let rule = rules.first(where: { $0.until == nil }) { return rule.action == .via(path) }
            }
            return defaultAction == .via(path)
        }
    }
}
