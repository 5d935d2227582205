import NetworkTypes
import TestSupport

/// One line of the truth table.
struct TruthRow: Sendable, CustomStringConvertible {
    let probe: Probe
    let expected: Probe.Fate
    /// Which part of the policy says so.
    let reason: String

    init(
        _ identity: Identity, _ kind: Probe.Kind, _ destination: String, _ expected: Probe.Fate, _ reason: String,
        sourcePort: UInt16 = 0, mark: UInt32 = 0, cgroup: TestCgroup? = nil
    ) {
        let endpoint = KernelTests.endpoint(destination)
        probe = Probe(
            identity: identity, kind: kind, destination: endpoint, sourcePort: sourcePort, mark: mark,
            cgroup: cgroup)
        self.expected = expected
        self.reason = reason
    }

    var description: String { "\(probe.identity.user) \(probe.kind) \(probe.destination): \(reason)" }
}

/// What `GroundPolicy.text` means, sender by sender.
enum TruthTable {
    static let rows = byRules + byExclusion + byPaths + nameResolution + guarded + resolver + loopback + forged

    private static let wire = Probe.Fate.leaves(Ground.device)
    private static let tunnel = Probe.Fate.leaves(Ground.tunnel)

    private static let byRules: [TruthRow] = [
        TruthRow(.alice, .tcp, "198.51.100.80:443", wire, "rule web"),
        TruthRow(.alice, .tcp, "198.51.100.127:80", wire, "rule web, last address of the prefix"),
        TruthRow(.alice, .tcp, "198.51.100.128:80", .refused, "one beyond the prefix"),
        TruthRow(.alice, .tcp, "198.51.100.80:8080", .refused, "a port of no rule"),
        TruthRow(.alice, .tcp, "[2001:db8:100::80]:443", wire, "rule web"),
        TruthRow(.alice, .tcp, "[2001:db8:101::80]:443", .refused, "one beyond the prefix"),
        TruthRow(.alice, .udp, "198.51.100.80:443", wire, "rule web"),
        TruthRow(.alice, .udp, "198.51.100.80:80", .refused, "allowed by TCP only"),
        TruthRow(.alice, .udp, "[2001:db8:100::80]:443", wire, "rule web"),
        TruthRow(.alice, .udp, "[2001:db8:100::80]:80", .refused, "allowed by TCP only"),
        TruthRow(.alice, .ping, "198.51.100.80:0", .refused, "rules with ports say nothing of ICMP"),
        TruthRow(.alice, .ping, "[2001:db8:100::80]:0", .refused, "rules with ports say nothing of ICMP"),
        TruthRow(.bob, .tcp, "198.51.100.128:8080", wire, "rule roam"),
        TruthRow(.bob, .tcp, "[2001:db8:ffff::1]:8080", wire, "rule roam"),
        TruthRow(.bob, .udp, "198.51.100.128:8080", wire, "rule roam"),
        TruthRow(.bob, .ping, "198.51.100.128:0", wire, "rule roam: every protocol"),
        TruthRow(.bob, .ping, "[2001:db8:ffff::1]:0", wire, "rule roam: every protocol"),
        TruthRow(.bob, .tcp, "198.51.100.128:445", .refused, "rule no-smb comes first"),
        TruthRow(.bob, .tcp, "[2001:db8:ffff::1]:445", .refused, "rule no-smb comes first"),
        TruthRow(.eve, .tcp, "198.51.100.80:443", .refused, "default"),
        TruthRow(.eve, .udp, "198.51.100.80:443", .refused, "default"),
        TruthRow(.eve, .tcp, "[2001:db8:100::80]:443", .refused, "default"),
        TruthRow(.eve, .udp, "[2001:db8:100::80]:443", .refused, "default"),
        TruthRow(.eve, .ping, "198.51.100.80:0", .refused, "default"),
        TruthRow(.eve, .tcp, "198.51.100.120:631", wire, "rule printer is for any"),
        TruthRow(.alice, .tcp, "198.51.100.120:631", wire, "rule printer is for any"),
        TruthRow(.root, .tcp, "198.51.100.80:443", .refused, "root is nobody special"),
        TruthRow(.root, .tcp, "198.51.100.120:631", wire, "rule printer is for any"),
        TruthRow(.root, .ping, "198.51.100.80:0", .refused, "root is nobody special"),
        TruthRow(.webWorker, .tcp, "198.51.100.80:443", wire, "by group"),
        TruthRow(.webWorker, .udp, "[2001:db8:100::80]:443", wire, "by group"),
        TruthRow(.webWorker, .tcp, "198.51.100.80:22", .refused, "by group, another port"),
    ]

