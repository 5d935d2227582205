import KernelTestSupport
import Ruleset
import TestSupport
import Testing

@testable import NetfilterBackend

/// What rules of other programs do to packets, as the kernel lists them.
@Suite(
    .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
    .enabled(if: Repository.hasTool("nft"), "no `nft`: run `make deps`"))
struct ForeignEffectTests {
    @Test(
        arguments: [
            ("accept", []), ("counter drop", []), ("ip daddr { 192.0.2.1, 192.0.2.2 } reject", []),
            ("meta mark 1 accept", []), ("ct mark & 0xff == 1 drop", []), ("limit rate 1/second log", []),
            ("meta mark set 1", [.packetMark]), ("meta mark set 0", [.packetMark]),
            ("meta mark set meta mark | 0x00004000", [.packetMark]),
            ("meta mark set meta mark & 0xf0000000", [.packetMark]),
            ("meta mark set meta mark | 0x10000000", []), ("meta mark set meta mark & 0x7fffffff", []),
            ("meta mark set ct mark", [.packetMark]), ("meta mark set tcp dport map { 1 : 1, 2 : 2 }", [.packetMark]),
            ("ct mark set 1", [.connectionMark]), ("ct mark set meta mark", [.connectionMark]),
            ("ct mark set ct mark & 0x0fffffff | 0x20000000", []), ("meta priority set 1:2", []),
            ("ct zone set 5", [.zone]), ("ct original zone set 5", [.zone]), ("notrack", [.untracked]),
            ("ip daddr set 192.0.2.1", [.rewriting]),
            ("tcp dport set 53", [.rewriting]), ("tcp option maxseg size set 1200", []),
            ("dup to 192.0.2.1", [.duplicate]),
        ] as [(String, Set<PacketEffect>)])
    func aRule(text: String, effects: Set<PacketEffect>) throws {
        try expect(effects, of: text, in: "type filter hook output priority -10;")
    }

    @Test(
        arguments: [
            ("output", "redirect to :5300", [.destination]), ("output", "redirect", [.destination]),
            ("output", "dnat to 192.0.2.1", [.destination]), ("prerouting", "dnat to 192.0.2.1:53", [.destination]),
            ("postrouting", "snat to 192.0.2.1", [.source]), ("postrouting", "masquerade", []),
            ("postrouting", "masquerade random", []),
        ] as [(String, String, Set<PacketEffect>)])
    func aTranslation(hook: String, text: String, effects: Set<PacketEffect>) throws {
        try expect(effects, of: "meta l4proto tcp " + text, in: "type nat hook \(hook) priority -10;")
    }

    /// Expressions that not every kernel has, and those inside which iptables-nft puts its own.
    @Test(
        arguments: [
            ("queue", .queue), ("fwd", .forward), ("dup", .duplicate), ("flow_offload", .offload),
            ("tproxy", .destination),
            ("redir", .destination), ("notrack", .untracked), ("synproxy", nil), ("last", nil),
        ] as [(String, PacketEffect?)])
    func anExpressionByItsName(name: String, effect: PacketEffect?) {
        #expect(Self.effects(of: name, data: []) == Set([effect].compactMap { $0 }))
    }

    @Test func aTargetInsideIsReadByItsName() {
        var target = NetlinkMessages()
        target.attribute(1, text: "DNAT")
        #expect(Self.effects(of: "target", data: target.bytes) == [.destination])
    }

    private static func effects(of name: String, data: [UInt8]) -> Set<PacketEffect> {
        var expression = NetlinkMessages()
        expression.attribute(1, text: name)
        expression.attribute(2, data)
        var reading = EffectReading(.ip)
        reading.take(AttributeTable(expression.bytes[...]))
        return reading.finish()
    }

    @Test func whereRulesLeadIsTold() throws {
        try KernelNamespace.run {
            try Self.load(
                """
                table ip other {
                    map places { type inet_service : verdict; elements = { 1 : jump named } }
                    chain named { }
                    chain deep {
                        meta mark set 7
                    }
                    chain base {
                        type filter hook output priority 0;
                        tcp dport 1 jump named
                        tcp dport 2 goto deep
                        tcp dport vmap { 3 : accept }
                        tcp dport vmap @places
                    }
                }
                table ip asleep {
                    flags dormant
                    chain base {
                        type filter hook output priority 0;
                        meta mark set 1
                    }
                }
                """)
            let tables = try NetfilterConnection().readForeignTables(besides: [(.inet, "enigm")])
            #expect(tables.map(\.name) == ["other"], "a table that is switched off does nothing")
            let base = try #require(tables.first?.chains.first { $0.name == "base" })
            #expect(base.rules.map(\.targets) == [["named"], ["deep"], [], []])
            #expect(base.rules.map(\.asksMap) == [false, false, true, true])
            #expect(base.rules.allSatisfy { $0.effects.isEmpty && $0.handle > 0 })
            let reached = tables[0].chains(reachedFrom: base).map(\.name)
            #expect(Set(reached) == ["base", "named", "deep"])
        }
    }

    private func expect(_ effects: Set<PacketEffect>, of rule: String, in hook: String) throws {
        try KernelNamespace.run {
            try Self.load("table ip other {\nchain base {\n\(hook)\n\(rule)\n}\n}")
            let tables = try NetfilterConnection().readForeignTables(besides: [])
            #expect(tables.flatMap(\.chains).flatMap(\.rules).map(\.effects) == [effects], "\(rule)")
        }
    }

    private static func load(_ text: String) throws {
        let result = ForeignRulesets.nft(text)
        try #require(result.status == .exited(0), "\(text): \(result.errors)")
    }
}
