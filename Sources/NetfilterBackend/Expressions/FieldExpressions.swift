internal import CNetfilter
internal import Ruleset

extension Field {
    /// The expression that reads this field into the registers from `slot` on.
    func load(into slot: Int) -> KernelExpression {
        switch self {
        case .meta(let field): .meta(key: field.key, destination: slot)
        case .payload(let field):
            .payload(
                base: field.base.rawValue, offset: field.offset, byteCount: UInt32(type.byteCount), destination: slot)
        case .conntrack(let field): .conntrack(key: field.key, destination: slot)
        case .destinationKind:
            .fib(result: NFT_FIB_RESULT_ADDRTYPE.rawValue, flags: Field.fibDestination, destination: slot)
        case .socketCgroup(let level): .socket(key: Field.cgroupKey, level: level, destination: slot)
        }
    }

    /// NFTA_FIB_F_DADDR and NFT_SOCKET_CGROUPV2 are enumerators that Swift sees with another type.
    private static let fibDestination: UInt32 = 1 << 1
    private static let cgroupKey: UInt32 = 3

    /// The field that a load reads, when this model has it. A payload load may be shorter than its field: nft reads
    /// only the whole bytes of a prefix.
    static func read(
        by expression: KernelExpression, after statements: [Statement], in family: TableFamily
    ) -> (Field, byteCount: Int)? {
        switch expression {
        case .meta(let key, _):
            Meta.allCases.first { $0.key == key }.map { (.meta($0), Field.meta($0).type.byteCount) }
        case .conntrack(let key, _):
            Conntrack.allCases.first { $0.key == key }.map { (.conntrack($0), Field.conntrack($0).type.byteCount) }
        case .fib(NFT_FIB_RESULT_ADDRTYPE.rawValue, fibDestination, _): (.destinationKind, 4)
        case .socket(cgroupKey, let level, _): (.socketCgroup(level: level), 8)
        case .payload(let base, let offset, let byteCount, _):
            Payload.read(base: base, offset: offset, byteCount: Int(byteCount), after: statements, in: family)
                .map { (.payload($0), Int(byteCount)) }
        default: nil
        }
    }
}

extension Field.Meta {
    fileprivate var key: UInt32 {
        let key =
            switch self {
            case .nfproto: NFT_META_NFPROTO
            case .l4proto: NFT_META_L4PROTO
            case .mark: NFT_META_MARK
            case .skuid: NFT_META_SKUID
            case .skgid: NFT_META_SKGID
            case .iifname: NFT_META_IIFNAME
            case .oifname: NFT_META_OIFNAME
            case .time: NFT_META_TIME_NS
            case .protocol: NFT_META_PROTOCOL
            case .rtclassid: NFT_META_RTCLASSID
            }
        return key.rawValue
    }
}

extension Field.Conntrack {
    fileprivate var key: UInt32 {
        let key =
            switch self {
            case .state: NFT_CT_STATE
            case .direction: NFT_CT_DIRECTION
            case .status: NFT_CT_STATUS
            case .mark: NFT_CT_MARK
            }
        return key.rawValue
    }
}

extension Field.Payload {
    /// Several fields share a place in the header: which one is meant follows from the protocol that the rule has
    /// compared before.
    fileprivate static func read(
        base: UInt32, offset: UInt32, byteCount: Int, after statements: [Statement], in family: TableFamily
    ) -> Field.Payload? {
        allCases.first {
            $0.base.rawValue == base && $0.offset == offset && Field.payload($0).type.byteCount >= byteCount
                && $0.isPlausible(byteCount: byteCount, after: statements, in: family)
        }
    }

    private func isPlausible(byteCount: Int, after statements: [Statement], in family: TableFamily) -> Bool {
        // Behind the link's header those packets have none of IP.
        if family == .arp, self != .etherType { return false }
        let isIPv6 = family == .ip6 || (family != .ip && statements.areForIPv6)
        return switch self {
        case .ipv4Source, .ipv4Destination: !isIPv6
        case .ipv6Source, .ipv6Destination, .ipv6HopLimit: isIPv6
        case .icmpType, .icmpCode: statements.compares(.meta(.l4proto), to: FieldValue(UInt8(1)))
        case .icmpv6Type, .icmpv6Code: statements.compares(.meta(.l4proto), to: FieldValue(UInt8(58)))
        case .transportSourcePort, .transportDestinationPort, .etherType: byteCount == 2
        case .tcpFlags: true
        }
    }
}

extension Array where Element == Statement {
    /// NFPROTO_IPV6, or on the wire ETH_P_IPV6.
    fileprivate var areForIPv6: Bool {
        compares(.meta(.nfproto), to: FieldValue(UInt8(10)))
            || compares(.payload(.etherType), to: FieldValue(EtherType.ipv6))
    }

    /// Whether an earlier statement requires that value.
    fileprivate func compares(_ field: Field, to wanted: FieldValue) -> Bool {
        contains { statement in
            guard case .match(let match) = statement, case .equal(let value) = match.operation else { return false }
            return match.mask == nil && match.isOf(field) && value == wanted
        }
    }
}
