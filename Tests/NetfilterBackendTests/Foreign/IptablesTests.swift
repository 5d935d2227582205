import KernelTestSupport
import Ruleset
import TestSupport
import Testing

@testable import NetfilterBackend

/// Rules that the programs of the iptables family put into the kernel: nothing of them fails to be read, and what they
/// do to packets is seen, matches and targets of xtables included.
@Suite(
    .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
    .enabled(if: Repository.hasTool("iptables-nft"), "no `iptables-nft`: run `make deps`"))
struct IptablesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let command: String
        let effects: Set<PacketEffect>

        init(_ command: String, _ effects: Set<PacketEffect> = []) { (self.command, self.effects) = (command, effects) }

        var testDescription: String { command }
    }

    private static let judging = [
        "-p tcp --dport 80 -j ACCEPT", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        "-m state --state NEW -j DROP", "-m owner --uid-owner 1000 -j REJECT",
        "-p tcp -m multiport --dports 80,443 -j LOG --log-prefix x", "-m limit --limit 5/min -j NFLOG",
        "-m hashlimit --hashlimit-above 5/sec --hashlimit-name h -j DROP", "-m string --algo bm --string GET -j DROP",
        "-m mark --mark 1/0xff -j ACCEPT", "-m connmark --mark 1 -j ACCEPT", "-m addrtype --dst-type LOCAL -j ACCEPT",
        "-m iprange --dst-range 10.0.0.1-10.0.0.9 -j ACCEPT", "-m recent --set --name r -j ACCEPT",
        "-m statistic --mode random --probability 0.5 -j ACCEPT",
        "-m time --timestart 10:00 --timestop 11:00 -j ACCEPT", "-m comment --comment words -j ACCEPT",
        "-m length --length 100:200 -j ACCEPT", "-m bpf --bytecode 1,6_0_0_1 -j ACCEPT", "-m cgroup --path / -j ACCEPT",
        "-m u32 --u32 0=1 -j ACCEPT", "-m ttl --ttl-eq 5 -j ACCEPT", "-m tos --tos 0x10 -j ACCEPT",
        "-m quota --quota 1000 -j ACCEPT", "-m policy --dir out --pol ipsec -j ACCEPT",
        "-m physdev --physdev-in a -j ACCEPT", "-j AUDIT --type drop",
    ].map { Row("iptables-nft -A OUTPUT \($0)") }

    private static let changing = [
        Row("iptables-nft -A OUTPUT -j NFQUEUE --queue-num 3", [.queue]),
        Row("iptables-nft -t nat -A OUTPUT -p tcp --dport 53 -j DNAT --to-destination 192.0.2.1:53", [.destination]),
        Row("iptables-nft -t nat -A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports 5300", [.destination]),
        Row("iptables-nft -t nat -A OUTPUT -d 10.0.0.0/24 -j NETMAP --to 10.1.0.0/24", [.destination]),
        Row("iptables-nft -t nat -A POSTROUTING -j MASQUERADE"),
        Row("iptables-nft -t nat -A POSTROUTING -j SNAT --to-source 192.0.2.1", [.source]),
        Row("iptables-nft -t mangle -A OUTPUT -j MARK --set-mark 1", [.packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j MARK --or-mark 0x4000", [.packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j MARK --set-xmark 0x40000/0xff0000", [.packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j MARK --set-xmark 0x10000000/0x10000000"),
        Row("iptables-nft -t mangle -A OUTPUT -j HMARK --hmark-tuple src --hmark-mod 5 --hmark-rnd 1", [.packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j CONNMARK --set-mark 5", [.connectionMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j CONNMARK --set-xmark 0x10000000/0x10000000"),
        Row("iptables-nft -t mangle -A OUTPUT -j CONNMARK --save-mark", [.connectionMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j CONNMARK --restore-mark", [.packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -j CONNMARK --restore-mark --nfmask 0x70000000 --ctmask 0x70000000"),
        Row(
            "iptables-nft -t mangle -A PREROUTING -p tcp -j TPROXY --on-port 9040 --tproxy-mark 1",
            [.destination, .packetMark]),
        Row("iptables-nft -t mangle -A OUTPUT -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"),
        Row("iptables-nft -t mangle -A OUTPUT -j DSCP --set-dscp 8"),
        Row("iptables-nft -t mangle -A PREROUTING -j TTL --ttl-set 64"),
        Row("iptables-nft -t mangle -A OUTPUT -j TEE --gateway 192.0.2.1", [.duplicate]),
        Row("iptables-nft -t mangle -A POSTROUTING -j CLASSIFY --set-class 1:2"),
        Row("iptables-nft -t mangle -A POSTROUTING -p udp -j CHECKSUM --checksum-fill"),
        Row("iptables-nft -t raw -A OUTPUT -j CT --notrack", [.untracked]),
        Row("iptables-nft -t raw -A OUTPUT -j NOTRACK", [.untracked]),
        Row("iptables-nft -t raw -A OUTPUT -j CT --zone 5", [.zone]),
        Row("iptables-nft -t raw -A OUTPUT -j CT --zone-orig mark", [.zone]),
        Row("iptables-nft -t raw -A OUTPUT -p tcp --dport 21 -j CT --helper ftp"),
        Row("iptables-nft -t raw -A OUTPUT -j TRACE"),
        Row("ip6tables-nft -t nat -A PREROUTING -p tcp -j DNAT --to-destination [2001:db8::1]:80", [.destination]),
        Row(
            "ip6tables-nft -t mangle -A POSTROUTING -s fd00::/64 -j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64",
            [.source]),
        Row(
            "ip6tables-nft -t mangle -A PREROUTING -d 2001:db8::/64 -j DNPT --src-pfx 2001:db8::/64 --dst-pfx fd00::/64",
            [.destination]),
        Row("ip6tables-nft -t mangle -A PREROUTING -j HL --hl-set 64"),
        Row("ip6tables-nft -A INPUT -m ipv6header --header dst -j DROP"),
        Row("ebtables-nft -t nat -A PREROUTING -j mark --mark-set 5", [.packetMark]),
        Row("ebtables-nft -t nat -A PREROUTING -j dnat --to-destination 02:00:00:00:00:01", [.rewriting]),
        Row("ebtables-nft -t nat -A PREROUTING -j redirect", [.rewriting]),
        Row("ebtables-nft -t nat -A PREROUTING -p arp -j arpreply --arpreply-mac 02:00:00:00:00:01"),
        Row("ebtables-nft -A FORWARD --among-src 02:00:00:00:00:01=10.0.0.1 -j ACCEPT"),
        Row("ebtables-nft -A FORWARD -p 802_1Q --vlan-id 5 -j ACCEPT"),
        Row("arptables-nft -A INPUT -s 10.0.0.1 -j DROP"),
        Row("arptables-nft -A OUTPUT -j mangle --mangle-ip-s 10.0.0.1"),
    ]

    @Test(arguments: judging + changing)
    func whatARuleDoesIsSeen(row: Row) throws {
        nonisolated(unsafe) var refusal: String?
        try KernelNamespace.run {
            let result = IptablesTests.run(row.command)
            // A kernel may lack an extension; what the program does not know is a mistake of the test.
            guard result.status == .exited(0) else {
                try #require(result.errors.contains("RULE_APPEND failed"), "\(result.errors)")
                refusal = result.errors
                return
            }
            let connection = try NetfilterConnection()
            let rules = try connection.readForeignTables(besides: []).flatMap(\.chains).flatMap(\.rules)
            #expect(rules.map(\.effects) == [row.effects])
            let (first, second) = (try connection.readRuleset().canonical, try connection.readRuleset().canonical)
            #expect(first == second)
            #expect(first.tables.flatMap(\.chains).flatMap(\.rules).count == 1)
        }
        if let refusal { try Test.cancel("the kernel refuses it: \(refusal)") }
    }

    /// All of them in one ruleset, as a machine with a container engine and a VPN client has it.
    @Test func manyTogetherAreReadWhole() throws {
        try KernelNamespace.run {
            var expected: [PacketEffect] = []
            for row in IptablesTests.judging + IptablesTests.changing
            where IptablesTests.run(row.command).status == .exited(0) {
                expected += row.effects
            }
            let connection = try NetfilterConnection()
            let rules = try connection.readForeignTables(besides: []).flatMap(\.chains).flatMap(\.rules)
            #expect(rules.count > 40 && rules.count == ForeignRulesets.ruleCount())
            #expect(rules.flatMap(\.effects).map(\.rawValue).sorted() == expected.map(\.rawValue).sorted())
            let tables = try connection.readRuleset().tables
            #expect(tables.flatMap(\.chains).flatMap(\.rules).count == rules.count)
        }
    }

    @Test func whereRulesLeadIsTold() throws {
        try KernelNamespace.run {
            for command in ["-N DOCKER-USER", "-A OUTPUT -j DOCKER-USER", "-A OUTPUT -g DOCKER-USER"] {
                try #require(IptablesTests.run("iptables-nft \(command)").status == .exited(0))
            }
            let chains = try NetfilterConnection().readForeignTables(besides: []).flatMap(\.chains)
            let base = try #require(chains.first { $0.name == "OUTPUT" })
            #expect(base.rules.map(\.targets) == [["DOCKER-USER"], ["DOCKER-USER"]])
        }
    }

    /// A blank in an argument is written `_`.
    private static func run(_ command: String) -> CommandResult {
        let words = command.split(separator: " ").map {
            $0.hasPrefix("1,6_") ? String($0.replacing("_", with: " ")) : String($0)
        }
        return CommandResult.run(words[0], Array(words.dropFirst()))
    }
}
