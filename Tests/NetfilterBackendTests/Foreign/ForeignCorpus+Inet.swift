// Rules of tables for both families of addresses.
extension ForeignCorpus {
    static let inetTable = """
        set a4 { type ipv4_addr; elements = { 192.0.2.1 } }
        set a6 { type ipv6_addr; }
        set ports { type inet_service; flags interval; elements = { 80-90 } }
        set pairs { type ipv4_addr . inet_service; elements = { 192.0.2.1 . 80 } }
        set ranges { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 80-90 } }
        set marks { type mark; flags interval; elements = { 1-5 } }
        set dyn { type ipv4_addr; flags dynamic, timeout; timeout 1m; size 1024; }
        set seen { type ipv4_addr . inet_service; flags dynamic, timeout; timeout 1m; size 1024; }
        set counted { type ipv4_addr; flags dynamic; size 1024; counter; }
        set dynports { type inet_service; flags dynamic, timeout; timeout 1m; size 16; }
        map verdicts { type inet_service : verdict; elements = { 22 : accept, 23 : goto other } }
        map tomark { type ipv4_addr : mark; elements = { 192.0.2.1 : 7 } }
        map toaddress { type inet_service : ipv4_addr; elements = { 80 : 10.0.0.1 } }
        map topair { type ipv4_addr : ipv4_addr . inet_service; elements = { 192.0.2.1 : 10.0.0.1 . 80 } }
        map tocounter { type ipv4_addr : counter; elements = { 192.0.2.1 : "c" } }
        map dynmap { type ipv4_addr : mark; flags dynamic, timeout; timeout 1m; size 16; }
        counter c { }
        quota q { over 10 mbytes }
        limit l { rate 5/second }
        ct helper ftp { type "ftp" protocol tcp; }
        ct timeout tight { protocol tcp; l3proto ip; policy = { established : 100 }; }
        ct expectation back { protocol udp; dport 9876; timeout 2m; size 12; l3proto ip; }
        synproxy proxy { mss 1460; wscale 7; timestamp sack-perm; }
        chain other { }
        """

