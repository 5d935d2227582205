internal import NetworkTypes
internal import Ruleset

// Loopback is not a hole: the resolver's hidden port accepts only what this table has translated to it, and only the
// resolver answers from it.
extension RulesetLowering {
    var loopbackChains: [Chain] { [toLocal, capturedLocal] }

    private var toLocal: Chain {
        let port = plan.resolver.port
        return Chain(
            Name.toLocal,
            rules: [
                // Nobody but the resolver sends from its port: a squatter's SYN-ACK ends here, the only place where
                // the user of a TCP listener shows. Other packets without a socket pass.
                ChainRule(
                    .tcpOrUDP, .sourcePort(port), .mark(MarkLayout.subject, is: SubjectNumber.resolver.bits), .accept),
                ChainRule(
                    .transport(.tcp), .sourcePort(port),
                    .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x12))))),
                    .drop, comment: "not the resolver's listener"),
                ChainRule(
                    .tcpOrUDP, .sourcePort(port), .mark(MarkLayout.subject, isNot: SubjectNumber.ownerless.bits), .drop,
                    comment: "not the resolver's listener"),
                ChainRule(.mark(MarkLayout.path, is: PathNumber.captured.bits), .goto(Name.capturedLocal)),
                ChainRule(.tcpOrUDP, .destinationPorts([53, port].sorted()), .goto(Name.refuse)),
                // Decided to leave, but an old translation brought it here.
                ChainRule(.mark(MarkLayout.path, isNot: 0), .goto(Name.refuse)),
                ChainRule(.accept),
            ])
    }

    /// Translated by us, now, to the resolver's port.
    private var capturedLocal: Chain {
        let loopback = [
            ChainRule(
                .family(.v4),
                .match(Match(.payload(.ipv4Destination), .notEqual(FieldValue(IPv4Address(127, 0, 0, 1))))),
                .goto(Name.refuse)),
            ChainRule(
                .family(.v6), .match(Match(.payload(.ipv6Destination), .notEqual(FieldValue(IPv6Address.loopback)))),
                .goto(Name.refuse)),
        ]
        let notes = ([SubjectNumber.any] + plan.subjects.map(\.number)).sorted().map { subject in
            ChainRule(
                .mark(MarkLayout.subject, is: subject.bits), .tcpOrUDP, .destinationPort(plan.resolver.port),
                .note(subject, .captured), .accept)
        }
        return Chain(
            Name.capturedLocal,
            rules: [ChainRule(.status(lacks: Packet.Flow.statusDestinationNAT), .goto(Name.refuse))] + loopback + notes
                + [
                    // The end of a closed connection; `decide` has checked the epoch.
                    ChainRule(
                        .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits), .transport(.tcp),
                        .destinationPort(plan.resolver.port), .accept),
                    ChainRule(.goto(Name.refuse)),
                ])
    }
}
