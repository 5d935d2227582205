import NetworkTypes
import ProfileMeaning

extension SamplePacket {
    /// Sends it by a real socket and looks where it went.
    func send(on ground: Ground, _ domain: SampleDomain) -> Deed {
        _ = ground.takeSeen(wantsNoise: true)
        _ = ground.loopback.takeAll()
        let socket = open(on: ground)
        let seen = ground.takeSeen(wantsNoise: true)
        let local = ground.loopback.takeAll()
        return withExtendedLifetime(socket) {
            if let packet = seen.first(where: { isThis($0, at: destination, destinationPort) }) {
                return packet.isOfItsDevice ? .leaves(packet.device) : .leaks(packet.device)
            }
            if local.contains(where: { isThis($0, at: destination, destinationPort) }) { return .staysLocal }
            let landing = address(destination.family == .v4 ? "127.0.0.1" : "::1")
            // From a port of the kernel's choice, where two flows from one port would be the same to the service.
            let reached = local.first {
                $0.destination == landing && (domain.stubPorts + domain.redirectPorts).contains($0.destinationPort)
                    && $0.protocolNumber == protocolNumber
            }
            guard let port = reached?.destinationPort else { return .refused }
            return domain.stubPorts.contains(port) ? .stub(port: port) : .redirected(port: port)
        }
    }

    private func open(on ground: Ground) -> GroundSocket {
        let family = destination.family
        let isLinkLocal = if case .v6(let address) = destination { address.high >> 54 == 0xFE80 >> 6 } else { false }
        var target = Endpoint(address: destination, port: 0, scope: isLinkLocal ? ground.deviceIndex : 0)
        switch content {
        case .transport(let transport, let source, let port):
            target.port = port
            let socket = GroundSocket(transport == .tcp ? .tcp : .udp, family, as: identity, mark: mark)
            socket.bind(anyAddress(family, port: source))
            if transport == .tcp {
                socket.abandon()
                _ = socket.connect(target, milliseconds: 0)
            } else {
                socket.send([0], to: target)
            }
            return socket
        case .icmp(let type, let code, let hopLimit):
            let socket = GroundSocket(
                .raw(protocolNumber: protocolNumber), family, as: identity, mark: mark,
                hopLimit: family == .v6 ? hopLimit : nil)
            socket.send(SamplePacket.message(type, code), to: target)
            return socket
        case .other(let number):
            let socket = GroundSocket(.raw(protocolNumber: number), family, as: identity, mark: mark)
            socket.send(SamplePacket.payload(number), to: target)
            return socket
        }
    }

    /// With the checksum of ICMP; that of ICMPv6 the kernel fills in.
    private static func message(_ type: UInt8, _ code: UInt8) -> [UInt8] {
        let sum = ~(UInt16(type) << 8 | UInt16(code))
        return [type, code, UInt8(sum >> 8), UInt8(sum & 0xFF)] + [UInt8](repeating: 0, count: 20)
    }

    /// The first packet of a conversation, well formed: conntrack follows no other.
    private static func payload(_ protocolNumber: UInt8) -> [UInt8] {
        switch protocolNumber {
        // SCTP: ports, tag, checksum; the chunk INIT (RFC 9260, 3.3.2).
        case 132:
            [
                0x9C, 0x40, 0x0B, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20, 0, 0, 0, 1, 0, 0, 4, 0, 0, 1, 0, 1, 0, 0,
                0, 1,
            ]
        default: [UInt8](repeating: 0, count: 16)
        }
    }

    private func isThis(_ packet: SeenPacket, at address: IPAddress, _ port: UInt16?) -> Bool {
        guard packet.destination == address, packet.protocolNumber == protocolNumber else { return false }
        switch content {
        case .transport(_, let source, _): return packet.sourcePort == source && packet.destinationPort == port
        case .icmp(let type, _, _): return packet.destinationPort == UInt16(type)
        case .other: return port == destinationPort
        }
    }

    private var destinationPort: UInt16? {
        if case .transport(_, _, let port) = content { port } else { nil }
    }

    var protocolNumber: UInt8 {
        switch content {
        case .transport(.tcp, _, _): 6
        case .transport(.udp, _, _): 17
        case .icmp: destination.family == .v4 ? 1 : 58
        case .other(let number): number
        }
    }
}
