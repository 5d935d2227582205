internal import NetworkTypes

extension Packet {
    /// What `field` reads from this packet; nil where the kernel's expression would end the rule instead (no
    /// socket, no flow, another header).
    func value(of field: Field) -> FieldValue? {
        switch field {
        case .meta(let field): value(of: field)
        case .payload(let field): value(of: field)
        case .conntrack(let field): flow?.value(of: field)
        case .destinationKind: FieldValue(UInt32(isDestinationLocal ? Packet.routeLocal : Packet.routeUnicast))
        case .socketCgroup(let level): cgroup(atLevel: level)
        }
    }

    /// RTN_UNICAST and RTN_LOCAL of linux/rtnetlink.h.
    private static let routeUnicast = 1
    private static let routeLocal = 2

    private func value(of field: Field.Meta) -> FieldValue? {
        switch field {
        case .nfproto: FieldValue(UInt8(destination.family == .v4 ? 2 : 10))
        case .l4proto: FieldValue(transport.number)
        case .mark: FieldValue(mark)
        case .skuid: socket.map { FieldValue($0.user) }
        case .skgid: socket.map { FieldValue($0.group) }
        case .iifname: FieldValue(interfaceName: incomingDevice ?? "")
        case .oifname: FieldValue(interfaceName: outgoingDevice ?? "")
        }
    }

    private func value(of field: Field.Payload) -> FieldValue? {
        switch field {
        case .etherType: return FieldValue(UInt16(destination.family == .v4 ? 0x0800 : 0x86DD))
        case .ipv4Source, .ipv6Source: return FieldValue(source)
        case .ipv4Destination, .ipv6Destination: return FieldValue(destination)
        case .ipv6HopLimit: return FieldValue(hopLimit)
        case .transportSourcePort: return ports.map { FieldValue($0.source) }
        case .transportDestinationPort: return ports.map { FieldValue($0.destination) }
        case .icmpType:
            guard case .icmp(let type) = transport else { return nil }
            return FieldValue(type)
        case .icmpv6Type:
            guard case .icmpv6(let type) = transport else { return nil }
            return FieldValue(type)
        case .tcpFlags:
            guard case .tcp(_, _, let flags) = transport else { return nil }
            return FieldValue(flags)
        }
    }

    private var ports: (source: UInt16, destination: UInt16)? {
        switch transport {
        case .tcp(let source, let destination, _), .udp(let source, let destination): (source, destination)
        default: nil
        }
    }

    private func cgroup(atLevel level: UInt32) -> FieldValue? {
        guard let socket, level >= 1, Int(level) <= socket.cgroups.count else { return nil }
        return FieldValue(socket.cgroups[Int(level) - 1])
    }
}

extension Packet.Flow {
    fileprivate func value(of field: Field.Conntrack) -> FieldValue {
        switch field {
        case .state: FieldValue(state)
        case .direction: FieldValue(UInt8(isReply ? 1 : 0))
        case .status: FieldValue(status)
        case .mark: FieldValue(mark)
        }
    }
}
