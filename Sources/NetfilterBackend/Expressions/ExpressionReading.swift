internal import CNetfilter
internal import Cryptography

extension ExpressionObject {
    /// The expression in our terms; `other` for what this model has no words for.
    var expression: KernelExpression {
        let name = text(Int(NFTNL_EXPR_NAME)) ?? ""
        return read(name) ?? .other(name: name, digest: digest)
    }

    private func read(_ name: String) -> KernelExpression? {
        switch name {
        case "meta": readMeta()
        case "ct": readConntrack()
        case "payload": readPayload()
        case "fib": readFib()
        case "socket": readSocket()
        case "bitwise": readBitwise()
        case "byteorder": readByteOrder()
        case "cmp": readCompare()
        case "range": readRange()
        case "lookup": readLookup()
        case "immediate": readImmediate()
        case "redir": readRedirect()
        case "masq": isSet(Int(NFTNL_EXPR_MASQ_FLAGS)) && u32(Int(NFTNL_EXPR_MASQ_FLAGS)) != 0 ? nil : .masquerade
        case "reject": .reject(kind: u32(Int(NFTNL_EXPR_REJECT_TYPE)), code: u8(Int(NFTNL_EXPR_REJECT_CODE)))
        case "counter": .counter
        case "limit": readLimit()
        case "log": readLog()
        default: nil
        }
    }

    private func readMeta() -> KernelExpression? {
        let key = u32(Int(NFTNL_EXPR_META_KEY))
        if let source = slot(Int(NFTNL_EXPR_META_SREG)) { return .metaSet(key: key, source: source) }
        return slot(Int(NFTNL_EXPR_META_DREG)).map { .meta(key: key, destination: $0) }
    }

    private func readConntrack() -> KernelExpression? {
        let key = u32(Int(NFTNL_EXPR_CT_KEY))
        let direction = isSet(Int(NFTNL_EXPR_CT_DIR)) ? u8(Int(NFTNL_EXPR_CT_DIR)) : nil
        if let source = slot(Int(NFTNL_EXPR_CT_SREG)) {
            return .conntrackSet(key: key, direction: direction, source: source)
        }
        guard direction == nil else { return nil }
        return slot(Int(NFTNL_EXPR_CT_DREG)).map { .conntrack(key: key, destination: $0) }
    }

    private func readPayload() -> KernelExpression? {
        slot(Int(NFTNL_EXPR_PAYLOAD_DREG)).map {
            .payload(
                base: u32(Int(NFTNL_EXPR_PAYLOAD_BASE)), offset: u32(Int(NFTNL_EXPR_PAYLOAD_OFFSET)),
                byteCount: u32(Int(NFTNL_EXPR_PAYLOAD_LEN)), destination: $0)
        }
    }

    private func readFib() -> KernelExpression? {
        slot(Int(NFTNL_EXPR_FIB_DREG)).map {
            .fib(result: u32(Int(NFTNL_EXPR_FIB_RESULT)), flags: u32(Int(NFTNL_EXPR_FIB_FLAGS)), destination: $0)
        }
    }

    private func readSocket() -> KernelExpression? {
        slot(Int(NFTNL_EXPR_SOCKET_DREG)).map {
            .socket(
                key: u32(Int(NFTNL_EXPR_SOCKET_KEY)), level: u32(Int(NFTNL_EXPR_SOCKET_LEVEL)), destination: $0)
        }
    }

    private func readBitwise() -> KernelExpression? {
        guard let source = slot(Int(NFTNL_EXPR_BITWISE_SREG)), let destination = slot(Int(NFTNL_EXPR_BITWISE_DREG)),
            let mask = bytes(Int(NFTNL_EXPR_BITWISE_MASK)), let xor = bytes(Int(NFTNL_EXPR_BITWISE_XOR))
        else { return nil }
        return .bitwise(source: source, destination: destination, mask: mask, xor: xor)
    }

    private func readByteOrder() -> KernelExpression? {
        guard let source = slot(Int(NFTNL_EXPR_BYTEORDER_SREG)),
            let destination = slot(Int(NFTNL_EXPR_BYTEORDER_DREG)),
            u32(Int(NFTNL_EXPR_BYTEORDER_OP)) == NFT_BYTEORDER_HTON.rawValue
        else { return nil }
        return .byteOrder(
            source: source, destination: destination, byteCount: u32(Int(NFTNL_EXPR_BYTEORDER_LEN)))
    }

    private func readCompare() -> KernelExpression? {
        guard let source = slot(Int(NFTNL_EXPR_CMP_SREG)), let data = bytes(Int(NFTNL_EXPR_CMP_DATA)),
            let comparison = KernelExpression.Comparison(rawValue: u32(Int(NFTNL_EXPR_CMP_OP)))
        else { return nil }
        return .compare(comparison, source: source, data)
    }

