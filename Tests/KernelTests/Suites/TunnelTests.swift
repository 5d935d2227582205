import Glibc
import NetfilterBackend
import NetworkTypes
import Ruleset
import TestSupport
import Testing

/// A tunnel that the kernel makes, from the sender's socket to the wire and back. VXLAN stands in for WireGuard: it has the
/// same shape, and hands the mark of what it carries on to its outer packets where WireGuard sets its own.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct TunnelTests {
    private static let device = "vx0"
    private static let port: UInt16 = 51_820

    private static let destinations = ["203.0.113.9:443", "[2001:db8:200::9]:443"].map { KernelTests.endpoint($0) }

    /// Where the other end is, by the family of the outer packets.
    struct End: Sendable, CustomTestStringConvertible {
        let address: String
        let own: String
        /// Of the tunnel that stands on the ground.
        let ownThere: String
        var endpoint: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
        var testDescription: String { address }
    }

    private static let ends = [
        End(address: "198.51.100.241", own: Ground.address4, ownThere: Ground.tunnelAddress4),
        End(address: "2001:db8:1::1", own: Ground.address6, ownThere: Ground.tunnelAddress6),
    ]

    /// What is carried is whole at the other end, and the wire sees nothing of it: neither its addresses nor its ports.
    @Test(arguments: ends)
    func theWireSeesOuterPacketsAlone(end: End) throws {
        for destination in TunnelTests.destinations {
            let outcome = try TunnelTests.connect(to: destination, through: end) { _ in }
            #expect(outcome.error == 0, "\(destination)")
            #expect(!outcome.wire.isEmpty)
            for packet in outcome.wire {
                #expect(packet.protocolNumber == 17)
                #expect([packet.sourcePort, packet.destinationPort] == [TunnelTests.port, TunnelTests.port])
                #expect(packet.source == IPAddress(end.own) && packet.destination == IPAddress(end.address))
            }
        }
    }

    /// A tunnel whose `next` is another: its outer packets are in that one, with that one's address, and not on the wire.
    @Test(arguments: ends)
    func aTunnelsOuterPacketsLeaveByItsNext(end: End) throws {
        let outcome = try TunnelTests.connect(to: TunnelTests.destinations[0], through: end, next: "outer") { _ in }
        #expect(outcome.error == 0)
        #expect(outcome.wire == [])
        #expect(!outcome.outer.isEmpty)
        for packet in outcome.outer {
            #expect(packet.protocolNumber == 17 && packet.isOfItsDevice && packet.destination == IPAddress(end.address))
        }
    }

    /// Left to the decision for all outer packets, they go directly.
    @Test func withoutADecisionOfTheirOwnTheyAreOnTheWire() throws {
        let outcome = try TunnelTests.connect(
            to: TunnelTests.destinations[0], through: TunnelTests.ends[0], next: "outer"
        ) { table in
            table.mutate(chain: "decide") { $0.rules.removeAll { $0.comment == "tunnel of path vpn: by its next" } }
        }
        #expect(!outcome.wire.isEmpty)
    }

    /// The outer packets carry the user of the sender inside: whoever asks for a user of the tunnel's own finds none.
    @Test func judgedByTheirSenderOuterPacketsGoNowhere() throws {
        let outcome = try TunnelTests.connect(
            to: TunnelTests.destinations[0], through: TunnelTests.ends[0]
        ) { table in
            table.mutate(chain: "classify") { chain in
                chain.rules.removeAll { $0.statements.first == .mark(MarkLayout.path, is: PathNumber.underlay.bits) }
            }
        }
        #expect(outcome.error == ETIMEDOUT)
        #expect(outcome.wire == [])
    }

    private struct Outcome: Sendable {
        var error: Int32
        /// What left by the wire.
        var wire: [SeenPacket]
        /// What left by the other tunnel.
        var outer: [SeenPacket]
    }

    private static func connect(
        to destination: Endpoint, through end: End, next: String = "direct", _ mutate: (inout Table) -> Void
    ) throws -> Outcome {
        let policy = try GroundPolicy(profile(end, next))
        var table = policy.table()
        mutate(&table)
        let (mutated, tunnels) = (table, policy.tunnels)
        return try Ground.run { ground in
            try make(on: ground, end, seenAs: next == "direct" ? end.own : end.ownThere)
            try ground.apply(mutated, paths: tunnels)
            _ = ground.takeSeen()
            let sender = GroundSocket(.tcp, destination.address.family, as: .alice)
            let error = sender.connect(destination, milliseconds: 400)
            if error == 0 { sender.send([1]) }
            let seen = ground.takeSeen()
            return Outcome(
                error: error, wire: seen.filter { $0.device == Ground.device },
                outer: seen.filter { $0.device == Ground.tunnel })
        }
    }

    /// `source`: the address that the other end has packets from.
    private static func make(on ground: Ground, _ end: End, seenAs source: String) throws {
        let link = { (remote: String, local: String) in
            """
            link add \(device) type vxlan id 7 remote \(remote) local \(local) dstport \(port) srcport \(port) \(port + 1) nolearning
            link set \(device) up

            """
        }
        try ground.ip(link(source, end.address) + addresses(1), outside: true)
        try ground.ip(link(end.address, end.own) + addresses(2))
        // As WireGuard's FwMark does.
        let rule = ChainRule(
            .leavingBy(device),
            .setMark(MarkChange(.packet, from: .packet, keep: 0, bits: PathNumber.underlay.bits)))
        let hook = ChainHook(.filter, .postrouting, priority: 300, policy: .accept)
        try ground.add(Table(.inet, "stand_in", chains: [Chain("mark_outer", hook: hook, rules: [rule])]))
    }

    /// An address each, and neighbours that are known: the other host has every address that is asked for.
    private static func addresses(_ host: Int) -> String {
        let other = 3 - host
        let neighbours =
            ["10.77.0.\(other)", "fd77::\(other)"] + (host == 2 ? destinations.map { "\($0.address)" } : [])
        return """
            link set \(device) address 02:00:00:00:07:0\(host)
            address add 10.77.0.\(host)/24 dev \(device)
            address add fd77::\(host)/64 dev \(device) nodad

            """ + neighbours.map { "neighbour add \($0) lladdr 02:00:00:00:07:0\(other) dev \(device)\n" }.joined()
    }

    private static func profile(_ end: End, _ next: String) -> String {
        """
        schema: enigm.network/1
        profile: { name: tunnel, version: 1 }
        paths:
          vpn: { interface: \(device), kind: wireguard, listen-port: \(port), endpoints: ["\(end.endpoint)/udp"], next: \(next) }
          outer: { interface: wg0, kind: wireguard, listen-port: 51999, endpoints: ["198.51.100.200:51999/udp"] }
          direct: { interfaces: [en0] }
        resolver:
          user: enigm-resolver
          upstreams: { main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct } }
        default: { via: vpn }
        """
    }
}
