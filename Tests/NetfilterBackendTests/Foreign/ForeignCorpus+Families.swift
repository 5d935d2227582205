// Rules of the other families.
extension ForeignCorpus {
    static let ipTable = """
        set a4 { type ipv4_addr; }
        map targets { type inet_service : ipv4_addr; elements = { 80 : 10.0.0.1 } }
        """

    static let ipRules = [
        "ip saddr 192.0.2.1", "ip daddr 192.0.2.0/24", "ip daddr @a4", "ip saddr & 0.0.0.255 == 0.0.0.1",
        "tcp dport 80", "icmp type echo-request",
        "ip protocol icmp", "ip dscp set cs1", "fib saddr . iif oif missing", "dnat to 10.0.0.1",
        "dnat to tcp dport map @targets",
        "snat to 10.0.0.1-10.0.0.5", "meta l4proto tcp snat to 10.0.0.1:1024-2000", "masquerade", "redirect", "reject",
        "reject with icmp type host-unreachable",
        "dup to 192.0.2.1", "dup to 192.0.2.1 device lo", "dup to ip saddr map { 192.0.2.1 : 192.0.2.2 }",
        "meta l4proto tcp tproxy to 127.0.0.1:80",
        "synproxy mss 1400", "osf name \"Linux\"", "rt nexthop 192.0.2.1", "ct original saddr 192.0.2.1",
        "ct original ip saddr 192.0.2.2",
        "ct helper \"ftp\"", "meta mark set ip saddr map { 192.0.2.1 : 1 }", "numgen random mod 2 0 drop",
        "numgen inc mod 2 vmap { 0 : accept, 1 : drop }",
        "jhash ip saddr mod 2 vmap { 0 : accept, 1 : drop }", "socket transparent 1 accept",
    ]

    static let ip6Rules = [
        "ip6 saddr 2001:db8::1", "ip6 daddr 2001:db8::/64", "ip6 daddr @a6", "ip6 hoplimit 255",
        "ip6 daddr 2001:db8::/33", "@nh,96,32 5",
        "icmpv6 type nd-neighbor-solicit", "tcp dport 80", "reject", "reject with icmpv6 type policy-fail",
        "dnat to 2001:db8::1", "meta l4proto tcp dnat to [2001:db8::1]:80",
        "snat to 2001:db8::1", "masquerade", "redirect", "dup to 2001:db8::1", "dup to 2001:db8::1 device lo",
        "meta l4proto tcp tproxy to [::1]:80", "frag id 5",
        "srh tag 5", "exthdr rt exists", "fib daddr type local", "ct original saddr 2001:db8::1",
        "meta mark set jhash ip6 saddr mod 2",
    ]

    static let arpRules = [
        "arp operation request", "arp operation reply", "arp htype 1", "arp ptype ip", "arp hlen 6", "arp plen 4",
        "arp saddr ip 192.0.2.1",
        "arp daddr ip 192.0.2.1", "arp saddr ether 02:00:00:00:00:01", "arp daddr ether 02:00:00:00:00:01",
        "arp operation { request, reply }",
        "arp saddr ip { 192.0.2.1, 192.0.2.2 }", "@nh,96,32 5", "iifname \"lo\" drop", "counter accept",
        "meta mark set 1", "limit rate 5/second accept",
        "arp operation set reply", "log prefix \"arp\"",
    ]

    static let bridgeRules = [
        "ether saddr 02:00:00:00:00:01", "ether daddr 02:00:00:00:00:01", "ether saddr @macs", "ether type arp",
        "ether type vlan", "ether type { ip, ip6 }",
        "ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00", "vlan id 5", "vlan id { 1-10 }", "vlan pcp 3",
        "vlan id 5 ip saddr 192.0.2.1", "ip saddr 192.0.2.1",
        "ip6 saddr 2001:db8::1", "arp operation request", "tcp dport 80", "udp dport vmap { 53 : accept, 67 : drop }",
        "icmpv6 type nd-neighbor-solicit",
        "meta ibrname \"br0\"", "meta obrname \"br0\"", "meta pkttype host", "meta ibrpvid 5", "meta ibrvproto 8021q",
        "reject", "reject with icmpx type no-route",
        "ether saddr set 02:00:00:00:00:09", "ether saddr . vlan id { 02:00:00:00:00:01 . 5 }",
        "ct state established accept",
        "add @macs { ether saddr }", "log prefix \"bridge\"", "meta mark 5 accept",
    ]

    static let netdevRules = [
        "ip saddr 192.0.2.1 drop", "ip6 saddr 2001:db8::1 drop", "ether type 0x88b5 accept", "ether type { ip, arp }",
        "meta protocol ip drop", "vlan id 5", "vlan id set 6",
        "tcp dport 80", "udp dport { 53, 67 }", "meta mark 5 accept", "fwd to lo", "fwd ip to 192.0.2.1 device lo",
        "fwd ip6 to 2001:db8::1 device lo", "dup to lo",
        "fwd to meta mark map { 1 : lo }", "ip saddr @a4 drop", "limit rate 5/second accept", "counter drop",
        "ip dscp set cs1", "meta iif lo", "meta pkttype broadcast drop",
        "reject", "reject with icmpx type no-route", "tcp flags & (syn | ack) == syn limit rate over 5/second drop",
        "numgen inc mod 2 vmap { 0 : accept }",
        "fib daddr type local", "log prefix \"netdev\"",
    ]
}
