import NetworkTypes
import PolicyCompiler
import ProfileMeaning
import ProfileModel
import Ruleset
import TestSupport

/// One packet, in the words of both meanings.
struct PacketSample: CustomStringConvertible {
    var profilePacket: ProfilePacket
    var packet: Packet
    var device: String
    var isLocal: Bool

    var isEstablished: Bool { packet.flow.map { $0.status & Packet.Flow.statusConfirmed != 0 } ?? false }

    var isTCP: Bool {
        if case .tcp = packet.transport { true } else { false }
    }

    var description: String { "\(profilePacket) by \(device), local: \(isLocal), \(packet)" }
}

/// Random packets that crowd around the edges of a plan's addresses and ports.
struct PacketGenerator {
    private var random: SplitMix
    private let users: [String]
    private let groups: [String]
    private let addresses: [IPAddress]
    private let locations: [PlaceWorld.Location]
    private let ports: [UInt16]
    private let guardedPorts: [UInt16]
    private let protocols: [UInt8]
    private let moments: [Timestamp]
    private let devices: [String]
    private let paths: [PathNumber]
    private let containerDevices: [String]

    init(plan: EnforcementPlan, _ world: PlaceWorld, seed: UInt64) {
        locations = world.locations
        random = SplitMix(state: seed)
        let named = plan.subjects + plan.owners
        users = (named.flatMap(\.users) + world.managers + [plan.resolver.user]).filter {
            EnforcementExample.users[$0] != nil
        }
        groups = named.flatMap(\.groups).filter { EnforcementExample.groups[$0] != nil }
        guardedPorts = plan.guardedPorts
        let prefixes = plan.rules.flatMap(\.addresses) + EnforcementExample.neighbours
        let tunnels = plan.paths.compactMap { path in
            if case .tunnel(let tunnel) = path.exit { tunnel } else { nil }
        }
        let endpoints = tunnels.flatMap(\.endpoints).map(\.endpoint) + plan.resolver.upstreams.map(\.endpoint)
        let corners = prefixes.flatMap { [$0.address, $0.address.neighbour(-1), $0.last, $0.last.neighbour(1)] }
        let known = endpoints.map(\.address) + EncryptedDNSServices.addresses.prefix(8)
        addresses =
            corners + known + PacketGenerator.answered(plan).values.flatMap { $0 }.sorted()
            + [
                "198.51.100.2", "127.0.0.1", "127.0.0.53", "::1", "192.0.2.1", "8.8.4.4", "fe80::1", "2001:db8:ffff::1",
                "10.0.0.1", "64:ff9b::9.9.9.9", "64:ff9b::198.51.100.53", "64:ff9b::1:0:0",
                "64:ff9b:0:ffff:ffff:ffff:ffff:ffff",
                "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::",
                "2001:db8:63:ffff:ffff:ffff:ffff:ffff",
                "2001:db8:64::", "2001:db8:64::198.51.100.80", "2001:db8:64::ffff:ffff", "2001:db8:64::1:0:0",
                "2001:db8:66::1", "255.255.255.255", "0.0.0.1", "ff02::fb", "febf:ffff::1", "fec0::1",
            ].compactMap { IPAddress($0) } + PacketGenerator.linkResolvers.sorted()
        let written = plan.rules.flatMap(\.ports) + (plan.portal?.ports ?? [])
        let edges = written.flatMap { [$0.lower &- 1, $0.lower, $0.upper, $0.upper &+ 1] }
        ports =
            edges + endpoints.map(\.port)
            + [0, 52, 53, 54, 67, 68, 137, 138, 546, 547, 853, 443, 5353, 5355, 40_000, 65_535] + plan.guardedPorts
        protocols = [47, 132, 50, 255] + plan.rules.flatMap(\.protocols).map(\.number)
        let ends = plan.rules.compactMap(\.until?.secondsSinceEpoch)
        moments = ([0] + ends.flatMap { [$0 - 1, $0, $0 + 1] }).map { Timestamp(secondsSinceEpoch: $0) }
        devices = plan.paths.flatMap { plan.devices(of: $0) } + plan.directDevices + ["other0"]
        let containers = plan.containers.flatMap(\.interfaces)
        containerDevices = containers.isEmpty ? [] : containers + [PacketGenerator.otherDevice]
        paths = plan.paths.map(\.number) + [.none, .inbound, .captured, .block]
    }

    /// Under which the networks say that they translate IPv4.
    static let translators = [("2001:db8:64::", 96), ("2001:db8:66::", 40), ("64:ff9b::", 96)].compactMap {
        address, length in IPAddress(address).map { IPPrefix(containing: $0, length: length) }
    }

    /// Those of the link while a portal is open; one of them serves DNS over HTTPS too, one is on the link alone.
    static let linkResolvers = Set(
        ["192.0.2.1", "198.51.100.129", "8.8.8.8", "fe80::1", "2001:db8:ffff::1"].compactMap { IPAddress($0) })

    /// What the resolver has answered for the rules with names: an address of its own to each, and some to several.
    static func answered(_ plan: EnforcementPlan) -> AnsweredAddresses {
        let named = plan.rules.filter { !$0.names.isEmpty }
        return named.enumerated().reduce(into: [:]) { answered, entry in
            let (index, rule) = entry
            let shared = index % 2 == 0 ? ["198.18.1.1", "2001:2::1:1"] : ["198.18.1.1", "198.18.1.2", "2001:2::1:2"]
            answered[rule.name] = Set(
                (["198.18.0.\(index + 1)", "2001:2::\(index + 1)"] + shared).compactMap { IPAddress($0) })
        }
    }

    /// This machine's addresses on the links of containers.
    static let containerSide = ["172.17.0.1", "2001:db8:17::1"].compactMap { IPAddress($0) }

