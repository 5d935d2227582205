internal import CNetfilter
internal import Ruleset

/// Finds what a rule does to packets, one expression after the other. Of marks it asks which bits are written; what it
/// cannot follow counts as if it were all of them.
struct EffectReading {
    private(set) var targets: [String] = []
    private(set) var asksMap = false
    private var effects: Set<PacketEffect> = []
    /// Knows what marks are made of.
    private var decoder: StatementDecoder
    private var markWrites: [MarkChange.Mark] = []

    init(_ family: TableFamily) { decoder = StatementDecoder(family, sets: DumpedSets()) }

    /// In the order of the rule.
    mutating func take(_ element: AttributeTable) {
        let expression = KernelExpression(element)
        decoder.decode(expression)
        switch expression {
        case .metaSet(NFT_META_MARK.rawValue, _): markWrites.append(.packet)
        case .conntrackSet(NFT_CT_MARK.rawValue, _, _): markWrites.append(.connection)
        case .conntrackSet(NFT_CT_ZONE.rawValue, _, _): effects.insert(.zone)
        case .redirect: effects.insert(.destination)
        case .lookup(_, _, _, isMap: true): asksMap = true
        case .verdict(let code, let chain):
            if let chain { targets.append(chain) }
            if code & EffectReading.verdictMask == EffectReading.queueVerdict { effects.insert(.queue) }
        case .other(let name, _, _): take(name, element.nested(NFTA_EXPR_DATA) ?? AttributeTable([]))
        default: break
        }
    }

    /// After the last expression.
    mutating func finish() -> Set<PacketEffect> {
        let changes = decoder.finish().compactMap { if case .setMark(let change) = $0 { change } else { nil } }
        for (mark, effect) in [(MarkChange.Mark.packet, PacketEffect.packetMark), (.connection, .connectionMark)] {
            let known = changes.filter { $0.destination == mark }
            if known.count < markWrites.count(where: { $0 == mark }) || known.contains(where: \.writesOurs) {
                effects.insert(effect)
            }
        }
        return effects
    }

    /// NF_VERDICT_MASK and NF_QUEUE of linux/netfilter.h; jumps are negative.
    private static let verdictMask: Int32 = 0xFF
    private static let queueVerdict: Int32 = 3

    /// Expressions that this product never writes, by the kernel's names of them.
    private mutating func take(_ name: String, _ attributes: AttributeTable) {
        switch name {
        case "nat": effects.insert(attributes.u32(NFTA_NAT_TYPE) == NFT_NAT_SNAT.rawValue ? .source : .destination)
        case "redir", "tproxy": effects.insert(.destination)
        case "notrack": effects.insert(.untracked)
        case "queue": effects.insert(.queue)
        case "dup": effects.insert(.duplicate)
        case "fwd": effects.insert(.forward)
        case "flow_offload": effects.insert(.offload)
        case "payload" where attributes.has(NFTA_PAYLOAD_SREG): effects.insert(.rewriting)
        case "target":
            let target = XtablesTarget(
                name: attributes.text(XtablesTarget.Attribute.name) ?? "",
                revision: attributes.u32(XtablesTarget.Attribute.revision) ?? 0,
                information: Array(attributes.payload(XtablesTarget.Attribute.information) ?? []))
            effects.formUnion(target.effects)
        default: break
        }
    }
}

extension MarkChange {
    /// Whether bits that this product uses may become others.
    var writesOurs: Bool {
        let ours = MarkLayout.stamp
        return source != destination || keep & ours != ours || bits & ours != 0
    }
}
