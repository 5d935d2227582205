package import NetworkTypes

// The words that rules are built with, so that a rule reads like a sentence.

extension Statement {
    package static let accept: Statement = .verdict(.accept)
    package static let drop: Statement = .verdict(.drop)

    package static func goto(_ chain: String) -> Statement { .verdict(.goto(chain)) }

    package static func jump(_ chain: String) -> Statement { .verdict(.jump(chain)) }

    /// The packet's address family.
    package static func family(_ family: AddressFamily) -> Statement {
        .match(Match(.meta(.nfproto), .equal(FieldValue(UInt8(family == .v4 ? 2 : 10)))))
    }

    package static func transport(_ transport: TransportProtocol) -> Statement {
        .match(Match(.meta(.l4proto), .equal(FieldValue(transport.number))))
    }

    package static let tcpOrUDP: Statement = .match(
        Match(.meta(.l4proto), .anyOf([TransportProtocol.tcp, .udp].map { SetElement(FieldValue($0.number)) })))

    package static func destinationPort(_ port: UInt16) -> Statement {
        .match(Match(.payload(.transportDestinationPort), .equal(FieldValue(port))))
    }

    package static func sourcePort(_ port: UInt16) -> Statement {
        .match(Match(.payload(.transportSourcePort), .equal(FieldValue(port))))
    }

    package static func sourcePorts(_ ports: [UInt16]) -> Statement {
        .match(Match(.payload(.transportSourcePort), .oneOf(ports.map { FieldValue($0) })))
    }

    package static func destinationPorts(_ ports: [UInt16]) -> Statement {
        .match(Match(.payload(.transportDestinationPort), .oneOf(ports.map { FieldValue($0) })))
    }

    /// Compares some bits of the packet mark.
    package static func mark(_ mask: UInt32, is value: UInt32) -> Statement {
        .match(Match(.meta(.mark), mask: FieldValue(mask), .equal(FieldValue(value))))
    }

    package static func mark(_ mask: UInt32, isNot value: UInt32) -> Statement {
        .match(Match(.meta(.mark), mask: FieldValue(mask), .notEqual(FieldValue(value))))
    }

    /// Compares some bits of the connection mark.
    package static func connectionMark(_ mask: UInt32, is value: UInt32) -> Statement {
        .match(Match(.conntrack(.mark), mask: FieldValue(mask), .equal(FieldValue(value))))
    }

    package static func connectionMark(_ mask: UInt32, isNot value: UInt32) -> Statement {
        .match(Match(.conntrack(.mark), mask: FieldValue(mask), .notEqual(FieldValue(value))))
    }

    /// Any of these bits of the conntrack state. A bit field is tested, never compared.
    package static func state(anyOf bits: UInt32) -> Statement {
        .match(Match(.conntrack(.state), mask: FieldValue(bits), .notEqual(FieldValue(UInt32(0)))))
    }

    package static func status(has bits: UInt32) -> Statement {
        .match(Match(.conntrack(.status), mask: FieldValue(bits), .notEqual(FieldValue(UInt32(0)))))
    }

    package static func status(lacks bits: UInt32) -> Statement {
        .match(Match(.conntrack(.status), mask: FieldValue(bits), .equal(FieldValue(UInt32(0)))))
    }

    package static let originalDirection: Statement = .match(
        Match(.conntrack(.direction), .equal(FieldValue(UInt8(0)))))

    package static let replyDirection: Statement = .match(Match(.conntrack(.direction), .equal(FieldValue(UInt8(1)))))

    /// The routing table calls the destination local (RTN_LOCAL).
    package static let destinationIsLocal: Statement = .match(
        Match(.destinationKind, .equal(FieldValue(UInt32(2)))))

    package static func leavingBy(_ device: String) -> Statement {
        .match(Match(.meta(.oifname), .equal(FieldValue(interfaceName: device))))
    }

    package static func leavingByDevice(in set: String) -> Statement {
        .match(Match(.meta(.oifname), .inSet(set)))
    }

    package static func arrivingBy(_ device: String) -> Statement {
        .match(Match(.meta(.iifname), .equal(FieldValue(interfaceName: device))))
    }

    package static func arrivingByDevice(in set: String) -> Statement {
        .match(Match(.meta(.iifname), .inSet(set)))
    }

    /// ICMPv6 messages of these types; with what such a rule compares first.
    package static func icmpv6(_ types: [UInt8]) -> [Statement] {
        [
            .family(.v6), .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(58))))),
            .match(Match(.payload(.icmpv6Type), .oneOf(types.map { FieldValue($0) }))),
        ]
    }

    package static func icmp(_ types: [UInt8]) -> [Statement] {
        [
            .family(.v4), .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(1))))),
            .match(Match(.payload(.icmpType), .oneOf(types.map { FieldValue($0) }))),
        ]
    }

    package static func hopLimit(_ value: UInt8) -> Statement {
        .match(Match(.payload(.ipv6HopLimit), .equal(FieldValue(value))))
    }

    /// Decides the path of a packet and keeps its subject.
    package static func decide(_ path: PathNumber) -> Statement {
        .setMark(MarkChange(.packet, from: .packet, keep: ~MarkLayout.path, bits: path.bits))
    }

    /// Notes in the flow who sends it by which path; the epoch is filled in when the table is put in force.
    package static func note(_ subject: SubjectNumber, _ path: PathNumber) -> Statement {
        .setMark(
            MarkChange(.connection, from: .connection, keep: MarkLayout.others, bits: path.bits | subject.bits))
    }
}

extension Match.Operation {
    /// A set of one is a comparison: that is what nft makes of it, and equal tables need equal rules.
    package static func oneOf(_ values: [FieldValue]) -> Self {
        values.count == 1 ? .equal(values[0]) : .anyOf(values.map { SetElement($0) })
    }
}

extension TransportProtocol {
    /// The IP protocol number.
    package var number: UInt8 { self == .tcp ? 6 : 17 }
}