    /// Neither a path's nor containers'.
    private static let otherDevice = "other1"

    /// Where there are containers, every second packet is from somewhere outside, most from these.
    mutating func next() -> PacketSample {
        containerDevices.isEmpty || Bool.random(using: &random) ? nextLeaving() : nextForwarded()
    }

    private mutating func nextForwarded() -> PacketSample {
        let arriving = pick(containerDevices)
        // What others send to this machine is not forwarded.
        let isContainers = arriving != PacketGenerator.otherDevice
        let remote = addresses.filter { !$0.isLoopback && $0 != PacketGenerator.source4 }
        let destination = pick(isContainers ? addresses + PacketGenerator.containerSide : remote)
        let isLocal = PacketGenerator.containerSide.contains(destination) || destination == PacketGenerator.source4
        let device = pick(devices + containerDevices)
        let content = content(destination.family)
        let source = IPAddress(destination.family == .v4 ? "172.17.0.2" : "2001:db8:17::2") ?? destination
        let profilePacket = ProfilePacket(
            from: .init(arrivingBy: arriving), to: destination, content, at: pick(moments))
        var packet = Packet(
            from: nil, source: source, to: destination, content.transport(destination.family),
            flow: profilePacket.beginsConversation ? flow() : nil, outgoingDevice: isLocal ? nil : device,
            incomingDevice: arriving, isDestinationLocal: isLocal || destination.isLoopback)
        if case .icmp(_, _, let hopLimit) = content { packet.hopLimit = hopLimit }
        packet.nanoseconds = UInt64(profilePacket.moment.secondsSinceEpoch) * 1_000_000_000
        // Another program of this machine may mark what arrives.
        packet.mark = pick([0, 0, 0x0100_0004, 0x0D00_0004, 0x0200_0004, 0xF000_0000])
        return PacketSample(profilePacket: profilePacket, packet: packet, device: device, isLocal: isLocal)
    }

    private mutating func nextLeaving() -> PacketSample {
        let location = pick(locations)
        let sender = ProfilePacket.Sender(
            user: pick(users + ["carol", "root"]), group: pick(groups + ["users"]), place: location.place,
            ownPlace: location.ownPlace)
        let destination = pick(addresses)
        let isLocal = destination.isLoopback || destination == PacketGenerator.source4
        let device = isLocal ? "lo" : pick(devices)
        let content = content(destination.family)
        let socket = Packet.Socket(
            user: EnforcementExample.users[sender.user] ?? (sender.user == "root" ? 0 : 1234),
            group: EnforcementExample.groups[sender.group] ?? 100, cgroups: location.cgroups)
        let source = destination.family == .v4 ? PacketGenerator.source4 : PacketGenerator.source6
        let profilePacket = ProfilePacket(from: sender, to: destination, content, at: pick(moments))
        var packet = Packet(
            from: socket, source: source, to: destination, content.transport(destination.family),
            flow: profilePacket.beginsConversation ? flow() : nil, outgoingDevice: device, isDestinationLocal: isLocal)
        if case .icmp(_, _, let hopLimit) = content { packet.hopLimit = hopLimit }
        packet.nanoseconds = UInt64(profilePacket.moment.secondsSinceEpoch) * 1_000_000_000
        // Somebody with CAP_NET_RAW sets a mark of his own: it changes nothing, unless it is that of the tunnel.
        packet.mark = pick([0, 0, 0, 0x0100_0004, 0x0D00_0001, 0x0200_0001, 0xF000_0000])
        return PacketSample(profilePacket: profilePacket, packet: packet, device: device, isLocal: isLocal)
    }

    private static let source4 = IPAddress.v4(IPv4Address(198, 51, 100, 2))
    private static let source6 = IPAddress.v6(IPv6Address(high: 0x2001_0DB8_0001_0000, low: 2))

    /// Most are new; some are old ones, of this table or another, of this sender or another.
    private mutating func flow() -> Packet.Flow {
        guard UInt8.random(in: 0..<4, using: &random) == 0 else { return Packet.Flow() }
        let epoch = MarkLayout.epochBits(pick([0, 1, 2, 0xFFFF]))
        let mark = pick(paths).bits | epoch | UInt32.random(in: 0...8, using: &random)
        return Packet.Flow(
            state: pick([Packet.Flow.established, Packet.Flow.new, Packet.Flow.related]),
            status: Packet.Flow.statusConfirmed, mark: mark)
    }

    private mutating func content(_ family: AddressFamily) -> ProfilePacket.Content {
        let source: UInt16 = pick([40_000, 40_000, 53, 68, 546, 51_820, 853, pick(ports), pick(guardedPorts)])
        switch UInt8.random(in: 0..<16, using: &random) {
        case 0...1:
            return .icmp(
                type: pick(
                    family == .v4 ? [0, 3, 8, 11, 13, 17] : [1, 128, 130, 131, 133, 134, 135, 136, 137, 139, 143]),
                code: pick([0, 0, 1, 4]), hopLimit: pick([1, 64, 255]))
        case 2: return .other(protocolNumber: pick(protocols))
        case 3...9: return .transport(.tcp, source: source, destination: pick(ports))
        default: return .transport(.udp, source: source, destination: pick(ports))
        }
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}

extension ProfilePacket.Content {
    func transport(_ family: AddressFamily) -> Packet.Transport {
        switch self {
        case .transport(.tcp, let source, let destination): .tcp(source: source, destination: destination, flags: 2)
        case .transport(.udp, let source, let destination): .udp(source: source, destination: destination)
        case .icmp(let type, let code, _):
            family == .v4 ? .icmp(type: type, code: code) : .icmpv6(type: type, code: code)
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
