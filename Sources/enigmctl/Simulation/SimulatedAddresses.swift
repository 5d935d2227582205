internal import NetworkTypes
internal import ProfileModel

/// Addresses for names that nobody asks for: those of the profile's hosts, and stand-ins for all others, one of each
/// family, which no rule of the profile speaks of, as far as there are such addresses.
struct SimulatedAddresses {
    private let hosts: [DomainName: [IPAddress]]
    private var numbers: [DomainName: UInt32] = [:]
    private let ipv4: IPv4Address

    /// Set aside for measurements (RFC 2544) and for examples (RFC 5737): none of them is anybody's.
    private static let pools = [
        IPv4Address(198, 18, 0, 0), IPv4Address(203, 0, 113, 0), IPv4Address(192, 0, 2, 0),
        IPv4Address(198, 51, 100, 0),
    ]
    /// Set aside for measurements (RFC 5180).
    private static let ipv6 = IPv6Address(high: 0x2001_0002_0000_0000, low: 0)

    init(for names: [DomainName], hosts: [HostEntry], avoiding prefixes: [IPPrefix]) {
        self.hosts = Dictionary(hosts.map { ($0.name.value, $0.addresses.map(\.value)) }) { first, _ in first }
        // Everywhere is no place to be avoided.
        let narrow = prefixes.filter { $0.length > 0 && $0.address.family == .v4 }
        ipv4 =
            SimulatedAddresses.pools.first { pool in
                !narrow.contains { prefix in
                    prefix.contains(.v4(pool)) || IPPrefix(containing: .v4(pool), length: 24).contains(prefix.address)
                }
            } ?? SimulatedAddresses.pools[0]
        for name in names where numbers[name] == nil { numbers[name] = UInt32(numbers.count + 1) }
    }

    /// IPv4 first; none for a name that was not asked for.
    subscript(name: DomainName) -> [IPAddress] {
        if let known = hosts[name] { return known.sorted() }
        guard let number = numbers[name] else { return [] }
        return [
            .v4(IPv4Address(bits: ipv4.bits &+ number)),
            .v6(IPv6Address(high: SimulatedAddresses.ipv6.high, low: UInt64(number))),
        ]
    }

    var names: [DomainName] { Array(numbers.keys) }
}

extension TestDestination {
    /// Nil for an address.
    var name: DomainName? { if case .name(let name) = host { name } else { nil } }
}
