import NetworkTypes
import ProfileLoader
import ProfileMeaning
import ProfileModel
import Testing

/// What a profile says of packets, by the order that the language gives to its parts.
@Suite struct ProfileEvaluatorTests {
    private static let text = """
        schema: enigm.network/1
        profile: { name: meaning, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 1, endpoints: ["203.0.113.7:1/udp"], ipv6: block }
        subjects:
          chat: { users: [chat], exclusive: true }
          web: { users: [alice], groups: [www] }
          boxes: { interfaces: [docker0] }
        resolver: { upstreams: { main: { tls: dns.example, addresses: [198.51.100.53], path: direct } } }
        default: { via: vpn }
        rules:
          talk: { from: chat, to: { addresses: [198.51.100.80], ports: [443/tcp] }, via: direct }
          pages: { from: web, to: { addresses: [203.0.113.0/24] }, via: direct }
          mine: { from: web, to: { addresses: [203.0.113.9] }, block: true }
          mirror: { from: boxes, to: { addresses: [198.51.100.0/24, "ff02::/16", "2001:db8::/32"] }, via: direct }
          paper: { from: any, to: { addresses: [192.168.1.20], ports: [631/tcp] }, via: direct }
          no-smb: { from: any, to: { ports: [445/tcp] }, block: true }
          no-clock: { from: any, to: { addresses: [203.0.113.124] }, block: true }
          ping: { from: any, to: { addresses: [203.0.113.0/24, "2001:db8::/32"], icmp: [echo-request, ipv4 13/1] }, via: direct }
          tunnels: { from: any, to: { protocols: [gre, 50], ports: [700/udp] }, via: direct }
          no-ah: { from: any, to: { protocols: [ah], icmp: [ipv6 139] }, block: true }
        local: { lan: link, inbound: [22/tcp], time: { from: { user: ntp }, servers: [203.0.113.123, 203.0.113.124, "2001:db8::123"], via: direct } }
        """

