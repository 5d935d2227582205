internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

/// The destinations of one rule as matches: any of the alternatives is a match.
struct DestinationLowering {
    private let addresses: [IPPrefix]
    /// Whose name sets its names' addresses are in; nil where it has no names.
    private let namedRule: String?
    private let ports: [PortRange]
    private let protocols: [IPProtocol]
    private let icmp: [ICMPMessage]

    init(_ rule: EnforcementPlan.Rule) {
        addresses = rule.addresses
        namedRule = rule.names.isEmpty ? nil : rule.name
        ports = rule.ports
        protocols = rule.protocols
        icmp = rule.icmp
    }

    /// These ports, wherever they are.
    init(ports: [PortRange]) {
        addresses = []
        namedRule = nil
        self.ports = ports
        protocols = []
        icmp = []
    }

    var alternatives: [Alternative] {
        alternatives(of: addressAlternatives)
    }

    /// Packets of a flow that has a path already, whatever its address.
    func alternatives(ofFlowsBy path: PathNumber) -> [Alternative] {
        alternatives(of: [(nil, [.mark(MarkLayout.path, is: path.bits)])])
    }

    private func alternatives(of addresses: [(family: AddressFamily?, statements: [Statement])]) -> [Alternative] {
        let services = portAlternatives + protocolAlternatives
        return addresses.flatMap { family, address in
            services.map { Alternative(address: address, transport: $0.transport, ports: $0.statements) }
                + icmpAlternatives(family).map { Alternative(address: address, transport: nil, ports: $0) }
        }
    }

    struct Alternative {
        fileprivate let address: [Statement]
        /// Nil where it is of both, or of every protocol.
        let transport: TransportProtocol?
        fileprivate let ports: [Statement]

        /// What a rule compares in a chain that only packets of `known` come to.
        func matches(known: TransportProtocol?) -> [Statement] {
            guard let transport, transport != known else { return address + ports }
            return address + [.transport(transport)] + ports
        }
    }

    /// Nil is every family.
    private var addressAlternatives: [(family: AddressFamily?, statements: [Statement])] {
        guard !addresses.isEmpty || namedRule != nil else { return [(nil, [])] }
        var found: [(family: AddressFamily?, statements: [Statement])] = []
        for family in AddressFamily.allCases {
            let prefixes = addresses.filter { $0.address.family == family }
            if !prefixes.isEmpty {
                found.append((family, [.family(family), .destination(family, in: AddressIntervals.merging(prefixes))]))
            }
            guard let namedRule else { continue }
            found.append(
                (family, [.family(family), .match(Match(family.destination, .inSet(Name.names(namedRule, family))))]))
        }
        return found
    }

    /// The same ports of both transports are one alternative.
    private var portAlternatives: [(transport: TransportProtocol?, statements: [Statement])] {
        guard !ports.isEmpty else { return protocols.isEmpty && icmp.isEmpty ? [(nil, [])] : [] }
        let (tcp, udp) = (ports.intervals(.tcp), ports.intervals(.udp))
        if tcp == udp { return [(nil, [.tcpOrUDP, match(tcp)])] }
        return [(TransportProtocol.tcp, tcp), (.udp, udp)].filter { !$0.1.isEmpty }.map { transport, intervals in
            (transport, [match(intervals)])
        }
    }

    private var protocolAlternatives: [(transport: TransportProtocol?, statements: [Statement])] {
        guard !protocols.isEmpty else { return [] }
        let numbers = Set(protocols.map(\.number)).sorted().map { FieldValue($0) }
        return [(nil, [.match(Match(.meta(.l4proto), .oneOf(numbers)))])]
    }

    /// Each family has messages of its own; where the address has not said which it is, they do.
    private func icmpAlternatives(_ family: AddressFamily?) -> [[Statement]] {
        (family.map { [$0] } ?? AddressFamily.allCases).flatMap { each in
            ICMPLowering(each, icmp.compactMap { $0.kind(each) }).alternatives.map {
                (family == nil ? [.family(each)] : []) + $0
            }
        }
    }

    private func match(_ intervals: [SetElement]) -> Statement {
        guard intervals.count == 1, let only = intervals.first else {
            return .match(Match(.payload(.transportDestinationPort), .anyOf(intervals)))
        }
        return .match(
            Match(
                .payload(.transportDestinationPort),
                only.isInterval ? .within(only.lower, only.upper) : .equal(only.lower)))
    }
}

extension Statement {
    /// The destination is in one of these intervals.
    static func destination(_ family: AddressFamily, in intervals: [SetElement]) -> Statement {
        // The kernel's tools write a set of one as a comparison.
        guard intervals.count == 1, let only = intervals.first else {
            return .match(Match(family.destination, .anyOf(intervals)))
        }
        return destination(family, from: only.lower, through: only.upper)
    }

    /// As a prefix where the interval is one.
    private static func destination(
        _ family: AddressFamily, from lower: FieldValue, through upper: FieldValue
    ) -> Statement {
        let hostBits = lower.number ^ upper.number
        guard hostBits & (hostBits &+ 1) == 0, lower.number & hostBits == 0 else {
            return .match(Match(family.destination, .within(lower, upper)))
        }
        let mask = FieldValue(FieldValue.highest(lower.byteCount).number & ~hostBits, byteCount: lower.byteCount)
        return .match(Match(family.destination, mask: hostBits == 0 ? nil : mask, .equal(lower)))
    }
}

extension [PortRange] {
    /// Their ports of that transport.
    fileprivate func intervals(_ transport: TransportProtocol) -> [SetElement] {
        SetElement.merging(
            filter { $0.transport == transport }.map {
                FieldInterval(FieldValue($0.lower), through: FieldValue($0.upper))
            })
    }
}
