/// A profile that writes every key of the language.
enum FullProfile {
    static let text = """
        # A laptop of an editorial office.
        schema: enigm.network/1
        profile:
          name: newsroom
          version: 7
          description: Laptops that travel with reporters
        extends: []

        paths:
          onion:  { redirect: ["127.0.0.1:9140", "[::1]:9140"], socks: "127.0.0.1:9150", connect: "127.0.0.1:9180", owner: { user: onion }, next: direct }
          relay:  { redirect: ["127.0.0.1:14000"], owner: { unit: relay.service }, next: tunnel, open: true }
          tunnel: { interface: wg7, kind: wireguard, listen-port: 51821, endpoints: ["198.51.100.9:51821/udp"], ipv6: inside }
          far:    { interface: tun3, kind: userspace, owner: { group: far }, ipv6: block, next: direct }
          direct: { interfaces: [eth0, wlan0] }

        subjects:
          chat:    { units: [chat.service, { user: nora, unit: chat@1.service }], exclusive: true }
          updates: { users: [_apt, "1004"], groups: [updates] }
          surfing: { slices: [app-surfing.slice, { user: nora, slice: web.slice }], users: [nora], open: true }
          boxes:   { interfaces: [docker0] }

        resolver:
          listen: ["127.0.0.54:53", "[::1]:53"]
          user: stub
          upstreams:
            first:  { tls: dns.first.example, addresses: [198.51.100.1, "2001:db8::1"], path: tunnel }
            second:
              https: "https://dns.second.example:8443/dns-query"
              addresses: [198.51.100.2]
              port: 8443
              pins: ["sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
              ca: certificates/second.pem
              path: direct
              open: true
            inner:  { tls: ns.inner.example, addresses: [10.2.0.53], port: 8853, zones: [inner.example], path: far }
          selection: sharded
          cache: { entries: 5000, stale: 2h, prefetch: false, min-ttl: 5s, max-ttl: 12h }
          privacy: { padding: 468, client-subnet: forward, cover: on }
          rebinding: allow
          filters:
            adverts: { lists: [lists/adverts.txt, lists/more.txt], answer: zero, except: ["*.cdn.example", shop.example] }
            harm:    { lists: [lists/harm.rpz] }
          hosts:
            Printer.Office.example: [192.168.7.20, "fd00::20"]
          views:
            default: { upstreams: [first, inner], filters: [harm], port: 5400 }
            chat:    { upstreams: [second], filters: [adverts, harm], port: 5401, resolve: any }
          gate: { deadline: 80ms, min-ttl: 30s, grace: 90s, max-addresses: 16 }

        default: { via: tunnel, open: true }
        rules:
          talk:    { from: chat, to: { names: [talk.example, "*.media.example"], ports: [443/tcp] }, via: relay, limit: 5/second }
          refresh: { from: updates, to: { names: [packages.example] }, via: direct, until: "2027-03-01T00:00:00Z" }
          paper:   { from: any, to: { addresses: [192.168.7.20, 10.0.0.0/8, "fd00::/8"], ports: [631/tcp, 9100-9102/tcp] }, via: direct, reason: "office printer", open: true }
          no-mail: { from: any, to: { ports: [25/tcp] }, block: true, log: { rate: 1/hour } }
          quiet:   { from: surfing, block: true, log: false }
          branch:  { from: updates, to: { lists: [lists/branch.txt], protocols: [gre, "132"], icmp: [echo-request, ipv4 3/1] }, via: tunnel }

        local:
          dhcp: false
          icmpv6: all
          lan: link
          inbound: [22/tcp]
          time: { from: chrony.service, servers: [198.51.100.123], via: direct }
          nat64: ["2001:db8:64::/96"]
        on-block: { answer: drop, log: true }
        portal: { subject: surfing, ports: [80/tcp, 443/tcp], minutes: 10 }

        tests:
          - { name: no resolver but ours, from: surfing, to: ["udp 198.51.100.30:53", "tcp [2001:db8::30]:853"], expect: [stub, reject] }
          - name: talk takes the relay
            from: chat
            to: ["tcp talk.example:443", "tcp example.net:443", "udp 198.51.100.8:9"]
            expect: [via relay, drop, drop]
        invariants:
          - no-name-resolution-leak
          - { never-leaves-by: direct, except: [rule paper, rule refresh, path tunnel, path direct] }

        """

    /// The least that is a profile.
    static let minimal = """
        schema: enigm.network/1
        profile: { name: least, version: 1 }
        resolver: { upstreams: { one: { tls: dns.one.example, addresses: [198.51.100.1], path: direct } } }
        default: { block: true }
        """
}
