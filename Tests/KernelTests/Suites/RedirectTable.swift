/// What paths that redirect mean, sender by sender.
enum RedirectTable {
    static let rows = byRules + guarded + owners + ports

    /// messaging reaches one service through the proxy, alice everything through tor, bob some of it.
    static func profile(version: Int = 1, web: String = "tor") -> String {
        """
        schema: enigm.network/1
        profile: { name: redirect, version: \(version) }
        paths:
          proxy: { redirect: ["127.0.0.1:12345", "[::1]:12346"], owner: { user: enigm-proxy }, next: vpn }
          tor: { redirect: ["127.0.0.1:9040"], socks: "127.0.0.1:9050", connect: "127.0.0.1:9080", owner: { group: tor } }
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp"] }
          direct: { interfaces: [en0] }
        subjects:
          messaging: { users: [messaging], exclusive: true }
          browser: { users: [alice] }
          roaming: { users: [bob] }
        resolver:
          user: enigm-resolver
          upstreams:
            main: { tls: dns.example.net, addresses: [198.51.100.53, "2001:db8:100::53"], path: proxy }
            hidden: { tls: dns.example.net, addresses: [198.51.100.54, "2001:db8:100::54"], path: tor }
        default: { block: true }
        rules:
          chat: { from: messaging, to: { addresses: [198.51.100.180, "2001:db8:100:1::180"], ports: [443/tcp] }, via: proxy }
          web: { from: browser, via: \(web) }
          some: { from: roaming, to: { addresses: [198.51.100.0/24], ports: [80/tcp] }, via: tor }
          no-smb: { from: any, to: { ports: [445/tcp] }, block: true }
        """
    }

    /// The services of both paths, as their owners run them.
    static func services() -> [Stub] {
        [
            Stub(as: .proxy, port: 12_345), Stub(as: .proxy, port: 12_346), Stub(as: .tor, port: 9040),
            Stub(as: .tor, port: 9050), Stub(as: .tor, port: 9080),
        ]
    }

    static let before = "decided before translation"
    static let directly = "a service's port, directly"
    static let socks = "socks opens every destination"
    static let throughProxy = "through the proxy or not at all"
    static let infrastructure = "an owner leaves by its next, and is no exception to the guard"

    private static let byRules: [TruthRow] = [
        TruthRow(.messaging, .tcp, "198.51.100.180:443", .service(12_345), before),
        TruthRow(.messaging, .tcp, "[2001:db8:100:1::180]:443", .service(12_346), before),
        TruthRow(.messaging, .udp, "198.51.100.180:443", .refused, "rule chat is TCP"),
        TruthRow(.messaging, .tcp, "198.51.100.181:443", .refused, "another destination"),
        TruthRow(.messaging, .tcp, "198.51.100.180:80", .refused, "another port"),
        TruthRow(.alice, .tcp, "198.51.100.80:443", .service(9040), before),
        TruthRow(.alice, .tcp, "203.0.113.9:8080", .service(9040), "whatever the route"),
        TruthRow(.alice, .tcp, "[2001:db8:100::80]:443", .refused, "the path has no port for IPv6"),
        TruthRow(.alice, .udp, "198.51.100.80:443", .refused, "what is redirected is TCP"),
        TruthRow(.alice, .ping, "198.51.100.80:0", .refused, "what is redirected is TCP"),
        TruthRow(.alice, .tcp, "198.51.100.80:445", .refused, "rule no-smb comes first"),
        TruthRow(.bob, .tcp, "198.51.100.80:80", .service(9040), before),
        TruthRow(.bob, .tcp, "203.0.113.9:80", .refused, "default"),
        TruthRow(.eve, .tcp, "198.51.100.80:80", .refused, "default"),
        TruthRow(.eve, .tcp, "198.51.100.80:80", .refused, "a forged mark", mark: 0x0300_0005),
        TruthRow(.resolver, .tcp, "198.51.100.53:853", .service(12_345), "its upstream"),
        TruthRow(.resolver, .tcp, "[2001:db8:100::53]:853", .service(12_346), "its upstream"),
        TruthRow(.resolver, .tcp, "127.0.0.1:9050", .service(9050), "what it asks an upstream through"),
        TruthRow(.resolver, .udp, "127.0.0.1:9050", .refused, "what it asks an upstream through"),
        TruthRow(.resolver, .tcp, "127.0.0.1:9080", .refused, "the path's other proxy"),
        TruthRow(.resolver, .tcp, "198.51.100.54:853", .refused, throughProxy),
        TruthRow(.resolver, .tcp, "[2001:db8:100::54]:853", .refused, throughProxy),
    ]