    @Test(
        arguments: [
            ("bob", "tcp 198.51.100.1:443", .via("vpn"), .defaultOutcome),
            ("bob", "tcp [2001:db8::1]:443", .blocked, .defaultOutcome),
            ("bob", "tcp 192.168.1.20:631", .via("direct"), .rule("paper")),
            ("bob", "tcp 203.0.113.1:80", .via("vpn"), .defaultOutcome),
            ("bob", "tcp 198.51.100.1:445", .blocked, .rule("no-smb")),
            ("bob", "udp 198.51.100.1:445", .via("vpn"), .defaultOutcome),
            ("bob", "udp 198.51.100.1:53", .stub(view: "default"), .nameResolutionGuard),
            ("bob", "tcp 127.0.0.1:53", .stub(view: "default"), .nameResolutionGuard),
            ("bob", "udp [fe80::1]:53", .blocked, .nameResolutionGuard),
            ("bob", "tcp 127.0.0.1:5300", .blocked, .guardedPort),
            ("bob", "tcp 127.0.0.1:80", .local, .loopback),
            ("bob", "udp 198.51.100.1:853", .blocked, .nameResolutionGuard),
            ("bob", "udp 224.0.0.251:5353", .blocked, .nameResolutionGuard),
            ("bob", "tcp 9.9.9.9:443", .blocked, .nameResolutionGuard),
            ("bob", "tcp 9.9.9.9:80", .via("vpn"), .defaultOutcome),
            ("alice", "udp 203.0.113.1:9", .via("direct"), .rule("pages")),
            ("alice", "tcp 203.0.113.9:9", .blocked, .rule("mine")),
            ("alice", "tcp 203.0.113.1:445", .blocked, .rule("no-smb")),
            ("alice", "tcp 192.168.1.20:631", .via("direct"), .rule("paper")),
            ("chat", "tcp 198.51.100.80:443", .via("direct"), .rule("talk")),
            ("chat", "tcp 198.51.100.80:80", .blocked, .exclusiveSubject("chat")),
            ("chat", "tcp 192.168.1.20:631", .blocked, .exclusiveSubject("chat")),
            ("chat", "tcp 198.51.100.80:445", .blocked, .rule("no-smb")),
            ("bob", "tcp 192.168.7.7:80", .via("direct"), .neighbour),
            ("ntp", "icmp echo-request 192.168.7.7", .via("direct"), .neighbour),
            ("bob", "tcp 192.168.7.7:445", .blocked, .rule("no-smb")),
            ("chat", "tcp 192.168.7.7:80", .blocked, .exclusiveSubject("chat")),
            ("enigm-resolver", "tcp 192.168.7.7:80", .blocked, .resolverOnlyToUpstreams),
            ("ntp", "udp 203.0.113.123:123", .via("direct"), .timeService),
            ("ntp", "udp [2001:db8::123]:123", .via("direct"), .timeService),
            ("ntp", "tcp 203.0.113.123:123", .via("vpn"), .defaultOutcome),
            ("ntp", "udp 203.0.113.122:123", .via("vpn"), .defaultOutcome),
            ("ntp", "udp 203.0.113.124:123", .blocked, .rule("no-clock")),
            ("ntp", "tcp 192.168.1.20:631", .via("direct"), .rule("paper")),
            ("bob", "udp 203.0.113.123:123", .via("vpn"), .defaultOutcome),
            ("bob", "icmp echo-request 203.0.113.1", .via("direct"), .rule("ping")),
            ("bob", "icmp echo-request 2001:db8::1", .via("direct"), .rule("ping")),
            ("bob", "icmp echo-request 198.51.100.1", .via("vpn"), .defaultOutcome),
            ("bob", "icmp ipv4 8/7 203.0.113.1", .via("direct"), .rule("ping")),
            ("bob", "icmp ipv4 13/1 203.0.113.1", .via("direct"), .rule("ping")),
            ("bob", "icmp timestamp-request 203.0.113.1", .via("vpn"), .defaultOutcome),
            ("bob", "icmp echo-reply 203.0.113.1", .blocked, .noConversation),
            ("bob", "icmp destination-unreachable 198.51.100.1", .blocked, .noConversation),
            ("chat", "icmp echo-reply 203.0.113.1", .blocked, .exclusiveSubject("chat")),
            ("bob", "icmp ipv6 139 2001:db8::1", .blocked, .rule("no-ah")),
            ("bob", "protocol gre 203.0.113.1", .via("direct"), .rule("tunnels")),
            ("bob", "protocol esp 203.0.113.1", .via("direct"), .rule("tunnels")),
            ("bob", "protocol ah 203.0.113.1", .blocked, .rule("no-ah")),
            ("bob", "protocol sctp 203.0.113.1", .via("vpn"), .defaultOutcome),
            ("bob", "udp 203.0.113.1:700", .via("direct"), .rule("tunnels")),
            ("enigm-resolver", "tcp 198.51.100.53:853", .via("direct"), .resolverUpstream("main")),
            ("enigm-resolver", "tcp 198.51.100.53:443", .blocked, .resolverOnlyToUpstreams),
            ("enigm-resolver", "udp 198.51.100.53:853", .blocked, .resolverOnlyToUpstreams),
            ("enigm-resolver", "tcp 192.168.1.20:631", .blocked, .resolverOnlyToUpstreams),
        ] as [(String, String, ProfileVerdict.Fate, ProfileVerdict.Reason)])
    func says(user: String, destination: String, fate: ProfileVerdict.Fate, reason: ProfileVerdict.Reason) throws {
        let verdict = try evaluate(ProfilePacket.Sender(user: user, group: "users"), destination)
        #expect(verdict == ProfileVerdict(fate, reason))
    }

