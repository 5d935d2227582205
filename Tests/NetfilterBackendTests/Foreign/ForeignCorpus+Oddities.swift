// A table of what is rare, and stands beside each other here: words for people on everything, sets with every flag, elements
// with times and counters of their own, keys of five fields, verdicts by ranges of pairs, objects that have counted.
extension ForeignCorpus {
    static let oddities = """
        table inet foreign {
          comment "a table with words"
          set s1 { type ipv4_addr; flags interval; auto-merge; elements = { 10.0.0.0/24, 10.0.1.0/24 } }
          set s2 { type ipv4_addr; flags interval, timeout; timeout 1h; gc-interval 5m; elements = { 10.0.0.0/24 timeout 2h comment "one", 10.0.2.0/24 expires 3m } }
          set s3 { type ipv4_addr; policy memory; comment "set words"; elements = { 10.0.0.1 comment "element words", 10.0.0.2 } }
          set s4 { type ether_addr . ipv4_addr . inet_proto . inet_service . mark; flags interval; elements = { 02:00:00:00:00:01 . 10.0.0.0/24 . tcp . 80-90 . 1-5 } }
          set s5 { typeof ip saddr . iifname . ct state; elements = { 10.0.0.1 . "eth0" . new } }
          set s6 { type ipv4_addr; flags dynamic; size 128; limit rate 5/second burst 3 packets; }
          set s7 { type ipv4_addr . inet_service; flags timeout, dynamic; timeout 30s; size 65535; quota over 1 mbytes; }
          set s8 { type ipv4_addr; ct count over 5; size 65535; flags dynamic; }
          map m1 { type ipv4_addr . inet_service : verdict; flags interval; counter; elements = { 10.0.0.0/24 . 22-30 counter packets 5 bytes 100 comment "x" : accept, 10.0.1.0/24 . 80 counter packets 0 bytes 0 : drop } }
          map m2 { type ifname : mark; flags interval; elements = { "wg*" : 5 } }
          map m3 { typeof ip saddr : ct mark; flags interval, timeout; elements = { 10.0.0.1 timeout 5m : 7 } }
          map m4 { type inet_service : limit; elements = { 80 : "l" } }
          map m5 { type ipv4_addr : ifname; elements = { 10.0.0.1 : "eth0" } }
          counter c { packets 5 bytes 6 comment "counted" }
          quota q { over 5 mbytes used 1 mbytes }
          limit l { rate 5/second burst 9 packets; comment "lim" }
          ct helper ftp { type "ftp" protocol tcp; }
          ct timeout udpt { protocol udp; l3proto ip6; policy = { unreplied : 10, replied : 20 }; }
          chain other { comment "chain words"; }
          chain c1 {
            type filter hook prerouting priority mangle + 5; policy accept;
            ip saddr . tcp dport vmap { 10.0.0.0/24 . 22-30 : accept, 10.0.1.1 . 80 : jump other }
            ip saddr . tcp dport vmap @m1
            iifname vmap { "wg*" : accept, "eth0" : drop }
            ip dscp vmap { cs1 : continue, cs2 : drop }
            ip saddr & 255.255.255.0 vmap { 10.0.0.0 : accept }
            meta l4proto tcp ct original proto-dst 5 counter packets 5 bytes 10
            meta l4proto udp ct reply proto-src 5
            ct helper set tcp dport map { 21 : "ftp" }
          }
        }
        """
}
