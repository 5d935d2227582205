/// What a selector reads or a set holds: the width, the byte order in the kernel's registers, and nft's number and
/// name of the type (src/datatype.c of nftables; the numbers are what other tools print sets by).
package enum FieldType: String, Hashable, Sendable, CaseIterable {
    case nfproto = "nf_proto"
    case ipv4Address = "ipv4_addr"
    case ipv6Address = "ipv6_addr"
    case etherType = "ether_type"
    case transportProtocol = "inet_proto"
    case port = "inet_service"
    case icmpv6Type = "icmpv6_type"
    case icmpType = "icmp_type"
    case icmpCode = "icmp_code"
    case icmpv6Code = "icmpv6_code"
    case tcpFlags = "tcp_flag"
    case mark = "mark"
    case interfaceName = "ifname"
    case userIdentifier = "uid"
    case groupIdentifier = "gid"
    case conntrackState = "ct_state"
    case conntrackDirection = "ct_dir"
    case conntrackStatus = "ct_status"
    case addressKind = "fib_addrtype"
    case cgroup = "cgroupsv2"
    case hopLimit = "integer"
    /// Nanoseconds since 1970, which nft writes and reads as whole seconds.
    case timeOfDay = "time"
    case realm = "realm"

    package var byteCount: Int {
        switch self {
        case .nfproto, .transportProtocol, .icmpType, .icmpCode, .icmpv6Type, .icmpv6Code, .tcpFlags,
            .conntrackDirection, .hopLimit:
            1
        case .etherType, .port: 2
        case .ipv4Address, .mark, .userIdentifier, .groupIdentifier, .conntrackState, .conntrackStatus, .addressKind,
            .realm:
            4
        case .cgroup, .timeOfDay: 8
        case .ipv6Address, .interfaceName: 16
        }
    }

    /// Whether the kernel's register holds the number in the machine's own order.
    package var isHostOrder: Bool {
        switch self {
        case .mark, .userIdentifier, .groupIdentifier, .conntrackState, .conntrackStatus, .addressKind, .cgroup,
            .timeOfDay, .realm:
            true
        default: false
        }
    }

    /// Whether each bit means something of its own.
    package var isBits: Bool { [.tcpFlags, .conntrackState, .conntrackStatus].contains(self) }

    /// The type number that nft keeps in NFTA_SET_KEY_TYPE (enum datatypes of nftables).
    package var nftNumber: UInt32 {
        switch self {
        case .hopLimit: 4
        case .nfproto: 2
        case .ipv4Address: 7
        case .ipv6Address: 8
        case .etherType: 10
        case .transportProtocol: 12
        case .port: 13
        case .icmpType: 14
        case .tcpFlags: 15
        case .mark: 19
        case .realm: 22
        case .userIdentifier: 24
        case .groupIdentifier: 25
        case .conntrackState: 26
        case .conntrackDirection: 27
        case .conntrackStatus: 28
        case .icmpv6Type: 29
        case .icmpCode: 32
        case .icmpv6Code: 33
        case .interfaceName: 41
        case .addressKind: 38
        case .timeOfDay: 43
        case .cgroup: 46
        }
    }
}
