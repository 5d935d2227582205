import Ruleset

/// What other programs may have in the kernel, in nft's language: tables with everything that a table can hold, and for
/// each family rules with every statement that nft 1.0.6 has. No two rules of a family mean the same.
enum ForeignCorpus {
    struct Part: Sendable {
        let family: TableFamily
        /// What rules refer to.
        let table: String
        let rules: [String]
    }

    static let all = [inet, ip, ip6, arp, bridge, netdev]

    static let inet = Part(family: .inet, table: inetTable, rules: inetRules + dynamicRules + objectRules)
    private static let ip = Part(family: .ip, table: ipTable, rules: ipRules)
    private static let ip6 = Part(family: .ip6, table: "set a6 { type ipv6_addr; }", rules: ip6Rules)
    private static let arp = Part(family: .arp, table: "", rules: arpRules)
    private static let bridge = Part(family: .bridge, table: "set macs { type ether_addr; }", rules: bridgeRules)
    private static let netdev = Part(family: .netdev, table: "set a4 { type ipv4_addr; }", rules: netdevRules)

    /// Why this kernel may refuse a form; nil where it has no reason.
    static func obstacle(to text: String, in family: TableFamily) -> String? {
        let known: [(family: TableFamily?, words: String, needs: String)] = [
            (nil, "queue", "CONFIG_NFT_QUEUE"), (nil, "flowtable", "CONFIG_NF_FLOW_TABLE"),
            (nil, "secmark", "a security module that marks packets"), (.bridge, "meta ibr", "CONFIG_NFT_BRIDGE_META"),
            (.bridge, "meta obr", "CONFIG_NFT_BRIDGE_META"), (.bridge, "reject", "CONFIG_NFT_BRIDGE_REJECT"),
            (.bridge, "ct state", "CONFIG_NF_CONNTRACK_BRIDGE"),
        ]
        return known.first { $0.family ?? family == family && text.contains($0.words) }?.needs
    }

