internal import CNetfilter
internal import Ruleset

/// One libnftnl expression on its way into a rule, which takes it over.
///
/// Invariant of every `unsafe` here: `object` is a live expression that libnftnl allocated and nobody has freed; the
/// setters copy what they are given.
@safe struct ExpressionObject {
    let object: OpaquePointer

    /// Nil when the library does not know the expression or memory is out.
    private init?(named name: String) {
        guard let object = unsafe nftnl_expr_alloc(name) else { return nil }
        unsafe self.object = object
    }

    private func set(_ attribute: Int, _ value: UInt32) { unsafe nftnl_expr_set_u32(object, UInt16(attribute), value) }

    private func set(_ attribute: Int, slot: Int) { set(attribute, Register.number(ofSlot: slot)) }

    private func set(_ attribute: Int, u8 value: UInt8) { unsafe nftnl_expr_set_u8(object, UInt16(attribute), value) }

    private func set(_ attribute: Int, u64 value: UInt64) {
        unsafe nftnl_expr_set_u64(object, UInt16(attribute), value)
    }

    private func set(_ attribute: Int, _ text: String) {
        unsafe _ = nftnl_expr_set_str(object, UInt16(attribute), text)
    }

    private func set(_ attribute: Int, _ value: FieldValue) {
        unsafe value.bytes.withUnsafeBytes { buffer in
            unsafe _ = nftnl_expr_set(object, UInt16(attribute), buffer.baseAddress, UInt32(buffer.count))
        }
    }
}

extension ExpressionObject {
    /// The expression as libnftnl has it; nil for those that are only read.
    init?(_ expression: KernelExpression) {
        guard let kind = expression.kind else { return nil }
        self.init(named: kind.name)
        write(expression)
    }

    private func write(_ expression: KernelExpression) {
        switch expression {
        case .meta(let key, let slot):
            set(Int(NFTNL_EXPR_META_KEY), key)
            set(Int(NFTNL_EXPR_META_DREG), slot: slot)
        case .metaSet(let key, let slot):
            set(Int(NFTNL_EXPR_META_KEY), key)
            set(Int(NFTNL_EXPR_META_SREG), slot: slot)
        case .payload(let base, let offset, let byteCount, let slot):
            set(Int(NFTNL_EXPR_PAYLOAD_BASE), base)
            set(Int(NFTNL_EXPR_PAYLOAD_OFFSET), offset)
            set(Int(NFTNL_EXPR_PAYLOAD_LEN), byteCount)
            set(Int(NFTNL_EXPR_PAYLOAD_DREG), slot: slot)
        case .conntrack(let key, let slot):
            set(Int(NFTNL_EXPR_CT_KEY), key)
            set(Int(NFTNL_EXPR_CT_DREG), slot: slot)
        case .conntrackSet(let key, let direction, let slot):
            set(Int(NFTNL_EXPR_CT_KEY), key)
            if let direction { set(Int(NFTNL_EXPR_CT_DIR), u8: direction) }
            set(Int(NFTNL_EXPR_CT_SREG), slot: slot)
        case .fib(let result, let flags, let slot):
            set(Int(NFTNL_EXPR_FIB_RESULT), result)
            set(Int(NFTNL_EXPR_FIB_FLAGS), flags)
            set(Int(NFTNL_EXPR_FIB_DREG), slot: slot)
        case .socket(let key, let level, let slot):
            set(Int(NFTNL_EXPR_SOCKET_KEY), key)
            set(Int(NFTNL_EXPR_SOCKET_LEVEL), level)
            set(Int(NFTNL_EXPR_SOCKET_DREG), slot: slot)
        case .bitwise, .byteOrder, .compare, .range, .lookup, .immediate: writeRegisterWork(expression)
        default: writeAction(expression)
        }
    }

