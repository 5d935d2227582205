internal import NetworkTypes
internal import ProfileModel

/// The packets that go to some addresses for some services: what a rule speaks of. Services lie on one axis, so that
/// both sides are intervals of numbers: TCP ports, then UDP ports, the other IP protocols by their numbers, and the messages of
/// ICMP and of ICMPv6 by type and code.
struct TrafficRegion: Hashable, Sendable {
    var ipv4: Intervals
    var ipv6: Intervals
    var services: Intervals

    init(addresses: [IPPrefix], services: Intervals) {
        ipv4 = Intervals(addresses.filter { $0.address.family == .v4 }.map(\.interval))
        ipv6 = Intervals(addresses.filter { $0.address.family == .v6 }.map(\.interval))
        self.services = services
    }

    /// Empty lists do not narrow. IPv4 addresses are meant with their forms under these prefixes.
    init(_ destinations: Rule.Destinations, under translators: [IPPrefix] = []) {
        let addresses = destinations.addresses.map(\.value).withForms(under: translators)
        self.init(
            addresses: addresses.isEmpty ? TrafficRegion.everywhere : addresses,
            services: destinations.limitsServices ? Intervals(destinations.services) : .allServices)
    }

    /// All that names may come to have.
    init(anyAddresses destinations: Rule.Destinations, under translators: [IPPrefix]) {
        var widened = destinations
        if !destinations.names.isEmpty { widened.addresses = [] }
        self.init(widened, under: translators)
    }

    static let everywhere = [IPAddress.v4(IPv4Address(bits: 0)), .v6(.unspecified)].map {
        IPPrefix(containing: $0, length: 0)
    }

    func addresses(_ family: AddressFamily) -> Intervals { family == .v4 ? ipv4 : ipv6 }

    func intersects(_ other: TrafficRegion) -> Bool {
        services.intersects(other.services) && (ipv4.intersects(other.ipv4) || ipv6.intersects(other.ipv6))
    }

    func intersection(_ other: TrafficRegion) -> TrafficRegion {
        var region = self
        region.ipv4 = ipv4.intersection(other.ipv4)
        region.ipv6 = ipv6.intersection(other.ipv6)
        region.services = services.intersection(other.services)
        return region
    }

    /// A packet that is in here and in none of `others`; nil when they cover this region.
    ///
    /// Whether a service has an address left changes only where an interval of services ends: the starts of this
    /// region's intervals and the ends of the others' are all that need to be looked at.
    func packet(outside others: [TrafficRegion]) -> TrafficWitness? {
        let others = others + TrafficRegion.impossible
        let starts = [TrafficWitness.preferredService] + services.ranges.map(\.lowerBound)
        if let witness = witness(for: starts, outside: others) { return witness }
        let ends = others.filter(intersects).flatMap { $0.services.ranges.map { $0.upperBound + 1 } }
        return witness(for: ends, outside: others)
    }

    /// For the first of these services that has an address left.
    private func witness(for candidates: [UInt128], outside others: [TrafficRegion]) -> TrafficWitness? {
        for service in candidates where services.contains(service) {
            for family in AddressFamily.allCases {
                let left = others.reduce(addresses(family)) { left, other in
                    let isCovering = other.services.contains(service) && other.addresses(family).intersects(left)
                    return isCovering ? left.subtracting(other.addresses(family)) : left
                }
                if let witness = TrafficWitness(service: service, family, left) { return witness }
            }
        }
        return nil
    }
}

extension TrafficRegion {
    /// What is no packet: TCP, UDP and ICMP have services of their own, and each family one ICMP.
    private static let impossible: [TrafficRegion] = [
        TrafficRegion(
            addresses: [everywhere[0]],
            services: Intervals([0x2_0001...0x2_0001, 0x2_0006...0x2_0006, 0x2_0011...0x2_0011, 0x4_0000...0x4_FFFF])),
        TrafficRegion(
            addresses: [everywhere[1]],
            services: Intervals([0x2_0006...0x2_0006, 0x2_0011...0x2_0011, 0x2_003A...0x2_003A, 0x3_0000...0x3_FFFF])),
    ]
}

extension Profile {
    /// The prefixes under which a rule may say something else of an address than of the IPv4 address that it stands
    /// for. Under the others forms tell nothing that the IPv4 addresses do not.
    var disputedTranslators: [IPPrefix] {
        local.translators.filter { translator in
            rules.contains { rule in
                rule.destinations.speaksOnlyOfForms
                    || rule.destinations.addresses.contains { written in
                        written.value.contains(translator.address) || translator.contains(written.value.address)
                    }
            }
        }
    }
}

extension Intervals {
    static let allServices = Intervals([0...0x1_FFFF, 0x2_0000...0x2_00FF, 0x3_0000...0x4_FFFF])
}

extension Rule.Destinations {
    /// Messages of ICMPv6 go to IPv4 addresses in those forms alone.
    fileprivate var speaksOnlyOfForms: Bool {
        icmp.contains { $0.value.kind(.v4) == nil } && addresses.contains { $0.value.address.family == .v4 }
    }

    fileprivate var limitsServices: Bool { !ports.isEmpty || !protocols.isEmpty || !icmp.isEmpty }

    fileprivate var services: [ClosedRange<UInt128>] {
        var services = ports.map(\.value.services)
        for number in protocols {
            services.append(0x2_0000 + UInt128(number.value.number)...0x2_0000 + UInt128(number.value.number))
        }
        for message in icmp {
            for family in AddressFamily.allCases {
                message.value.kind(family).map { services.append($0.services(family)) }
            }
        }
        return services
    }
}

extension ICMPMessage.Kind {
    /// All codes of a type are neighbours.
    func services(_ family: AddressFamily) -> ClosedRange<UInt128> {
        let base: UInt128 = family == .v4 ? 0x3_0000 : 0x4_0000
        guard let type else { return base...(base + 0xFFFF) }
        let first = base + UInt128(type) << 8
        return code.map { first + UInt128($0)...first + UInt128($0) } ?? first...(first + 0xFF)
    }
}

extension PortRange {
    var services: ClosedRange<UInt128> {
        let base: UInt128 = transport == .tcp ? 0 : 0x1_0000
        return (base + UInt128(lower))...(base + UInt128(upper))
    }
}

extension IPPrefix {
    var interval: ClosedRange<UInt128> {
        let hostBits = UInt128(address.family.bitWidth - length)
        let first = address.number
        return first...(hostBits == 128 ? .max : first | ((1 << hostBits) - 1))
    }
}

extension IPAddress {
    fileprivate var number: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.bits)
        case .v6(let address): UInt128(address.high) << 64 | UInt128(address.low)
        }
    }
}