    /// Parts of tables, each alone: none means what another does.
    static let tableParts = [
        "set s { type ipv4_addr; }",
        "set s { type ipv4_addr; elements = { 192.0.2.1 } }",
        "set s { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 } }",
        "set s { type ipv4_addr; flags interval; elements = { 192.0.2.0-192.0.2.254 } }",
        "set s { type ipv4_addr; flags constant; elements = { 192.0.2.1 } }",
        "set s { type ipv4_addr; flags timeout; }",
        "set s { type ipv4_addr; flags dynamic; }",
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 1m; }",
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 2m; }",
        "set s { type ipv4_addr; size 10; flags dynamic; counter; }",
        "set s { type ipv4_addr; size 10; flags dynamic; limit rate 1/second; }",
        "set s { type ipv4_addr; elements = { 192.0.2.1, * } }",
        "set s { type ether_addr; elements = { 02:00:00:00:00:01 } }",
        "set s { type ether_addr; elements = { 02:00:00:00:00:02 } }",
        "set s { type iface_index; elements = { lo } }",
        "set s { type ifname; flags interval; elements = { \"wg*\" } }",
        "set s { type ifname; elements = { \"wg0\" } }",
        "set s { type mark; flags interval; elements = { 1-5 } }",
        "set s { type mark; flags interval; elements = { 1-6 } }",
        "set s { type mark; elements = { 1, 5 } }",
        "set s { type ipv4_addr . inet_service; elements = { 192.0.2.1 . 80 } }",
        "set s { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 80-90, 10.0.0.1 . 1 } }",
        "set s { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 80-91, 10.0.0.1 . 1 } }",
        "set s { typeof ip saddr . ip dscp; elements = { 192.0.2.1 . cs1 } }",
        "set s { typeof vlan id; elements = { 5 } }",
        "set s { typeof numgen inc mod 2; }",
        "map s { type ipv4_addr : mark; }",
        "map s { type ipv4_addr : mark; elements = { 192.0.2.1 : 5 } }",
        "map s { type ipv4_addr : mark; elements = { 192.0.2.1 : 6 } }",
        "map s { type ipv4_addr : ipv4_addr; flags interval; elements = { 192.0.2.0/24 : 10.0.0.1 } }",
        "map s { type ipv4_addr : ipv4_addr . inet_service; elements = { 192.0.2.1 : 10.0.0.1 . 80 } }",
        "map s { type ipv4_addr . inet_service : verdict; elements = { 192.0.2.1 . 80 : drop } }",
        "map s { type inet_service : verdict; elements = { 80 : drop } }",
        "map s { type inet_service : verdict; elements = { 80 : accept } }",
        "map s { type inet_service : verdict; elements = { 80 : drop, * : accept } }",
        "counter c { }; map s { type inet_service : counter; elements = { 80 : \"c\" } }",
        "quota q { 1 mbytes }; map s { type inet_service : quota; elements = { 80 : \"q\" } }",
        "counter c { }", "counter d { }", "quota c { over 1 mbytes }", "quota c { over 2 mbytes }",
        "quota c { 1 mbytes }",
        "limit c { rate 1/second }", "limit c { rate 2/second }", "limit c { rate over 1 mbytes/second }",
        "ct helper c { type \"ftp\" protocol tcp; }", "ct helper c { type \"ftp\" protocol tcp; l3proto ip6; }",
        "ct timeout c { protocol tcp; l3proto ip; policy = { established : 100 }; }",
        "ct timeout c { protocol tcp; l3proto ip; policy = { established : 101 }; }",
        "ct expectation c { protocol udp; dport 9876; timeout 2m; size 12; l3proto ip; }",
        "ct expectation c { protocol udp; dport 9877; timeout 2m; size 12; l3proto ip; }",
        "synproxy c { mss 1460; wscale 7; timestamp sack-perm; }", "synproxy c { mss 1460; wscale 8; }",
        "secmark c { \"system_u:object_r:net_t:s0\" }",
        "flowtable c { hook ingress priority 0; devices = { lo }; }",
        "flowtable c { hook ingress priority 1; devices = { lo }; }",
        "chain c { }", "chain c { comment \"nothing\"; type filter hook input priority 0; }",
        "chain c { type filter hook input priority 0; policy drop; }",
        "chain c { type filter hook forward priority 0; }", "chain c { type filter hook prerouting priority raw; }",
        "chain c { type filter hook ingress device lo priority 0; }",
        "chain c { type filter hook postrouting priority 2147483647; }",
        "chain c { type route hook output priority mangle; }",
        "chain c { type filter hook output priority mangle; }",
        "chain c { type nat hook prerouting priority dstnat; }", "chain c { type nat hook input priority 100; }",
        "chain c { type nat hook output priority -100; }", "chain c { type nat hook postrouting priority srcnat; }",
        "flags dormant;", "flags dormant; chain c { type filter hook input priority 0; policy drop; }",
    ]

    /// Base chains of the other families, the devices of which are there.
    static let baseChains = [
        "table ip t { chain c { type filter hook input priority filter; }; }",
        "table ip t { chain c { type route hook output priority mangle; policy drop; }; }",
        "table ip6 t { chain c { type filter hook input priority filter; }; }",
        "table arp t { chain c { type filter hook input priority filter; }; }",
        "table arp t { chain c { type filter hook output priority filter; }; }",
        "table bridge t { chain c { type filter hook prerouting priority dstnat; }; }",
        "table bridge t { chain c { type filter hook input priority filter; }; }",
        "table bridge t { chain c { type filter hook forward priority filter; }; }",
        "table bridge t { chain c { type filter hook output priority out; }; }",
        "table bridge t { chain c { type filter hook postrouting priority srcnat; }; }",
        "table netdev t { chain c { type filter hook ingress device lo priority 0; }; }",
        "table netdev t { chain c { type filter hook egress device lo priority 0; }; }",
        "table netdev t { chain c { type filter hook ingress device en0 priority 0; }; }",
        "table netdev t { chain c { type filter hook ingress devices = { lo, en0 } priority 0; }; }",
        "table netdev t { chain c { type filter hook egress devices = { lo, en0 } priority 0; }; }",
        "table netdev t { chain c { type filter hook egress device \"nowhere*\" priority 0; }; }",
    ]
}
