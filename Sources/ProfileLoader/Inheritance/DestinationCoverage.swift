internal import NetworkTypes
internal import ProfileModel

/// What a rule speaks of, compared as it is written: no name is resolved.
struct DestinationCoverage {
    private let destinations: Rule.Destinations
    private let addresses: PrefixCoverage
    private let names: NameCoverage
    private let ports: PortCoverage
    private let protocols: ProtocolCoverage
    private let icmp: ICMPCoverage

    init(_ destinations: Rule.Destinations) {
        self.destinations = destinations
        addresses = PrefixCoverage(destinations.addresses)
        names = NameCoverage(destinations.names)
        ports = PortCoverage(destinations.ports)
        protocols = ProtocolCoverage(destinations.protocols)
        icmp = ICMPCoverage(destinations.icmp)
    }

    /// Something that `other` speaks of and this does not.
    struct Excess {
        /// Nil when it is there because something was left out.
        let place: SourceRange?
        let words: String
    }

    /// Nil when every packet that `other` speaks of is one that this speaks of.
    func excess(of other: DestinationCoverage) -> Excess? {
        addressExcess(of: other.destinations) ?? serviceExcess(of: other.destinations)
    }

    private func addressExcess(of other: Rule.Destinations) -> Excess? {
        guard destinations.limitsAddresses else { return nil }
        guard other.limitsAddresses else { return Excess(place: nil, words: "every address") }
        return first(other.addresses, outside: addresses)
            ?? first(other.names, outside: names)
    }

    private func serviceExcess(of other: Rule.Destinations) -> Excess? {
        guard destinations.limitsServices else { return nil }
        guard other.limitsServices else { return Excess(place: nil, words: "every protocol") }
        return first(other.ports, outside: ports) ?? first(other.protocols, outside: protocols)
            ?? first(other.icmp, outside: icmp)
    }

    private func first<Coverage: ValueCoverage>(
        _ values: [Located<Coverage.Value>], outside coverage: Coverage
    ) -> Excess? {
        values.first { !coverage.covers($0.value) }.map { Excess(place: $0.range, words: "`\($0.value)`") }
    }

    /// Whether a packet may exist that both speak of.
    func mayOverlap(_ other: DestinationCoverage) -> Bool {
        overlapsInServices(other) && overlapsInAddresses(other)
    }

    private func overlapsInAddresses(_ other: DestinationCoverage) -> Bool {
        // Which addresses names have is not known here.
        guard destinations.hasOnlyAddresses, other.destinations.hasOnlyAddresses else { return true }
        return other.destinations.addresses.contains { addresses.covers($0.value) }
            || destinations.addresses.contains { other.addresses.covers($0.value) }
    }

    private func overlapsInServices(_ other: DestinationCoverage) -> Bool {
        guard destinations.limitsServices, other.destinations.limitsServices else { return true }
        return other.destinations.ports.contains { ports.overlaps($0.value) }
            || other.destinations.protocols.contains { protocols.covers($0.value) }
            || other.destinations.icmp.contains { icmp.mayShare($0.value) }
    }
}

extension Rule.Destinations {
    fileprivate var limitsAddresses: Bool { !addresses.isEmpty || !names.isEmpty }
    fileprivate var limitsServices: Bool { !ports.isEmpty || !protocols.isEmpty || !icmp.isEmpty }
    fileprivate var hasOnlyAddresses: Bool { !addresses.isEmpty && names.isEmpty }
}