    @Test(
        arguments: [
            ("docker0", "tcp 198.51.100.80:443", .via("direct"), .rule("mirror")),
            ("docker0", "icmp echo-request 198.51.100.80", .via("direct"), .rule("mirror")),
            ("docker0", "icmp echo-reply 198.51.100.80", .blocked, .noConversation),
            ("docker0", "tcp 198.51.100.80:445", .blocked, .rule("no-smb")),
            ("docker0", "tcp 192.168.1.20:631", .blocked, .containers("boxes")),
            ("docker0", "tcp 192.168.7.7:80", .blocked, .containers("boxes")),
            ("docker0", "udp [ff02::1]:9", .blocked, .containers("boxes")),
            ("docker0", "udp [fe80::1]:53", .blocked, .nameResolutionGuard),
            ("docker0", "udp 198.51.100.80:53", .stub(view: "default"), .nameResolutionGuard),
            ("docker0", "udp 198.51.100.80:853", .blocked, .nameResolutionGuard),
            ("docker0", "tcp 127.0.0.1:22", .local, .inbound),
            ("docker0", "udp 127.0.0.1:22", .blocked, .closedToContainers),
            ("docker0", "icmp ipv6 130 ::1", .local, .essentials),
            ("docker0", "icmp ipv6 135 2001:db8::1", .blocked, .essentials),
            ("docker1", "tcp 198.51.100.80:443", .blocked, .notForwarded),
        ] as [(String, String, ProfileVerdict.Fate, ProfileVerdict.Reason)])
    func saysOfContainers(
        interface: String, destination: String, fate: ProfileVerdict.Fate, reason: ProfileVerdict.Reason
    ) throws {
        #expect(try evaluate(.init(arrivingBy: interface), destination) == ProfileVerdict(fate, reason))
    }

    @Test func aUserIsMoreThanAGroup() throws {
        let web = try evaluate(.init(user: "bob", group: "www"), "tcp 203.0.113.1:80")
        #expect(web == ProfileVerdict(.via("direct"), .rule("pages")))
        let chat = try evaluate(.init(user: "chat", group: "www"), "tcp 203.0.113.1:80")
        #expect(chat == ProfileVerdict(.blocked, .exclusiveSubject("chat")))
    }

    @Test func rulesWithoutPortsMeanEveryProtocol() throws {
        let evaluator = try evaluator()
        let echo = ProfilePacket(
            from: .init(user: "alice", group: "users"), to: try #require(IPAddress("203.0.113.1")),
            .other(protocolNumber: 1))
        #expect(
            evaluator.evaluate(echo, isLocal: false, isPhysical: true)
                == ProfileVerdict(.via("direct"), .rule("pages")))
    }

    private func evaluator() throws -> ProfileEvaluator {
        let loaded = ProfileLoader.load(Array(ProfileEvaluatorTests.text.utf8), fileName: "meaning.yaml")
        return ProfileEvaluator(
            try #require(loaded.profile, "\(loaded.diagnostics)"),
            encryptedServices: [try #require(IPAddress("9.9.9.9"))])
    }

    private func evaluate(_ sender: ProfilePacket.Sender, _ destination: String) throws -> ProfileVerdict {
        let destination = try TestDestination(written: destination)
        guard case .address(let address) = destination.host else { throw NoAddress() }
        let content: ProfilePacket.Content =
            switch destination.service {
            case .port(let transport, let port): .transport(transport, source: 40_000, destination: port)
            case .protocol(let number): .other(protocolNumber: number.number)
            case .icmp(let message):
                .icmp(
                    type: message.kind(address.family)?.type ?? 0, code: message.kind(address.family)?.code ?? 0,
                    hopLimit: 64)
            }
        let packet = ProfilePacket(from: sender, to: address, content)
        return try evaluator().evaluate(
            packet, isLocal: address.isLoopback, isPhysical: true, isNeighbour: isNeighbour(address))
    }

    private func isNeighbour(_ address: IPAddress) -> Bool {
        ["192.168.7.7", "192.168.1.20"].contains { IPAddress($0) == address }
    }

    private struct NoAddress: Error {}
}