    private func writeRegisterWork(_ expression: KernelExpression) {
        switch expression {
        case .bitwise(let source, let destination, let mask, let xor):
            set(Int(NFTNL_EXPR_BITWISE_SREG), slot: source)
            set(Int(NFTNL_EXPR_BITWISE_DREG), slot: destination)
            set(Int(NFTNL_EXPR_BITWISE_LEN), UInt32(mask.byteCount))
            set(Int(NFTNL_EXPR_BITWISE_MASK), mask)
            set(Int(NFTNL_EXPR_BITWISE_XOR), xor)
        case .byteOrder(let source, let destination, let byteCount):
            set(Int(NFTNL_EXPR_BYTEORDER_SREG), slot: source)
            set(Int(NFTNL_EXPR_BYTEORDER_DREG), slot: destination)
            set(Int(NFTNL_EXPR_BYTEORDER_OP), NFT_BYTEORDER_HTON.rawValue)
            set(Int(NFTNL_EXPR_BYTEORDER_LEN), byteCount)
            set(Int(NFTNL_EXPR_BYTEORDER_SIZE), byteCount)
        case .compare(let comparison, let source, let bytes):
            set(Int(NFTNL_EXPR_CMP_SREG), slot: source)
            set(Int(NFTNL_EXPR_CMP_OP), comparison.rawValue)
            set(Int(NFTNL_EXPR_CMP_DATA), bytes)
        case .range(let isInverted, let source, let lower, let upper):
            set(Int(NFTNL_EXPR_RANGE_SREG), slot: source)
            set(Int(NFTNL_EXPR_RANGE_OP), isInverted ? 1 : 0)
            set(Int(NFTNL_EXPR_RANGE_FROM_DATA), lower)
            set(Int(NFTNL_EXPR_RANGE_TO_DATA), upper)
        case .lookup(let reference, let source, let isInverted, let isMap):
            set(Int(NFTNL_EXPR_LOOKUP_SREG), slot: source)
            set(Int(NFTNL_EXPR_LOOKUP_SET), reference.name)
            if let identifier = reference.identifier { set(Int(NFTNL_EXPR_LOOKUP_SET_ID), identifier) }
            if isInverted { set(Int(NFTNL_EXPR_LOOKUP_FLAGS), 1) }
            if isMap { set(Int(NFTNL_EXPR_LOOKUP_DREG), NFT_REG_VERDICT.rawValue) }
        case .immediate(let slot, let bytes):
            set(Int(NFTNL_EXPR_IMM_DREG), slot: slot)
            set(Int(NFTNL_EXPR_IMM_DATA), bytes)
        default: preconditionFailure("not a register expression")
        }
    }

    private func writeAction(_ expression: KernelExpression) {
        switch expression {
        case .verdict(let code, let chain):
            set(Int(NFTNL_EXPR_IMM_DREG), NFT_REG_VERDICT.rawValue)
            set(Int(NFTNL_EXPR_IMM_VERDICT), UInt32(bitPattern: code))
            if let chain { set(Int(NFTNL_EXPR_IMM_CHAIN), chain) }
        case .redirect(let slot):
            set(Int(NFTNL_EXPR_REDIR_REG_PROTO_MIN), slot: slot)
            set(Int(NFTNL_EXPR_REDIR_FLAGS), 2)
        case .reject(let kind, let code):
            set(Int(NFTNL_EXPR_REJECT_TYPE), kind)
            set(Int(NFTNL_EXPR_REJECT_CODE), u8: code)
        case .limit(let rate, let unit, let burst, let kind, let flags):
            set(Int(NFTNL_EXPR_LIMIT_RATE), u64: rate)
            set(Int(NFTNL_EXPR_LIMIT_UNIT), u64: unit)
            set(Int(NFTNL_EXPR_LIMIT_BURST), burst)
            set(Int(NFTNL_EXPR_LIMIT_TYPE), kind)
            set(Int(NFTNL_EXPR_LIMIT_FLAGS), flags)
        case .log(let prefix, let group):
            if !prefix.isEmpty { set(Int(NFTNL_EXPR_LOG_PREFIX), prefix) }
            if let group { unsafe nftnl_expr_set_u16(object, UInt16(NFTNL_EXPR_LOG_GROUP), group) }
        default: return
        }
    }
}

extension KernelExpression {
    /// Nil for what is only read.
    var kind: ExpressionKind? {
        switch self {
        case .meta, .metaSet: .meta
        case .payload: .payload
        case .conntrack, .conntrackSet: .conntrack
        case .fib: .fib
        case .socket: .socket
        case .bitwise: .bitwise
        case .byteOrder: .byteOrder
        case .compare: .compare
        case .range: .range
        case .lookup: .lookup
        case .immediate, .verdict: .immediate
        case .redirect: .redirect
        case .masquerade: .masquerade
        case .reject: .reject
        case .counter: .counter
        case .limit: .limit
        case .log: .log
        case .other: nil
        }
    }
}
