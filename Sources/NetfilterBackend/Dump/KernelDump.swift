internal import CNetfilter
internal import Glibc
package import Ruleset

extension NetfilterConnection {
    /// How often a dump is begun again because the ruleset changed under it.
    static let maximumDumpAttempts = 8

    /// All tables of the namespace, as they stand at one generation.
    package func readRuleset() throws(NetfilterFailure) -> Ruleset {
        Ruleset(tables: try read { _, _ in true }.map(\.table))
    }

    /// The one table, or nil when the kernel has none of that name.
    package func readTable(_ family: TableFamily, _ name: String) throws(NetfilterFailure) -> Table? {
        try readStandingTable(family, name)?.table
    }

    /// The same with what it takes to change it in place.
    package func readStandingTable(
        _ family: TableFamily, _ name: String
    ) throws(NetfilterFailure) -> StandingTable? { try readStandingTables([(family, name)]).first }

    /// Those of them that there are, at one generation, with what it takes to change them in place.
    package func readStandingTables(
        _ identities: [(family: TableFamily, name: String)]
    ) throws(NetfilterFailure) -> [StandingTable] {
        try read { family, name in identities.contains { $0 == (family, name) } }
    }

    /// The elements of a set that go by themselves, and when; those that stay have no such time. None where there is no
    /// such set.
    package func readElements(
        of set: NamedSet, in table: Table
    ) throws(NetfilterFailure) -> [(element: SetElement, remainingMilliseconds: UInt64?)] {
        for _ in 0..<NetfilterConnection.maximumDumpAttempts {
            guard let messages = try dump(NFT_MSG_GETSETELEM, of: table, set: set.name, absences: [ENOENT]) else {
                continue
            }
            return (DumpedElement.read(messages, key: set.key) ?? []).map {
                (SetElement($0.values), $0.remainingMilliseconds)
            }
        }
        throw .interrupted
    }

    /// All tables without their contents.
    package func tables() throws(NetfilterFailure) -> [Table] {
        for _ in 0..<NetfilterConnection.maximumDumpAttempts {
            guard let messages = try dump(NFT_MSG_GETTABLE) else { continue }
            return messages.compactMap { TableObject.read($0) }
        }
        throw .interrupted
    }

    private func read(where isWanted: (TableFamily, String) -> Bool) throws(NetfilterFailure) -> [StandingTable] {
        for _ in 0..<NetfilterConnection.maximumDumpAttempts {
            let before = try generation().identifier
            if let tables = try readOnce(where: isWanted), try generation().identifier == before { return tables }
        }
        throw .interrupted
    }

    /// Nil when a dump says that it was overtaken.
    private func readOnce(where isWanted: (TableFamily, String) -> Bool) throws(NetfilterFailure) -> [StandingTable]? {
        guard let tableMessages = try dump(NFT_MSG_GETTABLE), let chainMessages = try dump(NFT_MSG_GETCHAIN) else {
            return nil
        }
        let tables = tableMessages.compactMap { TableObject.read($0) }.filter { isWanted($0.family, $0.name) }
        let chains = chainMessages.compactMap { ChainObject.read($0) }
        var standing: [StandingTable] = []
        for var table in tables {
            table.chains = chains.filter { $0.family == table.family && $0.table == table.name }.map(\.chain)
            guard let read = try readContents(of: table) else { return nil }
            standing.append(read)
        }
        return standing
    }

    private func readContents(of table: Table) throws(NetfilterFailure) -> StandingTable? {
        guard let sets = try readSets(of: table), let others = try readOthers(of: table),
            let rules = try dump(NFT_MSG_GETRULE, of: table)
        else { return nil }
        var standing = StandingTable(table)
        standing.table.sets = sets.named
        standing.table.others = sets.others + others
        var chain = 0
        for message in rules {
            guard let rule = DumpedRule(message, of: table.family, sets: sets) else { continue }
            standing.append(rule, near: &chain)
        }
        return standing
    }

    private func readSets(of table: Table) throws(NetfilterFailure) -> DumpedSets? {
        guard let messages = try dump(NFT_MSG_GETSET, of: table) else { return nil }
        var sets = DumpedSets()
        for header in messages.compactMap({ SetHeader($0) }) {
            guard try read(header, of: table, into: &sets) else { return nil }
        }
        return sets
    }

    /// False when the dump of its elements was overtaken.
    private func read(
        _ set: SetHeader, of table: Table, into sets: inout DumpedSets
    ) throws(NetfilterFailure) -> Bool {
        if !set.isPlain, set.isDynamic {
            sets.add(set, digest: set.digest([]))
            return true
        }
        guard let messages = try dump(NFT_MSG_GETSETELEM, of: table, set: set.name) else { return false }
        // While the kernel resizes a hash set, a dump in several messages goes on at another place: it has some
        // elements twice and others not at all, and does not say so.
        if set.isPlain, let elements = DumpedElement.read(messages, key: set.key ?? []) {
            if messages.count > 1, DumpedElement.hasRepetition(elements) { return false }
            sets.add(set, elements)
        } else {
            let elements = DumpedElement.bytes(messages)
            if messages.count > 1, Set(elements).count != elements.count { return false }
            sets.add(set, digest: set.digest(elements))
        }
        return true
    }

    private func readOthers(of table: Table) throws(NetfilterFailure) -> [OpaquePart]? {
        guard let objects = try dump(NFT_MSG_GETOBJ, of: table),
            let flowTables = try dump(NFT_MSG_GETFLOWTABLE, of: table)
        else { return nil }
        return objects.compactMap { OpaquePart(object: $0) } + flowTables.compactMap { OpaquePart(flowTable: $0) }
    }

    /// The messages of one dump; nil when it was overtaken by a change.
    func dump(
        _ type: nf_tables_msg_types, of table: Table? = nil, set: String? = nil, absences: [Int32] = []
    ) throws(NetfilterFailure) -> [NetlinkMessage]? {
        var request = NetlinkMessages()
        request.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(type.rawValue),
            flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), sequence: NetfilterConnection.requestSequence,
            family: table?.family.number ?? UInt8(AF_UNSPEC))
        // The table's name has number 1 in every kind of request, a set's name number 2 in those for elements.
        if let table { request.attribute(1, text: table.name) }
        if let set { request.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), text: set) }
        request.end()
        // Dumps of elements do not say that they were overtaken; the generation in every message does.
        guard let messages = try socket.list(request.bytes, absences: absences),
            messages.allSatisfy({ $0.generation == messages[0].generation })
        else { return nil }
        return messages
    }
}
