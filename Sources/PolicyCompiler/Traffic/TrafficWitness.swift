internal import NetworkTypes
internal import ProfileModel

/// One packet of a region, to show to a person as it is written in tests: `tcp 203.0.113.7:443`.
struct TrafficWitness: Hashable, Sendable {
    let address: IPAddress
    /// As in `TrafficRegion`.
    let service: UInt128

    /// What people know best: HTTPS over TCP.
    static let preferredService: UInt128 = 443

    /// Nil when there is no address; one that documents use is taken when it is among them.
    init?(service: UInt128, _ family: AddressFamily, _ addresses: Intervals) {
        let familiar: UInt128 = family == .v4 ? 0xC633_6401 : 0x2001_0DB8 << 96 | 1
        guard let number = addresses.contains(familiar) ? familiar : addresses.first else { return nil }
        self.service = service
        address =
            family == .v4
            ? .v4(IPv4Address(bits: UInt32(number)))
            : .v6(IPv6Address(high: UInt64(number >> 64), low: UInt64(truncatingIfNeeded: number)))
    }
}

extension TrafficWitness: CustomStringConvertible {
    var description: String {
        let port = UInt16(truncatingIfNeeded: service)
        return switch service >> 16 {
        case 0: "tcp \(Endpoint(address: address, port: port))"
        case 1: "udp \(Endpoint(address: address, port: port))"
        case 2: "protocol \(IPProtocol(number: UInt8(truncatingIfNeeded: service))) \(address)"
        default:
            "icmp "
                + ICMPMessage(address.family, type: UInt8(port >> 8), code: UInt8(truncatingIfNeeded: port)).description
                + " \(address)"
        }
    }
}
