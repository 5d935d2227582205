/// A field of a packet, its socket or its flow.
package enum Field: Hashable, Sendable {
    case meta(Meta)
    case payload(Payload)
    case conntrack(Conntrack)
    /// The kind of the destination address by the routing table (`fib daddr type`).
    case destinationKind
    /// The ancestor, `level` below the root, of the sending or receiving socket's cgroup.
    case socketCgroup(level: UInt32)

    package enum Meta: String, Hashable, Sendable, CaseIterable {
        case nfproto
        case l4proto
        case mark
        case skuid
        case skgid
        case iifname
        case oifname
        /// The time of day, in nanoseconds since 1970.
        case time
        /// What the sender says that it is, as an ether type: whoever writes frames can say anything.
        case `protocol`
        /// The realm of its route, 0 where nobody gave it one: none can be read where a packet has no route.
        case rtclassid
    }

    package enum Conntrack: String, Hashable, Sendable, CaseIterable {
        case state
        case direction
        case status
        case mark
    }

    /// A header field. A rule compares the protocol that the field belongs to before it reads it.
    package enum Payload: Hashable, Sendable, CaseIterable {
        case etherType
        case ipv4Source, ipv4Destination
        case ipv6Source, ipv6Destination, ipv6HopLimit
        case transportSourcePort, transportDestinationPort
        case icmpType, icmpCode, icmpv6Type, icmpv6Code
        case tcpFlags
    }

    package var type: FieldType {
        switch self {
        case .meta(let field): field.type
        case .payload(let field): field.type
        case .conntrack(let field): field.type
        case .destinationKind: .addressKind
        case .socketCgroup: .cgroup
        }
    }
}

extension Field.Meta {
    fileprivate var type: FieldType {
        switch self {
        case .nfproto: .nfproto
        case .l4proto: .transportProtocol
        case .mark: .mark
        case .skuid: .userIdentifier
        case .skgid: .groupIdentifier
        case .iifname, .oifname: .interfaceName
        case .time: .timeOfDay
        case .protocol: .etherType
        case .rtclassid: .realm
        }
    }
}

extension Field.Conntrack {
    fileprivate var type: FieldType {
        switch self {
        case .state: .conntrackState
        case .direction: .conntrackDirection
        case .status: .conntrackStatus
        case .mark: .mark
        }
    }
}

extension Field.Payload {
    /// The header a payload expression counts from.
    package enum Base: UInt32, Hashable, Sendable {
        case link = 0
        case network = 1
        case transport = 2
    }

    fileprivate var type: FieldType { layout.type }

    package var base: Base { layout.base }

    /// In bytes from the start of the header.
    package var offset: UInt32 { layout.offset }

    private var layout: (base: Base, offset: UInt32, type: FieldType) {
        switch self {
        case .etherType: (.link, 12, .etherType)
        case .ipv4Source: (.network, 12, .ipv4Address)
        case .ipv4Destination: (.network, 16, .ipv4Address)
        case .ipv6Source: (.network, 8, .ipv6Address)
        case .ipv6Destination: (.network, 24, .ipv6Address)
        case .ipv6HopLimit: (.network, 7, .hopLimit)
        case .transportSourcePort: (.transport, 0, .port)
        case .transportDestinationPort: (.transport, 2, .port)
        case .icmpType: (.transport, 0, .icmpType)
        case .icmpCode: (.transport, 1, .icmpCode)
        case .icmpv6Type: (.transport, 0, .icmpv6Type)
        case .icmpv6Code: (.transport, 1, .icmpv6Code)
        case .tcpFlags: (.transport, 13, .tcpFlags)
        }
    }
}
