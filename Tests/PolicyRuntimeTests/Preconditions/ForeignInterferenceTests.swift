import NetfilterBackend
import Ruleset
import Testing

@testable import PolicyRuntime

/// Which rules of other programs change what our verdicts are about.
@Suite struct ForeignInterferenceTests {
    private static let output = ChainHook(.filter, .output, priority: 0, policy: .accept)

    @Test(arguments: PacketEffect.allCases)
    func everyEffectOnWhatLeavesIsNamed(effect: PacketEffect) throws {
        let findings = Self.findings(.inet, Self.output, effect)
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.place == "table inet other, chain base")
        #expect(
            finding.remedy.contains(" the rule with handle 7: see `nft -a list chain inet other base`"), "\(finding)")
        #expect(finding.weight == .degraded && finding.concern == .packets)
    }

    @Test func rulesThatOnlyJudgeAreNoFinding() {
        let chain = ForeignChain("base", hook: Self.output, rules: [ForeignRule(handle: 1), ForeignRule(handle: 2)])
        #expect(Self.findings([ForeignTable(.inet, "other", chains: [chain])]) == [])
    }

    @Test(arguments: [
        (TableFamily.inet, ChainHook.Point.input, Int32(0), PacketEffect.packetMark, 1),
        (.inet, .input, 1, .packetMark, 0), (.inet, .input, 1, .connectionMark, 1),
        (.inet, .postrouting, 600, .packetMark, 1), (.ip, .prerouting, -300, .untracked, 1),
        (.arp, .output, 0, .packetMark, 0), (.inet, .forward, 0, .connectionMark, 0),
        (.bridge, .forward, 0, .packetMark, 0),
        (.netdev, .egress, 0, .forward, 1), (.netdev, .ingress, 0, .duplicate, 1),
        (.netdev, .egress, 0, .packetMark, 1),
        (.netdev, .ingress, 0, .destination, 0),
    ])
    func whereItMatters(
        family: TableFamily, point: ChainHook.Point, priority: Int32, effect: PacketEffect, count: Int
    ) {
        let hook = ChainHook(.filter, point, priority: priority, policy: .accept)
        #expect(Self.findings(family, hook, effect).count == count)
    }

    @Test(arguments: [TableFamily.inet, .bridge])
    func forwardingMattersWithContainers(family: TableFamily) {
        let hook = ChainHook(.filter, .forward, priority: 0, policy: .accept)
        #expect(Self.findings(family, hook, .packetMark, containers: true).count == 1)
    }

    /// A chain that no packet gets to does nothing.
    @Test func onlyChainsThatPacketsReachCount() {
        let mark = ForeignRule(handle: 9, effects: [.packetMark])
        let chains = [
            ForeignChain("base", hook: Self.output, rules: [ForeignRule(handle: 1, targets: ["near"])]),
            ForeignChain("near", rules: [ForeignRule(handle: 2, targets: ["far", "near"])]),
            ForeignChain("far", rules: [mark]), ForeignChain("idle", rules: [mark]),
        ]
        #expect(
            Self.findings([ForeignTable(.ip, "other", chains: chains)]).map(\.place) == [
                "table ip other, chain far"
            ])
        var byMap = chains
        byMap[0].rules.append(ForeignRule(handle: 3, asksMap: true))
        #expect(Self.findings([ForeignTable(.ip, "other", chains: byMap)]).count == 2, "a map may lead anywhere")
    }

    @Test func manyAreCounted() {
        let rules = (1...5).map { ForeignRule(handle: $0, effects: [.source]) }
        let one = ForeignChain("base", hook: Self.output, rules: rules)
        let first = Self.findings([ForeignTable(.ip, "nat", chains: [one])])
        #expect(first.map { $0.remedy.contains("the rules with handle 1, 2, 3 and 2 more:") } == [true], "\(first)")
        let tables = (1...40).map { ForeignTable(.ip, "t\($0)", chains: [one]) }
        let findings = Self.findings(tables)
        #expect(findings.count == ForeignInterference.maximumFindings)
        #expect(findings.last?.what.hasPrefix("17 more") == true, "\(findings.last?.what ?? "")")
    }

    private static func findings(
        _ family: TableFamily, _ hook: ChainHook, _ effect: PacketEffect, containers: Bool = false
    ) -> [Finding] {
        let chain = ForeignChain("base", hook: hook, rules: [ForeignRule(handle: 7, effects: [effect])])
        return findings([ForeignTable(family, "other", chains: [chain])], containers: containers)
    }

    private static func findings(_ tables: [ForeignTable], containers: Bool = false) -> [Finding] {
        ForeignInterference(tables: tables).findings(containers: containers)
    }
}
