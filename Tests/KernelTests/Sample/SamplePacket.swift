import LinuxIO
import NetfilterBackend
import NetworkTypes
import ProfileMeaning
import ProfileModel
import Ruleset

/// A packet that a socket can send, in the words of all three: the profile, the ruleset and the kernel.
struct SamplePacket: CustomStringConvertible, Sendable {
    var identity: Identity
    var destination: IPAddress
    var content: ProfilePacket.Content
    var mark: UInt32
    /// The kernel has no other time than the machine's.
    let moment = Timestamp(secondsSinceEpoch: WallClock.unixSeconds)

    /// What became of it.
    enum Deed: Hashable, Sendable {
        /// It ends at the hidden listener of a view.
        case stub(port: UInt16)
        case staysLocal
        case leaves(String)
        /// It shows another device's address there.
        case leaks(String)
        /// It ends at the service of a path.
        case redirected(port: UInt16)
        case refused
    }

    var description: String {
        "\(content) from \(identity.user):\(identity.group) to \(destination), marked \(String(mark, radix: 16))"
    }

    /// Whether the ground calls the destination an address of its own.
    var isLocal: Bool {
        destination.isLoopback || [Ground.address4, Ground.address6].contains { IPAddress($0) == destination }
    }

    /// Where the ground's routing tables send it first: the mark of a socket counts, and whoever has set that of a tunnel
    /// has its route.
    func device(_ tunnels: [TunnelPath]) -> String {
        if isLocal { return "lo" }
        let marked = tunnels.first { $0.number.bits == mark & MarkLayout.path }
        if let marked, marked.families.contains(destination.family), !isLinkLocal { return marked.device }
        return SamplePacket.tunnelled.contains { $0.contains(destination) } ? Ground.tunnel : Ground.device
    }

    private static let tunnelled = [prefix("203.0.113.0/24"), prefix("2001:db8:200::/48")]

    private var profilePacket: ProfilePacket {
        ProfilePacket(from: .init(user: identity.user, group: identity.group), to: destination, content, at: moment)
    }

    /// Its receiver is on the link of its first route.
    private var isLinkLocal: Bool {
        if case .v6(let address) = destination { address.high >> 54 == 0xFE80 >> 6 } else { false }
    }

    /// `tunnels`: of the paths that are routed by marks.
    func meaning(_ evaluator: ProfileEvaluator, _ tunnels: [TunnelPath]) -> Deed {
        let device = device(tunnels)
        switch evaluator.evaluate(
            profilePacket, isLocal: isLocal, isPhysical: device == Ground.device,
            isNeighbour: GroundPolicy.neighbours.contains { $0.contains(destination) }
        ).fate {
        case .stub(let name):
            let port = evaluator.profile.resolver.view(named: name)?.port.value
            return port.map { .stub(port: $0) } ?? .refused
        case .local: return .staysLocal
        case .essential: return .leaves(device)
        case .blocked: return .refused
        case .via(let path):
            if let redirect = evaluator.profile.paths.first(where: { $0.name.value == path })?.redirect {
                let listener = redirect.listeners.first { $0.value.address.family == destination.family }
                return listener.map { .redirected(port: $0.value.port) } ?? .refused
            }
            guard let tunnel = evaluator.profile.tunnel(of: path) else {
                return device == Ground.device ? .leaves(device) : .refused
            }
            return tunnel == Ground.tunnel && (!isLinkLocal || device == tunnel) ? .leaves(tunnel) : .refused
        }
    }

    func meaning(_ evaluator: PacketEvaluator, _ tunnels: [TunnelPath]) -> Deed {
        let device = device(tunnels)
        let family = destination.family
        var packet = Packet(
            from: .init(user: identity.userNumber, group: identity.groupNumber),
            source: address(family == .v4 ? Ground.address4 : Ground.address6), to: destination, transport,
            flow: profilePacket.beginsConversation ? .init() : nil, outgoingDevice: device, isDestinationLocal: isLocal)
        packet.mark = mark
        packet.nanoseconds = UInt64(moment.secondsSinceEpoch) * 1_000_000_000
        if case .icmp(_, _, let hopLimit) = content { packet.hopLimit = hopLimit }
        let routes = tunnels.map { ($0.number, $0.device == Ground.tunnel ? Ground.tunnel : "unreachable") }
        let outcome = evaluator.evaluateLeaving(packet, routes: Dictionary(uniqueKeysWithValues: routes))
        guard outcome.fate == .accepted else { return .refused }
        if outcome.path == .captured {
            return outcome.packet.destinationPort.map { .stub(port: $0) } ?? .refused
        }
        if outcome.packet.isDestinationLocal, !isLocal, case .tcp(_, let port, _) = outcome.packet.transport {
            return .redirected(port: port)
        }
        return outcome.packet.isDestinationLocal ? .staysLocal : .leaves(outcome.packet.outgoingDevice ?? device)
    }

    private var transport: Packet.Transport {
        switch content {
        case .transport(.tcp, let source, let destination): .tcp(source: source, destination: destination, flags: 2)
        case .transport(.udp, let source, let destination): .udp(source: source, destination: destination)
        case .icmp(let type, let code, _) where destination.family == .v4: .icmp(type: type, code: code)
        case .icmp(let type, let code, _): .icmpv6(type: type, code: code)
        case .other(let number): .other(protocolNumber: number)
        }
    }
}

extension Packet {
    fileprivate var destinationPort: UInt16? {
        switch transport {
        case .tcp(_, let port, _), .udp(_, let port): port
        default: nil
        }
    }
}

extension Profile {
    /// The device of a path that is one.
    fileprivate func tunnel(of path: String) -> String? {
        guard case .tunnel(let tunnel) = paths.first(where: { $0.name.value == path })?.route else { return nil }
        return tunnel.interface.value
    }
}
