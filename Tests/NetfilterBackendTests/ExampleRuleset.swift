import NetworkTypes
import Ruleset

/// One rule for every form that the model can say.
enum ExampleRuleset {
    static let table = Table(
        .inet, "enigm_test",
        sets: [
            NamedSet(
                "u_users", key: [.userIdentifier],
                elements: [SetElement(FieldValue(UInt32(2001))), SetElement(FieldValue(UInt32(2002)))]),
            NamedSet("u_none", key: [.userIdentifier]),
            NamedSet("addresses6", key: [.ipv6Address], elements: [SetElement(FieldValue(v6("2001:db8::1")))]),
            NamedSet(
                "direct_endpoints", key: [.ipv4Address, .port],
                elements: [SetElement([FieldValue(v4("203.0.113.7")), FieldValue(UInt16(51820))])]),
            NamedSet(
                "p_prefixes", key: [.ipv4Address], flags: [.interval],
                elements: [
                    SetElement(FieldValue(v4("10.0.0.0")), through: FieldValue(v4("10.255.255.255"))),
                    SetElement(FieldValue(v4("192.168.1.20"))),
                    SetElement(FieldValue(v4("255.255.255.0")), through: FieldValue(v4("255.255.255.255"))),
                ]),
            NamedSet("n_names", key: [.ipv4Address], flags: [.timeout], size: 4096),
            NamedSet(
                "direct_devices", key: [.interfaceName], elements: [SetElement(FieldValue(interfaceName: "eth0"))]),
            NamedSet("cg_groups", key: [.cgroup]),
            NamedSet("stale_epochs", key: [.mark], elements: [SetElement(FieldValue(UInt32(0x100)))]),
        ],
        chains: [
            classify, nat, judge,
            Chain(
                "refuse",
                rules: [
                    ChainRule(tcp, .reject(.tcpReset)), ChainRule(.reject(.icmp(.administrativelyProhibited))),
                ]), masquerade,
        ])

