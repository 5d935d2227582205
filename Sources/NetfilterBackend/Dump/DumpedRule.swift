internal import CNetfilter
internal import Ruleset

/// A rule as the kernel lists it.
struct DumpedRule {
    let chain: String
    /// The kernel's number of it, by which it can be replaced.
    let handle: UInt64
    let rule: ChainRule

    /// Nil when the message is none of a rule's.
    init?(_ message: NetlinkMessage, of family: TableFamily, sets: DumpedSets) {
        let attributes = message.attributeTable
        guard let chain = attributes.text(NFTA_RULE_CHAIN), let handle = attributes.number(NFTA_RULE_HANDLE) else {
            return nil
        }
        self.chain = chain
        self.handle = handle
        var decoder = StatementDecoder(family, sets: sets)
        attributes.forEach(in: NFTA_RULE_EXPRESSIONS) { _, element in decoder.decode(KernelExpression(element)) }
        rule = ChainRule(
            decoder.finish(), comment: attributes.payload(NFTA_RULE_USERDATA).flatMap { UserData.comment(in: $0) })
    }
}
