internal import CNetfilter
internal import Ruleset

// Tables and chains to our model, through libnftnl's parsers: there are few of them. Invariant of every `unsafe` here: a message's bytes are
// whole (NetlinkMessage.split has checked the length), copied to aligned storage and outlive the parse; strings that
// a getter answers are copied before the object goes.

/// Runs `body` on the message as libnftnl wants it.
private func withHeader<Result>(_ message: NetlinkMessage, _ body: (UnsafePointer<nlmsghdr>) -> Result) -> Result {
    var storage = [UInt64](repeating: 0, count: (message.bytes.count + 7) / 8)
    return unsafe storage.withUnsafeMutableBytes { buffer in
        unsafe buffer.copyBytes(from: message.bytes)
        guard let start = buffer.baseAddress else { preconditionFailure("a message has at least its header") }
        return unsafe body(UnsafeRawPointer(start).assumingMemoryBound(to: nlmsghdr.self))
    }
}

extension TableObject {
    static func read(_ message: NetlinkMessage) -> Table? {
        guard let pointer = unsafe nftnl_table_alloc() else { return nil }
        defer { unsafe nftnl_table_free(pointer) }
        guard unsafe withHeader(message, { unsafe nftnl_table_nlmsg_parse($0, pointer) }) == 0,
            let name = unsafe nftnl_table_get_str(pointer, UInt16(NFTNL_TABLE_NAME.rawValue))
        else { return nil }
        let family = unsafe nftnl_table_get_u32(pointer, UInt16(NFTNL_TABLE_FAMILY.rawValue))
        let flags = unsafe nftnl_table_get_u32(pointer, UInt16(NFTNL_TABLE_FLAGS.rawValue))
        return TableFamily(number: UInt8(truncatingIfNeeded: family)).map {
            Table($0, unsafe String(cString: name), flags: TableFlags(rawValue: flags))
        }
    }
}

extension ChainObject {
    static func read(_ message: NetlinkMessage) -> (family: TableFamily, table: String, chain: Chain)? {
        guard let pointer = unsafe nftnl_chain_alloc() else { return nil }
        defer { unsafe nftnl_chain_free(pointer) }
        guard unsafe withHeader(message, { unsafe nftnl_chain_nlmsg_parse($0, pointer) }) == 0,
            let table = unsafe text(pointer, NFTNL_CHAIN_TABLE), let name = unsafe text(pointer, NFTNL_CHAIN_NAME),
            let family = TableFamily(
                number: UInt8(
                    truncatingIfNeeded: unsafe nftnl_chain_get_u32(pointer, UInt16(NFTNL_CHAIN_FAMILY.rawValue))))
        else { return nil }
        return (family, table, Chain(name, hook: unsafe hook(pointer, family)))
    }

    private static func hook(_ pointer: OpaquePointer, _ family: TableFamily) -> ChainHook? {
        guard unsafe nftnl_chain_is_set(pointer, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue)),
            let kind = unsafe text(pointer, NFTNL_CHAIN_TYPE).flatMap({ ChainHook.Kind(rawValue: $0) }),
            let point = ChainHook.Point(
                number: unsafe nftnl_chain_get_u32(pointer, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue)), in: family)
        else { return nil }
        let priority = unsafe nftnl_chain_get_s32(pointer, UInt16(NFTNL_CHAIN_PRIO.rawValue))
        let policy = unsafe nftnl_chain_get_u32(pointer, UInt16(NFTNL_CHAIN_POLICY.rawValue))
        return ChainHook(
            kind, point, priority: priority, policy: policy == 1 ? .accept : .drop,
            device: unsafe text(pointer, NFTNL_CHAIN_DEV) ?? device(pointer))
    }

    /// Newer kernels report the devices as a list.
    private static func device(_ pointer: OpaquePointer) -> String? {
        guard unsafe nftnl_chain_is_set(pointer, UInt16(NFTNL_CHAIN_DEVICES.rawValue)),
            let list = unsafe nftnl_chain_get_array(pointer, UInt16(NFTNL_CHAIN_DEVICES.rawValue)),
            let first = unsafe list[0]
        else { return nil }
        return unsafe String(cString: first)
    }

    private static func text(_ pointer: OpaquePointer, _ attribute: nftnl_chain_attr) -> String? {
        unsafe nftnl_chain_get_str(pointer, UInt16(attribute.rawValue)).map { unsafe String(cString: $0) }
    }
}
