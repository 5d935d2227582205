internal import DNSWire

/// What the lab's upstream knows: the zone `lab.example`, the reverse names of its addresses, and that `example.org`
/// holds nothing. Addresses are those of the documentation prefixes (RFC 5737, RFC 3849), so that nothing in it points
/// at anybody.
package enum LabZone {
    /// The zone, read.
    package static let zone: Zone = {
        do throws(ZoneTextError) {
            return try Zone(text: text)
        } catch {
            // The text is part of the sources and a test reads it: a mistake in it is a programmer's.
            preconditionFailure("the lab's own zone cannot be read: \(error)")
        }
    }()

    /// The zone, as a table to read. Every name shows one thing; the comment says which.
    package static let text = ##"""
        $ORIGIN lab.example.
        @          3600 SOA   ns1 hostmaster 2024010101 7200 900 1209600 300
        @          3600 NS    ns1
        @          3600 NS    ns2
        @          300  A     198.51.100.1
        @          300  AAAA  2001:db8::1
        @          300  MX    10 mail
        @          300  MX    20 mail2
        @          300  TXT   "v=spf1 mx -all"
        @          300  CAA   0 issue "ca.lab.example"
        @          300  HTTPS 1 . alpn=h2,h3 ipv4hint=198.51.100.1 ipv6hint=2001:db8::1
        ns1        3600 A     198.51.100.2
        ns2        3600 AAAA  2001:db8::2

        ; the everyday name
        www        300  A     198.51.100.10
        www        300  A     198.51.100.11
        www        300  AAAA  2001:db8::10
        www        300  HTTPS 1 . alpn=h2,h3 ipv4hint=198.51.100.10,198.51.100.11 ipv6hint=2001:db8::10
        www        300  TXT   "the everyday name" "in two strings"

        ; one name for each remaining type
        mail       300  A     198.51.100.20
        mail       300  AAAA  2001:db8::20
        mail2      300  A     198.51.100.21
        _dns._tcp  300  SRV   10 60 853 ns1
        _dns._tcp  300  SRV   20 40 853 ns2
        _dns       300  SVCB  1 ns1 alpn=dot,h2 port=853
        _dns       300  SVCB  2 ns2 alpn=dot no-default-alpn port=8853
        _853._tcp.ns1 300 TLSA 3 1 1 8d02536c887482bc34ff54e41d2ba659bf85b341a0a20afadb5813dcfbcf286d
        secure     300  DS    60485 13 2 d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a
        host       300  SSHFP 4 2 a87f1b687ac0e57d2a081a2f282672334d90ed316d2b818ca9580ea384d92401
        host       300  HINFO "x86_64" "Linux"
        phone      300  NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@lab.example!" .
        unknown    300  TYPE65400 \# 4 0a0b0c0d

        ; aliases: a chain, one that ends nowhere, one that goes in circles, and one that leaves the zone
        alias1     300  CNAME alias2
        alias2     120  CNAME alias3
        alias3     60   CNAME www
        dangling   300  CNAME nowhere
        loop1      300  CNAME loop2
        loop2      300  CNAME loop1
        outside    300  CNAME www.elsewhere.example.
        service    300  HTTPS 0 www

        ; a whole tree that is another one (RFC 6672): a.old is a.new
        old        300  DNAME new
        a.new      300  A     198.51.100.40
        b.new      300  CNAME www

        ; names that are made up as they are asked for; `fixed.wild` exists, so the wildcard does not cover its types
        *.wild     300  A     198.51.100.30
        *.wild     300  AAAA  2001:db8::30
        *.wild     300  TXT   "there is no such name, but there is this answer"
        fixed.wild 300  A     198.51.100.31
        *.walias   300  CNAME www

        ; names with types missing, and one that exists only because there is something below it
        only4      300  A     198.51.100.50
        only6      300  AAAA  2001:db8::50
        below.empty 300 A     198.51.100.51

        ; short lives
        ttl0       0    A     198.51.100.60
        ttl1       1    A     198.51.100.61
        ttl2       2    A     198.51.100.62
        ttl5       5    A     198.51.100.65
        year       31536000 A 198.51.100.69

        ; big answers: over 1,232 bytes, over 4 kB, nearly all a message can hold, and more than it can hold
        $GENERATE 1-100  many   300 A    198.51.100.$
        $GENERATE 1-200  many6  300 AAAA 2001:db8::1:$
        $GENERATE 1-40   big    300 TXT  "line $ of a set of strings that is too big for any datagram: it comes by stream only, as a whole"
        $GENERATE 1-250  huge   300 TXT  "line $ of sixty thousand bytes ....................................................................................................................................................................................................."
        $GENERATE 1-1500 toobig 300 TXT  "line $ of more than a message can hold .........."

        ; labels and names as long as they may be
        a23456789-123456789-123456789-123456789-123456789-123456789-123 300 A 198.51.100.70

        ; reverse names
        $ORIGIN 100.51.198.in-addr.arpa.
        @          3600 SOA   ns1.lab.example. hostmaster.lab.example. 2024010101 7200 900 1209600 300
        @          3600 NS    ns1.lab.example.
        1          300  PTR   lab.example.
        10         300  PTR   www.lab.example.
        20         300  PTR   mail.lab.example.
        $ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.
        @          3600 SOA   ns1.lab.example. hostmaster.lab.example. 2024010101 7200 900 1209600 300
        @          3600 NS    ns1.lab.example.
        1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 300 PTR lab.example.
        0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 300 PTR www.lab.example.

        ; where `enigmctl posture show` asks names that do not exist
        $ORIGIN example.org.
        @          3600 SOA   ns1.lab.example. hostmaster.lab.example. 2024010101 7200 900 1209600 300
        @          3600 NS    ns1.lab.example.
        """##
}
