internal import CNetfilter
internal import Ruleset

// Owners of libnftnl's objects. Invariant of every `unsafe` here: the pointer came from the matching alloc, is freed
// once, in deinit, and the setters copy what they are given. Running out of memory ends the process, as it does
// everywhere else.

/// `struct nftnl_table`.
@safe struct TableObject: ~Copyable {
    let pointer: OpaquePointer

    init(_ table: Table) {
        guard let pointer = unsafe nftnl_table_alloc() else { preconditionFailure("out of memory") }
        unsafe self.pointer = pointer
        unsafe _ = nftnl_table_set_str(pointer, UInt16(NFTNL_TABLE_NAME.rawValue), table.name)
        unsafe nftnl_table_set_u32(pointer, UInt16(NFTNL_TABLE_FAMILY.rawValue), UInt32(table.family.number))
        unsafe nftnl_table_set_u32(pointer, UInt16(NFTNL_TABLE_FLAGS.rawValue), table.flags.rawValue)
    }

    deinit { unsafe nftnl_table_free(pointer) }
}

/// `struct nftnl_chain`.
@safe struct ChainObject: ~Copyable {
    let pointer: OpaquePointer

    init(_ chain: Chain, of table: Table) {
        guard let pointer = unsafe nftnl_chain_alloc() else { preconditionFailure("out of memory") }
        unsafe self.pointer = pointer
        set(NFTNL_CHAIN_TABLE, table.name)
        set(NFTNL_CHAIN_NAME, chain.name)
        if let hook = chain.hook { set(hook, table.family) }
    }

    deinit { unsafe nftnl_chain_free(pointer) }

    private func set(_ hook: ChainHook, _ family: TableFamily) {
        set(NFTNL_CHAIN_TYPE, hook.kind.rawValue)
        unsafe nftnl_chain_set_u32(pointer, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue), hook.point.number(in: family))
        unsafe nftnl_chain_set_s32(pointer, UInt16(NFTNL_CHAIN_PRIO.rawValue), hook.priority)
        unsafe nftnl_chain_set_u32(pointer, UInt16(NFTNL_CHAIN_POLICY.rawValue), hook.policy == .accept ? 1 : 0)
        if let device = hook.device { set(NFTNL_CHAIN_DEV, device) }
    }

    private func set(_ attribute: nftnl_chain_attr, _ text: String) {
        unsafe _ = nftnl_chain_set_str(pointer, UInt16(attribute.rawValue), text)
    }
}

extension ChainHook.Point {
    /// NF_NETDEV_*, NF_ARP_*, NF_INET_* and NF_BR_*, the last two of which have the same numbers.
    private static func numbered(in family: TableFamily) -> [ChainHook.Point] {
        switch family {
        case .netdev: [.ingress, .egress]
        case .arp: [.input, .output, .forward]
        default: [.prerouting, .input, .forward, .output, .postrouting, .ingress]
        }
    }

    func number(in family: TableFamily) -> UInt32 {
        guard let number = ChainHook.Point.numbered(in: family).firstIndex(of: self) else {
            preconditionFailure("the family has no such hook")
        }
        return UInt32(number)
    }

    init?(number: UInt32, in family: TableFamily) {
        let points = ChainHook.Point.numbered(in: family)
        guard Int(number) < points.count else { return nil }
        self = points[Int(number)]
    }
}

/// `struct nftnl_rule`, with its expressions.
@safe struct RuleObject: ~Copyable {
    let pointer: OpaquePointer

    /// By its number alone, as it is named to be deleted; without one, all of the chain.
    init(handle: UInt64?, chain: String, of table: Table) {
        guard let pointer = unsafe nftnl_rule_alloc() else { preconditionFailure("out of memory") }
        unsafe self.pointer = pointer
        unsafe nftnl_rule_set_u32(pointer, UInt16(NFTNL_RULE_FAMILY.rawValue), UInt32(table.family.number))
        unsafe _ = nftnl_rule_set_str(pointer, UInt16(NFTNL_RULE_TABLE.rawValue), table.name)
        unsafe _ = nftnl_rule_set_str(pointer, UInt16(NFTNL_RULE_CHAIN.rawValue), chain)
        if let handle { unsafe nftnl_rule_set_u64(pointer, UInt16(NFTNL_RULE_HANDLE.rawValue), handle) }
    }

    init(
        _ rule: ChainRule, _ expressions: [KernelExpression], _ place: RulePlace, chain: String, of table: Table
    ) {
        self.init(handle: place.replacedHandle, chain: chain, of: table)
        if case .before(let handle) = place {
            unsafe nftnl_rule_set_u64(pointer, UInt16(NFTNL_RULE_POSITION.rawValue), handle)
        }
        if let comment = rule.comment { set(userData: UserData.encode(comment: comment)) }
        for expression in expressions {
            guard let object = ExpressionObject(expression) else {
                preconditionFailure("the library does not know an expression that we write")
            }
            // The rule frees its expressions.
            unsafe nftnl_rule_add_expr(pointer, object.object)
        }
    }

    deinit { unsafe nftnl_rule_free(pointer) }

