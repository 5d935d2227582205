internal import CNetfilter
internal import Ruleset

// Tables and chains as the kernel lists them, from their attributes: what newer kernels say of them would make the
// library's parsers fail.

extension TableObject {
    static func read(_ message: NetlinkMessage) -> Table? {
        let attributes = message.attributeTable
        guard let family = message.family, let name = attributes.text(NFTA_TABLE_NAME) else { return nil }
        return Table(family, name, flags: TableFlags(rawValue: attributes.u32(NFTA_TABLE_FLAGS) ?? 0))
    }
}

extension ChainObject {
    static func read(_ message: NetlinkMessage) -> (family: TableFamily, table: String, chain: Chain)? {
        let attributes = message.attributeTable
        guard let family = message.family, let table = attributes.text(NFTA_CHAIN_TABLE),
            let name = attributes.text(NFTA_CHAIN_NAME)
        else { return nil }
        return (family, table, Chain(name, hook: hook(attributes, family)))
    }

    private static func hook(_ chain: AttributeTable, _ family: TableFamily) -> ChainHook? {
        guard let hook = chain.nested(NFTA_CHAIN_HOOK), let number = hook.u32(NFTA_HOOK_HOOKNUM),
            let kind = chain.text(NFTA_CHAIN_TYPE).flatMap({ ChainHook.Kind(rawValue: $0) }),
            let point = ChainHook.Point(number: number, in: family)
        else { return nil }
        return ChainHook(
            kind, point, priority: Int32(bitPattern: hook.u32(NFTA_HOOK_PRIORITY) ?? 0),
            policy: chain.u32(NFTA_CHAIN_POLICY) == 0 ? .drop : .accept,
            device: hook.text(NFTA_HOOK_DEV) ?? devices(hook))
    }

    /// Newer kernels report the devices as a list, and those that are meant by the beginning of their names (`wg*`) as
    /// another kind of attribute.
    private static func devices(_ hook: AttributeTable) -> String? {
        var names: [String] = []
        hook.forEachPayload(in: NFTA_HOOK_DEVS) { kind, payload in
            names.append(
                String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) + (kind == devicePrefix ? "*" : ""))
        }
        return names.isEmpty ? nil : names.sorted().joined(separator: ",")
    }

    /// NFTA_DEVICE_PREFIX, younger than the headers.
    private static let devicePrefix = 2
}

extension NetlinkMessage {
    var attributeTable: AttributeTable { AttributeTable(payload.dropFirst(NetlinkMessage.familyHeaderBytes)) }

    /// Of the struct nfgenmsg; nil for one that this product does not know.
    var family: TableFamily? { payload.first.flatMap { TableFamily(number: $0) } }
}