    private static let byExclusion: [TruthRow] = [
        TruthRow(.messaging, .tcp, "198.51.100.180:443", wire, "rule chat"),
        TruthRow(.messaging, .tcp, "[2001:db8:100:1::180]:443", wire, "rule chat"),
        TruthRow(.messaging, .udp, "198.51.100.180:443", .refused, "rule chat is TCP"),
        TruthRow(.messaging, .tcp, "198.51.100.180:80", .refused, "exclusive"),
        TruthRow(.messaging, .tcp, "198.51.100.120:631", .refused, "exclusive: not even rules for any"),
        TruthRow(.alice, .tcp, "198.51.100.180:443", .refused, "rule chat is another's"),
    ]

    static let otherRoute = "via vpn, whatever the main table says"

    private static let byPaths: [TruthRow] = [
        TruthRow(.alice, .tcp, "203.0.113.9:443", tunnel, "via vpn"),
        TruthRow(.alice, .udp, "203.0.113.9:443", tunnel, "via vpn"),
        TruthRow(.alice, .tcp, "[2001:db8:200::9]:443", tunnel, "via vpn"),
        TruthRow(.alice, .tcp, "198.51.100.190:80", tunnel, otherRoute),
        TruthRow(.alice, .udp, "198.51.100.191:9000", tunnel, otherRoute),
        TruthRow(.alice, .tcp, "[2001:db8:100:1::190]:80", tunnel, otherRoute),
        TruthRow(.alice, .udp, "[2001:db8:100:1::190]:9000", tunnel, otherRoute),
        TruthRow(.bob, .tcp, "203.0.113.9:443", .refused, "via direct, and the route is the tunnel's: not at all"),
        TruthRow(.eve, .tcp, "203.0.113.9:443", .refused, "default"),
    ]

    /// Port 53 of anybody, to whomever.
    private static let nameResolution: [TruthRow] =
        [Identity.alice, .bob, .eve, .root, .messaging].flatMap { identity in
            [
                "198.51.100.80:53", "198.51.100.53:53", "203.0.113.9:53", "127.0.0.1:53", "127.0.0.53:53",
                "[2001:db8:100::80]:53", "[2001:db8:200::9]:53", "[::1]:53",
            ].flatMap { server in
                [Probe.Kind.udp, .tcp].map {
                    TruthRow(identity, $0, server, .stub, "name resolution is captured")
                }
            }
        } + [
            TruthRow(.bob, .udp, "198.51.100.80:53", .stub, "also from port 53", sourcePort: 53)
        ]

    private static let guarded: [TruthRow] =
        [Identity.bob, .root, .messaging].flatMap { identity in
            ["198.51.100.80", "[2001:db8:100::80]"].flatMap { server in
                [
                    TruthRow(identity, .tcp, "\(server):853", .refused, "DNS over TLS"),
                    TruthRow(identity, .udp, "\(server):853", .refused, "DNS over QUIC"),
                    TruthRow(identity, .udp, "\(server):5353", .refused, "multicast DNS"),
                    TruthRow(identity, .udp, "\(server):5355", .refused, "LLMNR"),
                    TruthRow(identity, .tcp, "\(server):5355", .refused, "LLMNR"),
                    TruthRow(identity, .udp, "\(server):137", .refused, "NetBIOS names"),
                    TruthRow(identity, .udp, "\(server):138", .refused, "NetBIOS datagrams"),
                ]
            }
        } + [
            TruthRow(.bob, .tcp, "9.9.9.9:443", .refused, "known DNS over HTTPS"),
            TruthRow(.bob, .udp, "9.9.9.9:443", .refused, "known DNS over HTTP/3"),
            TruthRow(.bob, .tcp, "[2620:fe::fe]:443", .refused, "known DNS over HTTPS"),
            TruthRow(.bob, .tcp, "9.9.9.9:80", wire, "the same address is only a resolver on 443"),
            TruthRow(.bob, .tcp, "198.51.100.53:853", .refused, "the resolver's upstream is the resolver's"),
        ]

