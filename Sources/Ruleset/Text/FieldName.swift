extension Field {
    /// The field in nft's language. Ports read `th`, because the rule has compared the protocol before.
    package var name: String {
        switch self {
        case .meta(.iifname): "iifname"
        case .meta(.oifname): "oifname"
        case .meta(let field): "meta \(field.rawValue)"
        case .conntrack(let field): "ct \(field.rawValue)"
        case .destinationKind: "fib daddr type"
        case .socketCgroup(let level): "socket cgroupv2 level \(level)"
        case .payload(let field): field.name
        }
    }

    /// The field where a rule that compares it with one value is loaded or shown. For `ether type` nft asks for the kind
    /// of the arriving device, too, which a frame that leaves need not have: a place in the header has no such strings.
    var text: String {
        guard self == .payload(.etherType), case .payload(let field) = self else { return name }
        return "@ll,\(8 * field.offset),\(8 * type.byteCount)"
    }

    /// The field of that name.
    package init?(name: String) {
        guard let field = Field.named[name] else { return nil }
        self = field
    }

    /// Cgroups are looked at no deeper than this; systemd's own units lie at two or three.
    private static let maximumCgroupLevel: UInt32 = 16

    private static let named: [String: Field] = {
        let fields: [Field] =
            Meta.allCases.map { .meta($0) } + Conntrack.allCases.map { .conntrack($0) }
            + Payload.allCases.map { .payload($0) } + [.destinationKind]
            + (0...maximumCgroupLevel).map { .socketCgroup(level: $0) }
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
    }()
}

extension Field.Payload {
    fileprivate var name: String {
        switch self {
        case .etherType: "ether type"
        case .ipv4Source: "ip saddr"
        case .ipv4Destination: "ip daddr"
        case .ipv6Source: "ip6 saddr"
        case .ipv6Destination: "ip6 daddr"
        case .ipv6HopLimit: "ip6 hoplimit"
        case .transportSourcePort: "th sport"
        case .transportDestinationPort: "th dport"
        case .icmpType: "icmp type"
        case .icmpCode: "icmp code"
        case .icmpv6Type: "icmpv6 type"
        case .icmpv6Code: "icmpv6 code"
        case .tcpFlags: "tcp flags"
        }
    }
}
