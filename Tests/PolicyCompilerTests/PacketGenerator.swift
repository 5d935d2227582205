import NetworkTypes
import PolicyCompiler
import ProfileMeaning
import Ruleset

/// One packet, in the words of both meanings.
struct PacketSample: CustomStringConvertible {
    var profilePacket: ProfilePacket
    var packet: Packet
    var device: String
    var isLocal: Bool

    var description: String { "\(profilePacket) by \(device), local: \(isLocal)" }
}

/// Random packets that crowd around the edges of a plan's addresses and ports.
struct PacketGenerator {
    private var random: SplitMix64
    private let addresses: [IPAddress]
    private let ports: [UInt16]

    init(plan: EnforcementPlan, seed: UInt64) {
        random = SplitMix64(state: seed)
        let prefixes = plan.rules.flatMap(\.addresses)
        addresses =
            prefixes.flatMap { [$0.address, $0.address.neighbour(-1), $0.last, $0.last.neighbour(1)] }
            + plan.resolver.upstreams.map(\.endpoint.address) + EncryptedDNSServices.addresses.prefix(8)
            + ["127.0.0.1", "127.0.0.53", "::1", "192.0.2.1", "8.8.4.4", "fe80::1", "2001:db8:ffff::1", "10.0.0.1"]
            .compactMap { IPAddress($0) }
        let edges = plan.rules.flatMap(\.ports).flatMap { [$0.lower &- 1, $0.lower, $0.upper, $0.upper &+ 1] }
        ports = edges + [53, 67, 68, 137, 138, 546, 547, 853, 443, 5353, 5355, plan.resolver.port, 40_000]
    }

    mutating func next() -> PacketSample {
        let user = pick(["messaging", "alice", "enigm-resolver", "bob", "root"])
        let group = pick(["web", "users"])
        let destination = pick(addresses)
        let isLocal = destination.isLoopback
        let device = isLocal ? "lo" : pick(["eth0", "eth0", "wg0"])
        let content = content(destination.family)
        let sender = ProfilePacket.Sender(user: user, group: group)
        let socket = Packet.Socket(
            user: EnforcementExample.users[user] ?? (user == "root" ? 0 : 1234),
            group: EnforcementExample.groups[group] ?? 100)
        var packet = Packet(
            from: socket, source: destination.family == .v4 ? IPAddress("198.51.100.2")! : IPAddress("2001:db8:1::2")!,
            to: destination, content.transport, outgoingDevice: device, isDestinationLocal: isLocal)
        if case .icmpv6(_, let hopLimit) = content { packet.hopLimit = hopLimit }
        // Somebody with CAP_NET_RAW sets a mark of his own: it changes nothing, unless it is that of the tunnel.
        packet.mark = pick([0, 0, 0, 0x0100_0004, 0x0D00_0001, 0x0200_0001])
        return PacketSample(
            profilePacket: ProfilePacket(from: sender, to: destination, content), packet: packet, device: device,
            isLocal: isLocal)
    }

    private mutating func content(_ family: AddressFamily) -> ProfilePacket.Content {
        switch UInt8.random(in: 0..<16, using: &random) {
        case 0 where family == .v6:
            return .icmpv6(type: pick([128, 133, 135, 136, 143, 131, 1]), hopLimit: pick([1, 64, 255]))
        case 1: return .other(protocolNumber: pick([47, 132, 50]))
        case 2...9: return .transport(.tcp, source: pick([40_000, 53, 5300]), destination: pick(ports))
        default: return .transport(.udp, source: pick([40_000, 68, 546, 53, 51_820, 5300]), destination: pick(ports))
        }
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}

/// Steele, Lea and Flood's generator: a seed gives the same packets everywhere.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension ProfilePacket.Content {
    var transport: Packet.Transport {
        switch self {
        case .transport(.tcp, let source, let destination): .tcp(source: source, destination: destination, flags: 2)
        case .transport(.udp, let source, let destination): .udp(source: source, destination: destination)
        case .icmpv6(let type, _): .icmpv6(type: type)
        case .other(let number): .other(protocolNumber: number)
        }
    }
}

extension IPPrefix {
    /// The highest address.
    var last: IPAddress {
        let mask = FieldValue.prefixMask(length: length, byteCount: address.family.bitWidth / 8)
        return IPAddress(bytes: zip(FieldValue(address).bytes, mask.bytes).map { $0 | ~$1 })
    }
}

extension IPAddress {
    init(bytes: [UInt8]) {
        let number = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self =
            bytes.count == 4
            ? .v4(IPv4Address(bits: UInt32(number(bytes[...]))))
            : .v6(IPv6Address(high: number(bytes[..<8]), low: number(bytes[8...])))
    }

    func neighbour(_ step: Int64) -> IPAddress {
        switch self {
        case .v4(let address): .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: Int64(address.bits) &+ step)))
        case .v6(let address):
            .v6(
                IPv6Address(
                    high: address.low == 0 && step < 0 ? address.high &- 1 : address.high,
                    low: address.low &+ UInt64(bitPattern: step)))
        }
    }
}