    static let inetRules = [
        // Verdicts.
        "accept", "drop", "return", "continue", "jump other", "goto other", "jump { accept; }",
        "jump { ip saddr 192.0.2.1 drop; counter; }", "queue", "queue num 3", "queue num 1-5 fanout,bypass",
        // Metadata.
        "meta mark 1", "meta mark 2", "meta mark != 1", "meta mark & 0xff == 1", "meta mark & 0xff == 2",
        "meta mark | 1 == 3", "meta mark 1-5",
        "meta mark != 1-5", "meta mark { 1, 2 }", "meta mark { 1, 3 }", "meta mark { 1-5, 9 }", "meta mark { 1-5, 8 }",
        "meta mark @marks", "meta mark < 5", "meta mark > 5", "meta mark <= 5", "meta mark >= 5", "meta length 100",
        "meta length 100-200", "meta length { 1-5 }", "meta protocol ip", "meta protocol ip6", "meta protocol 0x88b5",
        "meta nfproto ipv4", "meta nfproto ipv6", "meta l4proto tcp", "meta l4proto { tcp, udp }",
        "meta l4proto { tcp, sctp }", "meta l4proto != { tcp, udp }", "meta priority 1:2", "meta priority none",
        "meta skuid 5", "meta skuid root", "meta skuid > 1000", "meta skuid 1000-2000", "meta skgid 5",
        "meta skuid { 1, 2 }", "meta skuid . meta skgid { 1 . 2 }", "meta skuid . meta skgid { 2 . 1 }",
        "meta rtclassid 3", "meta pkttype broadcast", "meta pkttype multicast", "meta cpu 1", "meta cpu { 1, 2 }",
        "meta iifgroup 1", "meta oifgroup 1", "meta cgroup 5", "meta iifkind \"vlan\"", "meta oifkind \"vlan\"",
        "meta sdif lo", "meta sdifname \"lo\"", "meta random 5", "meta random < 5", "meta ipsec exists",
        "meta ipsec missing", "meta secpath missing counter", "meta nftrace set 1", "meta nftrace set 0",
        "meta day \"Monday\"", "meta hour \"10:00\"-\"12:00\"", "meta time \"2030-01-01 00:00:00\"",
        "meta time < \"2030-01-01 00:00:00\"", "iif lo", "iif != lo", "oif lo", "iifname \"lo\"", "iifname \"wg*\"",
        "oifname \"wg*\"", "oifname { \"a\", \"b\" }", "oifname { \"a\", \"c\" }", "iifname { \"wg*\", \"b\" }",
        "iifname . oifname { \"a\" . \"b\" }", "iiftype ether", "oiftype loopback", "meta mark set 5",
        "meta mark set 6", "meta mark set meta mark & 0xff", "meta mark set meta mark | 1",
        "meta mark set meta mark ^ 1", "meta mark set meta mark << 2", "meta mark set meta mark >> 2",
        "meta mark set ct mark",
        "meta mark set ct mark & 0xff | 0x100", "meta mark set ip saddr map @tomark",
        "meta mark set ip saddr map { 192.0.2.1 : 1, 192.0.2.2 : 2 }",
        "meta mark set ip saddr map { 192.0.2.1 : 1, 192.0.2.2 : 3 }",
        "meta mark set numgen inc mod 2", "meta mark set numgen random mod 2 offset 5",
        "meta mark set jhash ip saddr mod 4", "meta mark set jhash ip daddr mod 4",
        "meta mark set jhash ip saddr . tcp dport mod 4 seed 0xbeef", "meta mark set symhash mod 4",
        "meta mark set meta cpu", "meta priority set 1:2", "meta pkttype set unicast",

        // Headers.
        "ip saddr 192.0.2.1", "ip saddr 192.0.2.2", "ip daddr 192.0.2.1", "ip saddr != 192.0.2.1",
        "ip saddr 192.0.2.0/24", "ip saddr 192.0.2.0/25", "ip saddr 192.0.0.0/13", "ip saddr 192.0.2.1-192.0.2.9",
        "ip saddr { 10.0.0.0/28, 192.0.2.1 }", "ip saddr { 192.0.2.1, 192.0.2.4 }", "ip saddr @a4",
        "ip saddr != @a4", "ip daddr @a4", "ip saddr & 255.255.0.255 == 192.0.0.1", "ip saddr . tcp dport @pairs",
        "ip daddr . tcp dport @pairs", "ip saddr . tcp dport @ranges", "ip saddr . tcp dport @pairs ip daddr @a4",
        "ip saddr . tcp dport { 192.0.2.1 . 80, 192.0.2.2 . 81 }",
        "ip saddr . tcp dport { 10.0.0.0/28 . 81, 192.0.2.1 . 80-90 }",
        "ip saddr . ip daddr . ip protocol { 1.2.3.4 . 4.3.2.1 . tcp }",
        "ip dscp cs1", "ip dscp { cs1, cs2 }", "ip dscp set cs1", "ip dscp set cs2", "ip ecn ce", "ip ecn set ce",
        "ip ttl 5", "ip ttl set 6", "ip ttl { 1, 2 }", "ip protocol tcp", "ip length 100", "ip id 5",
        "ip frag-off & 0x1fff != 0",
        "ip hdrlength 5", "ip version 4", "ip checksum 5", "ip saddr set 192.0.2.9", "ip option rr exists",
        "ip option ra value 1",
        "ip option lsrr type 1", "ip6 saddr 2001:db8::1", "ip6 saddr 2001:db8::/32", "ip6 daddr 2001:db8::/33",
        "ip6 daddr @a6", "ip6 hoplimit 255", "ip6 hoplimit set 5", "ip6 dscp cs1", "ip6 flowlabel 5",
        "ip6 flowlabel set 5",
        "ip6 nexthdr tcp", "ip6 length 5", "ip6 version 6", "tcp dport 80", "tcp sport 80", "tcp dport 80-90",
        "tcp dport != 80-90", "tcp dport { 80, 443 }", "tcp dport { 80, 444 }", "tcp dport { 80-90, 443 }",
        "tcp dport @ports", "tcp dport vmap @verdicts", "tcp sport vmap @verdicts",
        "tcp dport vmap { 22 : accept, 23 : drop }", "tcp dport vmap { 22 : accept, 23 : jump other }",
        "tcp dport vmap { 22 : accept, * : drop }", "tcp dport vmap { 22-30 : accept, 40 : goto other }",
        "ip saddr . tcp dport vmap { 192.0.2.1 . 22 : accept }",
        "ip saddr vmap { 192.0.2.0/24 : continue, 10.0.0.0/8 : return }",
        "tcp flags syn", "tcp flags & (syn | ack) == syn", "tcp flags & (syn | ack) != syn", "tcp flags != syn",
        "tcp flags { syn, syn | ack }", "tcp sequence 5", "tcp ackseq 5", "tcp doff 5",
        "tcp window 5", "tcp checksum 5", "tcp urgptr 5", "tcp option maxseg size 1400",
        "tcp option maxseg size set 1400",
        "tcp option maxseg size set rt mtu", "tcp option sack-perm exists", "tcp option sack-perm missing",
        "tcp option timestamp tsval 1",
        "tcp option window count 7", "tcp option 254 exists", "tcp option @54,16,8 1", "reset tcp option sack-perm",
        "tcp option maxseg size set tcp dport map { 80 : 1400 }", "udp dport 53", "udp sport 53", "udp length 5",
        "udp checksum set 0", "udplite dport 53", "sctp dport 80", "sctp vtag 5", "sctp chunk data exists",
        "sctp chunk init num-inbound-streams 5", "dccp dport 80", "dccp type request", "th dport 80",
        "meta l4proto { tcp, udp } th dport 53", "meta l4proto { tcp, udp } th sport . th dport { 1 . 2 }", "ah spi 5",
        "esp spi 5",
        "esp sequence 5", "comp cpi 5", "icmp type echo-request", "icmp type { echo-request, echo-reply }",
        "icmp code 1",
        "icmp id 5", "icmp type echo-request icmp id 5", "icmp sequence 5", "icmp mtu 5", "icmp gateway 5",
        "igmp type membership-query",
        "icmpv6 type nd-neighbor-solicit", "icmpv6 type { nd-router-advert, nd-redirect }", "icmpv6 code 1",
        "icmpv6 id 5",
        "icmpv6 mtu 5", "icmpv6 max-delay 5", "exthdr hbh exists", "exthdr frag missing", "hbh nexthdr tcp",
        "rt type 0",
        "rt seg-left 1", "rt0 addr[1] 2001:db8::1", "srh last-entry 1", "frag more-fragments 1", "frag id 5",
        "dst nexthdr tcp", "mh type 1",

        "@nh,8,8 5", "@ll,0,48 1", "@ih,0,8 5",
        "@th,0,16 set 5",
        "ether saddr 02:00:00:00:00:01", "ether type ip",
        "ether saddr . ip saddr { 02:00:00:00:00:01 . 192.0.2.1 }",
        "vlan id 5", "vlan pcp 3", "vlan type ip",
        // Connections.
        "ct state established", "ct state established,related", "ct state new", "ct state { new, untracked }",
        "ct state invalid drop",
        "ct state != new", "ct state vmap { established : accept, invalid : drop }", "ct direction original",
        "ct direction reply",
        "ct status confirmed", "ct status dnat,snat", "ct status & (confirmed | dnat) == confirmed", "ct mark 5",
        "ct mark & 0xff == 5", "ct mark or 0x23 == 0x11", "ct mark set 5", "ct mark set meta mark",
        "ct mark set ct mark & 0xff",
        "ct mark set ct mark | 0xff", "ct mark set ct mark ^ 0xff", "ct expiration 30s",
        "ct expiration 30s-1m",
        "ct helper \"ftp\"", "ct zone 5", "ct original zone 5", "ct zone set 5", "ct original zone set 5",
        "ct reply zone set 5",
        "ct original zone set 6", "ct zone set meta mark map { 1 : 2 }", "ct original bytes > 100",
        "ct reply packets 5", "ct bytes 5",
        "ct avgpkt > 100", "ct original ip saddr 192.0.2.1", "ct original ip daddr 192.0.2.1",
        "ct reply ip saddr 192.0.2.1",
        "ct original ip6 saddr 2001:db8::1", "ct l3proto ipv4",
        "ct protocol tcp",
        "ct id 5", "ct label 5", "ct label set 5", "ct event set new", "ct event set new,related", "ct count over 5",
        "ct count 5", "notrack", "ct helper set \"ftp\"", "ct timeout set \"tight\"", "ct expectation set \"back\"",
        // Routes, sockets, tunnels.
        "fib saddr type local", "fib daddr type local", "fib daddr type { local, broadcast }",
        "fib daddr . iif type local",
        "fib daddr . mark type local", "fib saddr . iif oif exists", "fib saddr . iif oif missing",
        "fib saddr oifname \"lo\"",
        "fib daddr . mark oif lo", "rt classid 3", "rt ip nexthop 192.0.2.1", "rt ip6 nexthop 2001:db8::1",
        "rt mtu 1400",
        "rt ipsec exists", "ipsec in reqid 1", "ipsec out ip saddr 192.0.2.1", "ipsec in spnum 2 spi 5",
        "ipsec out ip6 daddr 2001:db8::1",
        "socket transparent 1", "socket mark 5", "socket wildcard 1", "socket cgroupv2 level 1 \".\"",
        "socket cgroupv2 level 2 \".\"",
        "osf name \"Linux\"", "osf ttl loose name \"Linux\"", "osf version \"Linux:3.0\"",  // What is done.
        "counter", "counter accept", "counter counter", "log", "log prefix \"a\"",
        "log prefix \"b\"", "log level debug",
        "log prefix \"a\" level debug", "log flags all", "log flags tcp sequence,options", "log group 1", "log group 2",
        "log prefix \"a\" group 1",
        "log group 1 snaplen 100", "log group 1 queue-threshold 3", "log level audit", "limit rate 5/second",
        "limit rate 6/second",
        "limit rate 5/minute", "limit rate over 5/second", "limit rate 5/second burst 9 packets",
        "limit rate 5 mbytes/second",
        "limit rate over 5 kbytes/minute burst 9 kbytes", "quota 5 mbytes", "quota over 5 mbytes",
        "quota over 6 mbytes used 1 mbytes",
        "reject", "reject with tcp reset", "reject with icmpx type no-route", "reject with icmpx type admin-prohibited",
        "reject with icmp type host-prohibited", "reject with icmp type net-unreachable",
        "reject with icmpv6 type no-route",
        "reject with icmpv6 type policy-fail", "dnat ip to 10.0.0.1", "dnat ip to 10.0.0.2",
        "meta l4proto tcp dnat ip to 10.0.0.1:80", "meta l4proto tcp dnat ip to 10.0.0.1:80-90",
        "dnat ip6 to [2001:db8::1]",
        "dnat ip to 10.0.0.1-10.0.0.9", "dnat ip to 10.0.0.1 random,persistent", "dnat ip to tcp dport map @toaddress",
        "dnat ip to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.2 }",
        "dnat ip to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.3 }",
        "meta l4proto tcp dnat ip addr . port to ip saddr map @topair",
        "dnat ip prefix to ip saddr map { 192.0.2.0/24 : 10.0.0.0/24 }",
        "dnat ip to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }",
        "dnat ip to jhash ip saddr mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }",
        "snat ip to 10.0.0.1", "snat ip6 to 2001:db8::1", "snat ip to 10.0.0.1 fully-random",
        "snat ip prefix to ip saddr map { 10.1.0.0/24 : 192.0.2.0/24 }",
        "masquerade", "masquerade random", "masquerade fully-random,persistent",
        "meta l4proto tcp masquerade to :1024-2048",
        "redirect", "meta l4proto tcp redirect to :80", "meta l4proto udp redirect to :80",
        "meta l4proto tcp redirect to :80-90",
        "meta l4proto tcp redirect to :80 random", "tcp dport 80 redirect to :tcp dport map { 80 : 8080 }",
        "meta l4proto tcp tproxy to :80", "meta l4proto tcp tproxy ip to 127.0.0.1:80",
        "meta l4proto tcp tproxy ip6 to [::1]:80",
        "meta l4proto tcp tproxy to :socket mark map { 1 : 80 }", "synproxy mss 1460 wscale 7 timestamp sack-perm",
        "synproxy", "counter comment \"words\"", "counter comment \"other words\"",
    ]