    private static let resolver: [TruthRow] = [
        TruthRow(.resolver, .tcp, "198.51.100.53:853", wire, "its upstream"),
        TruthRow(.resolver, .tcp, "[2001:db8:100::53]:853", wire, "its upstream"),
        TruthRow(.resolver, .udp, "198.51.100.53:853", .refused, "its upstream speaks TCP"),
        TruthRow(.resolver, .tcp, "198.51.100.53:443", .refused, "another port"),
        TruthRow(.resolver, .tcp, "198.51.100.80:853", .refused, "another address"),
        TruthRow(.resolver, .udp, "198.51.100.80:53", .refused, "plaintext is for nobody"),
        TruthRow(.resolver, .tcp, "198.51.100.120:631", .refused, "rules for any are not the resolver's"),
    ]

    private static let loopback: [TruthRow] =
        [Identity.alice, .eve, .root].flatMap { identity in
            [
                TruthRow(identity, .tcp, "127.0.0.1:\(Stub.port)", .refused, "the hidden port, directly"),
                TruthRow(identity, .tcp, "[::1]:\(Stub.port)", .refused, "the hidden port, directly"),
                TruthRow(identity, .udp, "127.0.0.1:\(Stub.port)", .refused, "the hidden port, directly"),
                TruthRow(identity, .udp, "[::1]:\(Stub.port)", .refused, "the hidden port, directly"),
            ]
        } + [
            TruthRow(.eve, .tcp, "127.0.0.1:\(localPort)", .local, "loopback is open"),
            TruthRow(.messaging, .tcp, "[::1]:\(localPort)", .local, "loopback is open"),
        ]

    /// Where a service of this machine's listens in the suite.
    static let localPort: UInt16 = 8099

    /// With CAP_NET_RAW a sender may mark its packets as it likes.
    private static let forged: [TruthRow] =
        [
            TruthRow(.eve, .tcp, "198.51.100.80:443", .refused, "the mark of direct and alice", mark: 0x0100_0005),
            TruthRow(.eve, .udp, "198.51.100.80:53", .stub, "the mark of captured packets", mark: 0x0D00_0003),
            TruthRow(.eve, .udp, "198.51.100.200:9999", .refused, "the mark of the tunnel alone", mark: 0x0E00_0000),
        ]
        + [(tunnelEnd4, "198.51.100.201:51820"), (tunnelEnd6, "[2001:db8:100:1::201]:51820")].flatMap { end, other in
            [
                TruthRow(
                    .root, .udp, end, wire, "the tunnel's outer packets: mark, port and endpoint",
                    sourcePort: 51_820, mark: 0x0E00_0000),
                TruthRow(.root, .udp, end, .refused, withoutTheMark, sourcePort: 51_820),
                TruthRow(.root, .udp, end, .refused, fromAnotherPort, sourcePort: 51_821, mark: 0x0E00_0000),
                TruthRow(.root, .udp, other, .refused, toAnotherEndpoint, sourcePort: 51_820, mark: 0x0E00_0000),
            ]
        }

    static let withoutTheMark = "port and endpoint of the tunnel, not its mark"
    static let fromAnotherPort = "mark and endpoint of the tunnel, another port"
    static let toAnotherEndpoint = "mark and port of the tunnel, another endpoint"

    private static let tunnelEnd4 = "198.51.100.200:51820"
    private static let tunnelEnd6 = "[2001:db8:100:1::200]:51820"
}