    private static let guarded: [TruthRow] = [
        TruthRow(.alice, .tcp, "198.51.100.80:853", .refused, "the guard comes before translation"),
        TruthRow(.alice, .tcp, "9.9.9.9:443", .refused, "the guard comes before translation"),
        TruthRow(.alice, .tcp, "198.51.100.80:53", .stub, "name resolution is captured"),
        TruthRow(.alice, .udp, "198.51.100.80:53", .stub, "name resolution is captured"),
    ]

    private static let owners: [TruthRow] =
        [
            TruthRow(.tor, .tcp, "198.51.100.80:443", .leaves(Ground.device), infrastructure),
            TruthRow(.tor, .udp, "198.51.100.80:443", .leaves(Ground.device), infrastructure),
            TruthRow(.tor, .tcp, "[2001:db8:100::80]:443", .leaves(Ground.device), infrastructure),
            TruthRow(.tor, .tcp, "203.0.113.9:443", .refused, infrastructure),
            TruthRow(.proxy, .tcp, "203.0.113.9:443", .leaves(Ground.tunnel), infrastructure),
            TruthRow(.proxy, .tcp, "[2001:db8:200::9]:443", .leaves(Ground.tunnel), infrastructure),
            TruthRow(.proxy, .tcp, "198.51.100.80:443", .leaves(Ground.tunnel), infrastructure),
            TruthRow(.proxy, .tcp, "203.0.113.9:445", .refused, "rule no-smb is for owners too"),
        ]
        + [Identity.tor, .proxy].flatMap { owner in
            [
                TruthRow(owner, .udp, "203.0.113.9:53", .stub, infrastructure),
                TruthRow(owner, .tcp, "198.51.100.80:53", .stub, infrastructure),
                TruthRow(owner, .tcp, "203.0.113.9:853", .refused, infrastructure),
                TruthRow(owner, .udp, "198.51.100.80:853", .refused, infrastructure),
                TruthRow(owner, .tcp, "9.9.9.9:443", .refused, infrastructure),
            ]
        }

    private static let ports: [TruthRow] =
        [Identity.alice, .eve, .root, .messaging, .resolver].flatMap { identity in
            ["127.0.0.1:9040", "127.0.0.1:12345", "[::1]:12346"].map {
                TruthRow(identity, .tcp, $0, .refused, directly)
            }
        } + [
            TruthRow(.proxy, .tcp, "127.0.0.1:9040", .refused, directly),
            TruthRow(.alice, .udp, "127.0.0.1:9040", .refused, directly),
            TruthRow(.alice, .tcp, "\(Ground.address4):9040", .refused, directly),
            TruthRow(.alice, .tcp, "127.0.0.1:9050", .service(9050), socks),
            TruthRow(.alice, .udp, "127.0.0.1:9050", .refused, socks),
            TruthRow(.alice, .tcp, "127.0.0.1:9080", .service(9080), socks),
            TruthRow(.bob, .tcp, "127.0.0.1:9080", .refused, socks),
            TruthRow(.bob, .tcp, "127.0.0.1:9050", .refused, socks),
            TruthRow(.messaging, .tcp, "127.0.0.1:9050", .refused, socks),
            TruthRow(.eve, .tcp, "127.0.0.1:9050", .refused, socks),
            TruthRow(.eve, .tcp, "127.0.0.1:\(TruthTable.localPort)", .local, "loopback is open"),
        ]
}