    /// Sets that packets fill.
    static let dynamicRules = [
        "add @dyn { ip saddr }", "add @dyn { ip daddr }", "update @dyn { ip saddr }",
        "update @dyn { ip saddr timeout 5s }",
        "delete @dyn { ip saddr }", "add @seen { ip saddr . tcp dport }",
        "update @seen { ip daddr . tcp dport timeout 1m }",
        "add @counted { ip saddr counter }", "add @counted { ip daddr counter }",
        "add @dyn { ip saddr limit rate 5/second }",
        "update @dyn { ip saddr limit rate over 5/second burst 7 packets } drop",
        "add @dyn { ip saddr quota over 5 mbytes }", "add @dynports { tcp dport }", "update @dynmap { ip saddr : 5 }",
        "update @dynmap { ip saddr : meta mark }", "update @dynmap { ip saddr timeout 7s : 5 }",
        "add @dyn { ip saddr & 255.255.255.0 }",
        "meter one { ip saddr limit rate 5/second }",
        "meter two { ip saddr . tcp dport timeout 1m limit rate 5/second }",
        "meter three size 100 { ip saddr ct count over 3 } drop",
    ]

    static let objectRules = [
        "counter name \"c\"", "quota name \"q\"", "limit name \"l\"", "synproxy name \"proxy\"",
        "counter name ip saddr map @tocounter",
        "counter name ip daddr map @tocounter", "counter name tcp dport map { 80 : \"c\" }",
        "counter name tcp dport map { 81 : \"c\" }",
        "synproxy name tcp dport map { 80 : \"proxy\" }", "limit name tcp dport map { 80 : \"l\" }",
        "quota name tcp dport map { 80 : \"q\" }",
    ]
}
