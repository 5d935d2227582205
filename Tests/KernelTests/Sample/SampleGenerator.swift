import NetworkTypes
import ProfileMeaning
import TestSupport

/// Random packets that crowd around the edges of a policy.
struct SampleGenerator {
    private var random: SplitMix
    /// Each packet has a port of its own where the source port is of no interest: what conntrack remembers of one is
    /// nothing to the next.
    private var nextPort: UInt16 = 20_000

    private let domain: SampleDomain

    init(_ domain: SampleDomain, seed: UInt64) {
        self.domain = domain
        random = SplitMix(state: seed)
    }

    /// Where few packets would go by chance.
    private static let tunnelled = ["203.0.113.9", "2001:db8:200::9"].map(address)

    /// So many of those that are wanted.
    mutating func next(_ count: Int, where isWanted: (SamplePacket) -> Bool) -> [SamplePacket] {
        var packets: [SamplePacket] = []
        while packets.count < count {
            let packet = next()
            if isWanted(packet) { packets.append(packet) }
        }
        return packets
    }

    private mutating func next() -> SamplePacket {
        let destination = pick(pick([domain.addresses, domain.addresses, SampleGenerator.tunnelled]))
        return SamplePacket(
            identity: Identity(user: pick(domain.users), group: pick(domain.groups)), destination: destination,
            content: content(destination.family),
            // Somebody with CAP_NET_RAW sets a mark: direct and alice, captured, the tunnel's.
            mark: pick([0, 0, 0, 0x0100_0005, 0x0D00_0001, 0x0200_0005, 0x0E00_0000]))
    }

    /// One packet of each sender to each address and port, by both transports, a ping, and a question for a neighbour: few
    /// enough to ask the profile what becomes of each of them.
    mutating func grid() -> [SamplePacket] {
        let senders = Set(domain.users).flatMap { user in
            Set(domain.groups).map { Identity(user: user, group: $0) }
        }.sorted { ($0.user, $0.group) < ($1.user, $1.group) }
        return senders.flatMap { sender in
            Set(domain.addresses + SampleGenerator.tunnelled).sorted().flatMap { address in
                let ping = ProfilePacket.Content.icmp(type: address.family == .v4 ? 8 : 128, code: 0, hopLimit: 64)
                let transports = Set(domain.ports).sorted().flatMap { port in
                    [TransportProtocol.tcp, .udp].map {
                        ProfilePacket.Content.transport($0, source: 19_999, destination: port)
                    }
                }
                let discovery: [ProfilePacket.Content] =
                    address.family == .v4 ? [] : [.icmp(type: 135, code: 0, hopLimit: 255)]
                return ([ping] + discovery + transports).map {
                    SamplePacket(identity: sender, destination: address, content: $0, mark: 0)
                }
            }
        }
    }

    /// The packet from a port of its own.
    mutating func fromItsOwnPort(_ packet: SamplePacket) -> SamplePacket {
        guard case .transport(let transport, _, let destination) = packet.content else { return packet }
        var packet = packet
        nextPort += 1
        packet.content = .transport(transport, source: nextPort, destination: destination)
        return packet
    }

    mutating func shuffled(_ packets: [SamplePacket]) -> [SamplePacket] { packets.shuffled(using: &random) }

    private mutating func content(_ family: AddressFamily) -> ProfilePacket.Content {
        let port = pick(pick([domain.ports, domain.ports, [80, 443]]))
        switch UInt8.random(in: 0..<16, using: &random) {
        case 0:
            return .icmp(
                type: pick(
                    family == .v4 ? [8, 8, 13, 17, 0, 3, 11] : [128, 128, 139, 129, 1, 133, 135, 136, 137, 143, 131]),
                code: pick([0, 0, 1]), hopLimit: pick([1, 64, 255]))
        case 1: return .other(protocolNumber: pick([47, 50, 132] + domain.protocols))
        case 2...8:
            return .transport(.tcp, source: source([53] + domain.stubPorts + domain.redirectPorts), destination: port)
        default: return .transport(.udp, source: source([53, 68, 546] + domain.stubPorts), destination: port)
        }
    }

    /// Mostly a port of its own.
    private mutating func source(_ special: [UInt16]) -> UInt16 {
        if UInt8.random(in: 0..<8, using: &random) == 0 { return pick(special) }
        nextPort += 1
        return nextPort
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}
