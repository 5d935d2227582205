internal import NetfilterBackend
internal import Ruleset

/// What other programs' tables do to packets that ours judge. Their verdicts are no matter: what they drop is dropped, and
/// what they accept is still judged here. A mark, a translation or a copy changes what our verdict is about.
struct ForeignInterference: Equatable {
    /// More are counted.
    static let maximumFindings = 24
    /// Rules of one chain that are named by their numbers.
    private static let maximumHandles = 3

    let tables: [ForeignTable]

    /// `containers`: whether anything is forwarded by the profile.
    func findings(containers: Bool) -> [Finding] {
        let found = tables.flatMap { ForeignInterference.findings($0, containers: containers) }
        guard found.count > ForeignInterference.maximumFindings else { return found }
        let rest = found.count - ForeignInterference.maximumFindings + 1
        return found.dropLast(rest) + [
            Finding(
                "\(rest) more chains of other programs change packets", at: "the kernel's ruleset",
                remedy: "look at `nft -a list ruleset`")
        ]
    }

    private static func findings(_ table: ForeignTable, containers: Bool) -> [Finding] {
        var effects: [String: Set<PacketEffect>] = [:]
        for base in table.chains {
            guard let hook = base.hook else { continue }
            let mattering = Set(
                PacketEffect.allCases.filter { $0.matters(at: hook, in: table.family, containers: containers) })
            guard !mattering.isEmpty else { continue }
            for chain in table.chains(reachedFrom: base) { effects[chain.name, default: []].formUnion(mattering) }
        }
        return table.chains.flatMap { chain in
            let mattering = effects[chain.name] ?? []
            return PacketEffect.allCases.filter(mattering.contains).compactMap { effect in
                finding(effect, chain.rules.filter { $0.effects.contains(effect) }.map(\.handle), chain, table)
            }
        }
    }

    private static func finding(
        _ effect: PacketEffect, _ handles: [UInt64], _ chain: ForeignChain, _ table: ForeignTable
    ) -> Finding? {
        guard !handles.isEmpty else { return nil }
        let named = handles.prefix(maximumHandles).map { "\($0)" }.joined(separator: ", ")
        let more = handles.count > maximumHandles ? " and \(handles.count - maximumHandles) more" : ""
        let rules = "\(handles.count == 1 ? "the rule" : "the rules") with handle \(named)\(more)"
        let name = "\(table.family.rawValue) \(table.name)"
        return Finding(
            effect.words, at: "table \(name), chain \(chain.name)",
            remedy: (effect.isOfMarks ? "keep to the mark's bits 0xf0000000, which are free, in" : "do without")
                + " \(rules): see `nft -a list chain \(name) \(chain.name)`")
    }
}

extension PacketEffect {
    /// Behind our verdict on what arrives nobody reads the packet's mark any more.
    private static let lastInput: Int32 = 0

    /// Whether it touches packets that our tables judge.
    fileprivate func matters(at hook: ChainHook, in family: TableFamily, containers: Bool) -> Bool {
        switch (family, hook.point) {
        case (.arp, _): false
        case (.bridge, _), (_, .forward): containers
        case (.netdev, _), (_, .ingress), (_, .egress):
            [.packetMark, .rewriting, .duplicate, .forward].contains(self)
        case (_, .input): self != .packetMark || hook.priority <= PacketEffect.lastInput
        default: true
        }
    }

    fileprivate var words: String {
        switch self {
        case .packetMark: "writes bits of the packet mark that carry this product's decisions"
        case .connectionMark: "writes bits of the connection mark that carry this product's decisions"
        case .zone: "moves flows between zones of connection tracking, which tell the views of subjects apart"
        case .untracked: "keeps packets out of connection tracking, without which they are refused or not translated"
        case .destination: "translates where packets go, behind what the profile decided of them"
        case .source: "translates where packets come from, to another address than their device's"
        case .rewriting: "rewrites packets, which may then be others than those that were judged"
        case .queue: "hands packets to a program, which may change them"
        case .duplicate: "sends copies of packets elsewhere, which nobody has judged"
        case .forward: "sends packets out of a device past the tables"
        case .offload: "lets flows pass by all rules once they have begun"
        }
    }

    fileprivate var isOfMarks: Bool { self == .packetMark || self == .connectionMark }
}
