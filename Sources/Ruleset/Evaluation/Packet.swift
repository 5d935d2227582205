package import NetworkTypes

/// A packet as the rules see it: headers, the socket it belongs to, the flow it is part of, and the devices.
package struct Packet: Hashable, Sendable {
    package var socket: Socket?
    package var source: IPAddress
    package var destination: IPAddress
    package var transport: Transport
    /// The IPv6 hop limit or IPv4 TTL.
    package var hopLimit: UInt8
    package var mark: UInt32
    /// Nil where conntrack has not run (netdev chains, the raw hook).
    package var flow: Flow?
    package var incomingDevice: String?
    package var outgoingDevice: String?
    /// What a program that wrote the frame itself says of it; nil for what comes from the IP stack.
    package var frame: Frame?
    /// Whether the routing table calls the destination local.
    package var isDestinationLocal: Bool
    /// The time of day at which it is sent, in nanoseconds since 1970.
    package var nanoseconds: UInt64 = 0

    package init(
        from socket: Socket?, source: IPAddress, to destination: IPAddress, _ transport: Transport,
        flow: Flow? = Flow(), outgoingDevice: String? = nil, incomingDevice: String? = nil,
        isDestinationLocal: Bool = false
    ) {
        self.socket = socket
        self.source = source
        self.destination = destination
        self.transport = transport
        self.flow = flow
        self.outgoingDevice = outgoingDevice
        self.incomingDevice = incomingDevice
        self.isDestinationLocal = isDestinationLocal
        hopLimit = 64
        mark = 0
    }

    /// What the kernel knows of the process behind a packet.
    package struct Socket: Hashable, Sendable {
        package var user: UInt32
        package var group: UInt32
        /// Cgroup identifiers, root's child first: `cgroups[level - 1]`.
        package var cgroups: [UInt64]

        package init(user: UInt32, group: UInt32, cgroups: [UInt64] = []) {
            self.user = user
            self.group = group
            self.cgroups = cgroups
        }
    }

    /// A frame of a packet socket: no hook but that of the wire sees it.
    package struct Frame: Hashable, Sendable {
        /// As the wire carries it.
        package var etherType: UInt16
        /// As the program declares it to the kernel (sll_protocol): IP headers are looked for by this.
        package var declared: UInt16

        package init(etherType: UInt16, declared: UInt16? = nil) {
            self.etherType = etherType
            self.declared = declared ?? etherType
        }
    }

    package enum Transport: Hashable, Sendable {
        case tcp(source: UInt16, destination: UInt16, flags: UInt8)
        case udp(source: UInt16, destination: UInt16)
        case icmp(type: UInt8, code: UInt8 = 0)
        case icmpv6(type: UInt8, code: UInt8 = 0)
        case other(protocolNumber: UInt8)

        /// The IP protocol number.
        package var number: UInt8 {
            switch self {
            case .icmp: 1
            case .tcp: 6
            case .udp: 17
            case .icmpv6: 58
            case .other(let number): number
            }
        }
    }

    /// The packet's conntrack entry. Bits are those of the kernel's NF_CT_STATE_BIT and IPS_*.
    package struct Flow: Hashable, Sendable {
        package var state: UInt32
        package var status: UInt32
        package var mark: UInt32
        package var isReply: Bool

        package static let established: UInt32 = 2
        package static let related: UInt32 = 4
        package static let new: UInt32 = 8
        package static let statusConfirmed: UInt32 = 8
        package static let statusSourceNAT: UInt32 = 16
        package static let statusDestinationNAT: UInt32 = 32

        /// A flow whose first packet this is.
        package init(state: UInt32 = Flow.new, status: UInt32 = 0, mark: UInt32 = 0, isReply: Bool = false) {
            self.state = state
            self.status = status
            self.mark = mark
            self.isReply = isReply
        }
    }
}