    private func readRange() -> KernelExpression? {
        guard let source = slot(Int(NFTNL_EXPR_RANGE_SREG)), let lower = bytes(Int(NFTNL_EXPR_RANGE_FROM_DATA)),
            let upper = bytes(Int(NFTNL_EXPR_RANGE_TO_DATA))
        else { return nil }
        return .range(isInverted: u32(Int(NFTNL_EXPR_RANGE_OP)) == 1, source: source, lower, upper)
    }

    private func readLookup() -> KernelExpression? {
        guard let source = slot(Int(NFTNL_EXPR_LOOKUP_SREG)), let name = text(Int(NFTNL_EXPR_LOOKUP_SET)) else {
            return nil
        }
        let flags = isSet(Int(NFTNL_EXPR_LOOKUP_FLAGS)) ? u32(Int(NFTNL_EXPR_LOOKUP_FLAGS)) : 0
        guard isSet(Int(NFTNL_EXPR_LOOKUP_DREG)) else {
            return .lookup(.init(name: name), source: source, isInverted: flags & 1 != 0, isMap: false)
        }
        guard u32(Int(NFTNL_EXPR_LOOKUP_DREG)) == NFT_REG_VERDICT.rawValue else { return nil }
        return .lookup(.init(name: name), source: source, isInverted: false, isMap: true)
    }

    private func readImmediate() -> KernelExpression? {
        if u32(Int(NFTNL_EXPR_IMM_DREG)) == NFT_REG_VERDICT.rawValue {
            let code = Int32(bitPattern: u32(Int(NFTNL_EXPR_IMM_VERDICT)))
            return .verdict(code: code, chain: text(Int(NFTNL_EXPR_IMM_CHAIN)))
        }
        guard let slot = slot(Int(NFTNL_EXPR_IMM_DREG)), let data = bytes(Int(NFTNL_EXPR_IMM_DATA)) else { return nil }
        return .immediate(destination: slot, data)
    }

    private func readRedirect() -> KernelExpression? {
        guard
            !isSet(Int(NFTNL_EXPR_REDIR_REG_PROTO_MAX))
                || slot(Int(NFTNL_EXPR_REDIR_REG_PROTO_MAX)) == slot(Int(NFTNL_EXPR_REDIR_REG_PROTO_MIN))
        else { return nil }
        return slot(Int(NFTNL_EXPR_REDIR_REG_PROTO_MIN)).map { .redirect(portRegister: $0) }
    }

    private func readLimit() -> KernelExpression {
        .limit(
            rate: u64(Int(NFTNL_EXPR_LIMIT_RATE)), unit: u64(Int(NFTNL_EXPR_LIMIT_UNIT)),
            burst: u32(Int(NFTNL_EXPR_LIMIT_BURST)), kind: u32(Int(NFTNL_EXPR_LIMIT_TYPE)),
            flags: u32(Int(NFTNL_EXPR_LIMIT_FLAGS)))
    }

    private func readLog() -> KernelExpression {
        var group: UInt16?
        if isSet(Int(NFTNL_EXPR_LOG_GROUP)) {
            group = unsafe nftnl_expr_get_u16(object, UInt16(NFTNL_EXPR_LOG_GROUP))
        }
        return .log(prefix: text(Int(NFTNL_EXPR_LOG_PREFIX)) ?? "", group: group)
    }

    /// A digest of libnftnl's description: enough to see that an unknown expression has changed.
    private var digest: [UInt8] {
        var buffer = [CChar](repeating: 0, count: ExpressionObject.maximumDescriptionBytes)
        let count = unsafe buffer.withUnsafeMutableBufferPointer { pointer in
            unsafe nftnl_expr_snprintf(pointer.baseAddress, pointer.count, object, 0, 0)
        }
        let text = buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map { UInt8(bitPattern: $0) }
        return SHA256.digest(of: text.span).bytes
    }

    private static let maximumDescriptionBytes = 4096
}

// Attributes.
extension ExpressionObject {
    private func isSet(_ attribute: Int) -> Bool { unsafe nftnl_expr_is_set(object, UInt16(attribute)) }

    private func u8(_ attribute: Int) -> UInt8 { unsafe nftnl_expr_get_u8(object, UInt16(attribute)) }

    private func u32(_ attribute: Int) -> UInt32 { unsafe nftnl_expr_get_u32(object, UInt16(attribute)) }

    private func u64(_ attribute: Int) -> UInt64 { unsafe nftnl_expr_get_u64(object, UInt16(attribute)) }

    private func slot(_ attribute: Int) -> Int? {
        isSet(attribute) ? Register.slot(ofNumber: u32(attribute)) : nil
    }

    private func text(_ attribute: Int) -> String? {
        guard isSet(attribute), let text = unsafe nftnl_expr_get_str(object, UInt16(attribute)) else { return nil }
        return unsafe String(cString: text)
    }

    private func bytes(_ attribute: Int) -> [UInt8]? {
        var count: UInt32 = 0
        guard isSet(attribute), let data = unsafe nftnl_expr_get(object, UInt16(attribute), &count) else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(count)))
    }
}