    private func set(userData bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe _ = nftnl_rule_set_data(
                pointer, UInt16(NFTNL_RULE_USERDATA.rawValue), buffer.baseAddress, UInt32(buffer.count))
        }
    }
}

/// Where a rule goes in its chain; the others there by the kernel's numbers of them.
enum RulePlace {
    case last
    case before(UInt64)
    case instead(UInt64)

    var flags: Int {
        switch self {
        case .last: Int(NLM_F_CREATE | NLM_F_APPEND)
        case .before: Int(NLM_F_CREATE)
        case .instead: Int(NLM_F_REPLACE)
        }
    }

    fileprivate var replacedHandle: UInt64? { if case .instead(let handle) = self { handle } else { nil } }
}

/// `struct nftnl_set`, without elements: those are written by ``ElementWriter``.
@safe struct SetObject: ~Copyable {
    let pointer: OpaquePointer

    init(_ set: NamedSet, of table: Table, identifier: UInt32) {
        self.init(set.name, key: set.key, flags: set.flags.rawValue, of: table, identifier: identifier)
        // The kernel makes a hash of fixed size, three times faster to fill, when it knows how many will come.
        let size = set.size ?? (set.flags.isDisjoint(with: [.timeout, .interval]) ? UInt32(set.elements.count) : 0)
        if size > 0 { self.set(NFTNL_SET_DESC_SIZE, size) }
    }

    init(_ set: AnonymousSet, of table: Table) {
        var flags = UInt32(NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue)
        if set.hasIntervals { flags |= NFT_SET_INTERVAL.rawValue }
        if set.isMap { flags |= NFT_SET_MAP.rawValue }
        self.init(set.name, key: set.key, flags: flags, of: table, identifier: set.identifier)
        if set.isMap {
            self.set(NFTNL_SET_DATA_TYPE, SetObject.verdictType)
            self.set(NFTNL_SET_DATA_LEN, 16)
        }
        self.set(NFTNL_SET_DESC_SIZE, UInt32(set.elements.count))
    }

    deinit { unsafe nftnl_set_free(pointer) }

    /// NFT_DATA_VERDICT.
    static let verdictType: UInt32 = 0xFFFF_FF00

    private init(_ name: String, key: [FieldType], flags: UInt32, of table: Table, identifier: UInt32) {
        guard let pointer = unsafe nftnl_set_alloc() else { preconditionFailure("out of memory") }
        unsafe self.pointer = pointer
        set(NFTNL_SET_FAMILY, UInt32(table.family.number))
        set(NFTNL_SET_ID, identifier)
        set(NFTNL_SET_FLAGS, flags | (key.count > 1 ? NFT_SET_CONCAT.rawValue : 0))
        set(NFTNL_SET_KEY_TYPE, key.nftKeyType)
        set(NFTNL_SET_KEY_LEN, UInt32(key.keyByteCount))
        unsafe _ = nftnl_set_set_str(pointer, UInt16(NFTNL_SET_TABLE.rawValue), table.name)
        unsafe _ = nftnl_set_set_str(pointer, UInt16(NFTNL_SET_NAME.rawValue), name)
        if key.count > 1 {
            set(NFTNL_SET_DESC_CONCAT, bytes: key.map { UInt8($0.byteCount) })
        }
        set(NFTNL_SET_USERDATA, bytes: UserData.encode(keyIsHostOrder: key[0].isListedInHostOrder))
    }

    private func set(_ attribute: nftnl_set_attr, _ value: UInt32) {
        unsafe nftnl_set_set_u32(pointer, UInt16(attribute.rawValue), value)
    }

    private func set(_ attribute: nftnl_set_attr, bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe _ = nftnl_set_set_data(
                pointer, UInt16(attribute.rawValue), buffer.baseAddress, UInt32(buffer.count))
        }
    }
}

extension FieldType {
    /// What nft takes the bytes of a set's key for; it holds names for numbers of host order, too.
    fileprivate var isListedInHostOrder: Bool { isHostOrder || self == .interfaceName }
}

/// What other tools keep in user data: type, length, value.
enum UserData {
    /// NFTNL_UDATA_RULE_COMMENT, with its NUL.
    static func encode(comment: String) -> [UInt8] {
        let text = Array(comment.utf8.prefix(ChainRule.maximumCommentBytes - 1)) + [0]
        return [0, UInt8(text.count)] + text
    }

    static func comment(in bytes: ArraySlice<UInt8>) -> String? {
        var offset = bytes.startIndex
        while offset + 2 <= bytes.endIndex {
            let end = offset + 2 + Int(bytes[offset + 1])
            guard end <= bytes.endIndex else { return nil }
            if bytes[offset] == 0 {
                return String(decoding: bytes[(offset + 2)..<end].prefix { $0 != 0 }, as: UTF8.self)
            }
            offset = end
        }
        return nil
    }

    /// NFTNL_UDATA_SET_KEYBYTEORDER: without it nft prints numbers of sets the wrong way round. 1 is host order,
    /// 2 is network order (enum byteorder of nftables).
    static func encode(keyIsHostOrder: Bool) -> [UInt8] {
        let value = UInt32(keyIsHostOrder ? 1 : 2)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
        return [0, 4] + (UInt16(1).littleEndian == 1 ? bytes : bytes.reversed())
    }
}
