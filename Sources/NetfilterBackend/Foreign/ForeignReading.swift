internal import CNetfilter
package import Ruleset

extension NetfilterConnection {
    /// The tables of this namespace but these, and those that are switched off. Their sets are not read: what others
    /// compare packets with says nothing of what they do to them.
    package func readForeignTables(
        besides identities: [(family: TableFamily, name: String)]
    ) throws(NetfilterFailure) -> [ForeignTable] {
        for _ in 0..<NetfilterConnection.maximumDumpAttempts {
            let before = try generation().identifier
            if let tables = try foreignTables(besides: identities), try generation().identifier == before {
                return tables
            }
        }
        throw .interrupted
    }

    /// Nil when a dump says that it was overtaken.
    private func foreignTables(
        besides identities: [(family: TableFamily, name: String)]
    ) throws(NetfilterFailure) -> [ForeignTable]? {
        guard let tables = try dump(NFT_MSG_GETTABLE) else { return nil }
        let foreign = tables.compactMap { TableObject.read($0) }.filter { table in
            !table.flags.contains(.dormant) && !identities.contains { $0 == (table.family, table.name) }
        }
        guard !foreign.isEmpty else { return [] }
        guard let chains = try dump(NFT_MSG_GETCHAIN) else { return nil }
        let known = chains.compactMap { ChainObject.read($0) }
        var read: [ForeignTable] = []
        for table in foreign {
            guard let rules = try dump(NFT_MSG_GETRULE, of: table) else { return nil }
            let ours = known.filter { $0.family == table.family && $0.table == table.name }.map(\.chain)
            read.append(ForeignTable(table.family, table.name, chains: ForeignChain.read(ours, rules, table.family)))
        }
        return read
    }
}

extension ForeignChain {
    fileprivate static func read(
        _ chains: [Chain], _ messages: [NetlinkMessage], _ family: TableFamily
    ) -> [ForeignChain] {
        var rules: [String: [ForeignRule]] = [:]
        for message in messages {
            let attributes = message.attributeTable
            guard let chain = attributes.text(NFTA_RULE_CHAIN), let rule = ForeignRule(attributes, of: family) else {
                continue
            }
            rules[chain, default: []].append(rule)
        }
        return chains.map { ForeignChain($0.name, hook: $0.hook, rules: rules[$0.name] ?? []) }
    }
}

extension ForeignRule {
    fileprivate init?(_ attributes: AttributeTable, of family: TableFamily) {
        guard let handle = attributes.number(NFTA_RULE_HANDLE) else { return nil }
        var reading = EffectReading(family)
        attributes.forEach(in: NFTA_RULE_EXPRESSIONS) { _, element in reading.take(element) }
        let effects = reading.finish()
        self.init(handle: handle, effects: effects, targets: reading.targets, asksMap: reading.asksMap)
    }
}
