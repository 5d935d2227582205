internal import NetworkTypes

extension Packet {
    /// What `field` reads from this packet, as a number; nil where the kernel's expression would end the rule instead
    /// (no socket, no flow, another header).
    func number(of field: Field) -> UInt128? {
        switch field {
        case .meta(let field): number(of: field)
        case .payload(let field): number(of: field)
        case .conntrack(let field): flow?.number(of: field)
        case .destinationKind: isDestinationLocal ? Packet.routeLocal : Packet.routeUnicast
        case .socketCgroup(let level): cgroup(atLevel: level)
        }
    }

    /// RTN_UNICAST and RTN_LOCAL of linux/rtnetlink.h.
    private static let routeUnicast: UInt128 = 1
    private static let routeLocal: UInt128 = 2

    private func number(of field: Field.Meta) -> UInt128? {
        switch field {
        case .nfproto: destination.family == .v4 ? 2 : 10
        case .l4proto: isParsed ? UInt128(transport.number) : nil
        case .mark: UInt128(mark)
        case .time: UInt128(nanoseconds)
        case .protocol: UInt128(frame?.declared ?? familyType)
        // Nobody gives routes a realm here.
        case .rtclassid: frame == nil ? 0 : nil
        case .skuid: socket.map { UInt128($0.user) }
        case .skgid: socket.map { UInt128($0.group) }
        case .iifname: Packet.number(ofInterface: incomingDevice)
        case .oifname: Packet.number(ofInterface: outgoingDevice)
        }
    }

    private var familyType: UInt16 { destination.family == .v4 ? EtherType.ipv4 : EtherType.ipv6 }

    /// Whether the kernel has looked for the transport's header: in a frame, by what it is declared to be.
    private var isParsed: Bool { frame.map { $0.declared == familyType } ?? true }

    /// The name's bytes, padded to IFNAMSIZ; no device reads as an empty name.
    private static func number(ofInterface name: String?) -> UInt128 {
        var number: UInt128 = 0
        var shift = 128
        for byte in (name ?? "").utf8.prefix(15) {
            shift -= 8
            number |= UInt128(byte) << UInt128(shift)
        }
        return number
    }

    private func number(of field: Field.Payload) -> UInt128? {
        if field.base == .transport, !isParsed { return nil }
        switch field {
        case .etherType: return UInt128(frame?.etherType ?? familyType)
        case .ipv4Source, .ipv6Source: return source.number
        case .ipv4Destination, .ipv6Destination: return destination.number
        case .ipv6HopLimit: return UInt128(hopLimit)
        case .transportSourcePort: return ports.map { UInt128($0.source) }
        case .transportDestinationPort: return ports.map { UInt128($0.destination) }
        case .icmpType:
            guard case .icmp(let type, _) = transport else { return nil }
            return UInt128(type)
        case .icmpCode:
            guard case .icmp(_, let code) = transport else { return nil }
            return UInt128(code)
        case .icmpv6Type:
            guard case .icmpv6(let type, _) = transport else { return nil }
            return UInt128(type)
        case .icmpv6Code:
            guard case .icmpv6(_, let code) = transport else { return nil }
            return UInt128(code)
        case .tcpFlags:
            guard case .tcp(_, _, let flags) = transport else { return nil }
            return UInt128(flags)
        }
    }

    private var ports: (source: UInt16, destination: UInt16)? {
        switch transport {
        case .tcp(let source, let destination, _), .udp(let source, let destination): (source, destination)
        default: nil
        }
    }

    private func cgroup(atLevel level: UInt32) -> UInt128? {
        guard let socket, level >= 1, Int(level) <= socket.cgroups.count else { return nil }
        return UInt128(socket.cgroups[Int(level) - 1])
    }
}

extension Packet.Flow {
    fileprivate func number(of field: Field.Conntrack) -> UInt128 {
        switch field {
        case .state: UInt128(state)
        case .direction: isReply ? 1 : 0
        case .status: UInt128(status)
        case .mark: UInt128(mark)
        }
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