    static let tcp: Statement = .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(6)))))
    static let v4only: Statement = .match(Match(.meta(.nfproto), .equal(FieldValue(UInt8(2)))))
    static let v6only: Statement = .match(Match(.meta(.nfproto), .equal(FieldValue(UInt8(10)))))
    static let tcpOrUDP: Statement = .match(
        Match(.meta(.l4proto), .anyOf([SetElement(FieldValue(UInt8(6))), SetElement(FieldValue(UInt8(17)))])))

    /// Literals of this file: a wrong one is a mistake of the test.
    static func v4(_ text: String) -> IPv4Address {
        guard let address = IPv4Address(text) else { preconditionFailure("`\(text)` is no address") }
        return address
    }

    static func v6(_ text: String) -> IPv6Address {
        guard let address = IPv6Address(text) else { preconditionFailure("`\(text)` is no address") }
        return address
    }

    private static let classify = Chain(
        "classify", hook: ChainHook(.filter, .output, priority: -300, policy: .accept),
        rules: [
            ChainRule(.setMark(MarkChange(.packet, from: .packet, keep: 0xF000_0000, bits: 0))),
            ChainRule(
                .match(Match(.meta(.skuid), .notEqual(FieldValue(UInt32.max)))),
                .setMark(MarkChange(.packet, from: .packet, keep: 0xF000_0000, bits: 5))),
            ChainRule(
                .match(Match(.meta(.skuid), .inSet("u_users"))),
                .setMark(MarkChange(.packet, from: .packet, keep: 0, bits: 4)),
                comment: "rule users, line 12"),
            ChainRule(.match(Match(.meta(.skuid), .notInSet("u_none"))), .counter),
            ChainRule(
                .match(Match(.meta(.skgid), .within(FieldValue(UInt32(100)), FieldValue(UInt32(200))))), .counter),
            ChainRule(.match(Match(.meta(.time), .below(FieldValue(UInt64(1_803_859_200_000_000_000))))), .counter),
            ChainRule(
                .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(17))))),
                .match(Match(.payload(.transportDestinationPort), .equal(FieldValue(UInt16(53))))),
                .match(Match(.meta(.mark), mask: FieldValue(UInt32(0xFF)), .equal(FieldValue(UInt32(4))))),
                .setOriginalZone(4)),
        ])

    private static let nat = Chain(
        "nat_output", hook: ChainHook(.nat, .output, priority: -100, policy: .accept),
        rules: [
            ChainRule(
                .match(
                    Match(.meta(.mark), mask: FieldValue(UInt32(0x0F00_0000)), .equal(FieldValue(UInt32(0x0D00_0000))))),
                tcpOrUDP, .redirect(port: 5300))
        ])

    private static let judge = Chain(
        "output", hook: ChainHook(.filter, .output, priority: 0, policy: .drop),
        rules: [
            ChainRule(
                .match(Match(.destinationKind, .equal(FieldValue(UInt32(2))))),
                .match(Match(.conntrack(.status), mask: FieldValue(UInt32(32)), .equal(FieldValue(UInt32(0))))),
                .verdict(.goto("refuse"))),
            ChainRule(
                v6only, .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(58))))),
                .match(
                    Match(.payload(.icmpv6Type), .anyOf([133, 135, 136].map { SetElement(FieldValue(UInt8($0))) }))),
                .match(Match(.payload(.ipv6HopLimit), .equal(FieldValue(UInt8(255))))), .verdict(.accept)),
            ChainRule(
                .match(Match(.conntrack(.state), mask: FieldValue(UInt32(6)), .notEqual(FieldValue(UInt32(0))))),
                .match(Match(.conntrack(.direction), .equal(FieldValue(UInt8(0))))),
                .match(Match(.conntrack(.mark), mask: FieldValue(UInt32(0x00FF_FF00)), .inSet("stale_epochs"))),
                .setMark(MarkChange(.packet, from: .connection, keep: 0x0F00_0000, bits: 3)), .verdict(.accept)),
            ChainRule(
                v4only, .match(Match(.payload(.ipv4Destination), .inSet("p_prefixes"))), tcp,
                .match(
                    Match(
                        .payload(.transportDestinationPort), .within(FieldValue(UInt16(6000)), FieldValue(UInt16(6100)))
                    )),
                .verdict(.accept)),
            ChainRule(
                v4only,
                .match(
                    Match(
                        .payload(.ipv4Destination), mask: .prefixMask(length: 24, byteCount: 4),
                        .equal(FieldValue(v4("198.51.100.0"))))), .verdict(.drop)),
            ChainRule(
                v4only,
                .match(
                    Match(
                        .payload(.ipv4Destination), mask: .prefixMask(length: 25, byteCount: 4),
                        .notEqual(FieldValue(v4("198.51.100.128"))))), .counter),
            ChainRule(
                v6only,
                .match(
                    Match(
                        .payload(.ipv6Destination), mask: .prefixMask(length: 10, byteCount: 16),
                        .equal(FieldValue(v6("fe80::"))))), .counter),
            ChainRule(
                v4only, .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(17))))),
                .match(
                    Match(
                        [.payload(.ipv4Destination), .payload(.transportDestinationPort)], .inSet("direct_endpoints"))),
                .setMark(MarkChange(.connection, from: .connection, keep: 0xF000_0000, bits: 0x0E00_0106)),
                .verdict(.accept)),
            ChainRule(
                v4only, .match(Match(.payload(.ipv4Destination), .inSet("n_names"))), .verdict(.accept)),
            ChainRule(v6only, .match(Match(.payload(.ipv6Source), .notInSet("addresses6"))), .counter),
            ChainRule(
                tcp,
                .match(Match(.payload(.tcpFlags), mask: FieldValue(UInt8(0x12)), .equal(FieldValue(UInt8(0x12))))),
                .verdict(.drop)),
            ChainRule(
                tcpOrUDP,
                .match(
                    Match(
                        .payload(.transportDestinationPort),
                        .anyOf([
                            SetElement(FieldValue(UInt16(53))),
                            SetElement(FieldValue(UInt16(137)), through: FieldValue(UInt16(139))),
                        ]))), .verdict(.goto("refuse"))),
            ChainRule(
                tcp,
                .match(
                    Match(
                        .payload(.transportDestinationPort), .outside(FieldValue(UInt16(1)), FieldValue(UInt16(1023))))),
                .counter),
            ChainRule(.match(Match(.meta(.oifname), .inSet("direct_devices"))), .counter, .verdict(.accept)),
            ChainRule(.match(Match(.meta(.oifname), .equal(FieldValue(interfaceName: "lo")))), .verdict(.accept)),
            ChainRule(.match(Match(.socketCgroup(level: 2), .inSet("cg_groups"))), .verdict(.accept)),
            ChainRule(
                .verdictMap(
                    VerdictMap(
                        .meta(.mark), mask: FieldValue(UInt32(0x0F00_0000)),
                        entries: [
                            .init(SetElement(FieldValue(UInt32(0x0100_0000))), .accept),
                            .init(SetElement(FieldValue(UInt32(0x0F00_0000))), .goto("refuse")),
                        ]))),
            ChainRule(
                .limit(RateLimit(rate: 6, per: .minute)), .log(LogTarget(prefix: "enigm blocked ")),
                .verdict(.jump("refuse"))),
        ])

    private static let masquerade = Chain(
        "nat_postrouting", hook: ChainHook(.nat, .postrouting, priority: 100, policy: .accept),
        rules: [ChainRule(.match(Match(.meta(.oifname), .equal(FieldValue(interfaceName: "wg0")))), .masquerade)])
}
