internal import CNetfilter
internal import Ruleset

// Expressions as the kernel dumps them, straight from their attributes: a table has thousands of them, and an object of
// the library's for each takes longer than the dump itself.

extension KernelExpression {
    /// One element of a rule's list; `other` for what this model has no words for.
    init(_ element: AttributeTable) {
        let name = element.payload(NFTA_EXPR_NAME) ?? []
        let attributes = element.nested(NFTA_EXPR_DATA) ?? AttributeTable([])
        self =
            ExpressionKind(name: name).flatMap { KernelExpression.read($0, attributes) }
            ?? .other(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self), attributes, element)
    }

    /// What is counted or remembered of packets is left out.
    private static func other(
        _ name: String, _ attributes: AttributeTable, _ element: AttributeTable
    ) -> KernelExpression {
        switch name {
        case "last": .other(name: name, digest: [])
        case "quota": .other(name: name, digest: Digest.of(quota: attributes))
        case "lookup":
            .other(
                name: name, digest: digest(attributes, [NFTA_LOOKUP_SREG, NFTA_LOOKUP_DREG, NFTA_LOOKUP_FLAGS]),
                set: attributes.text(NFTA_LOOKUP_SET))
        case "objref" where attributes.has(NFTA_OBJREF_SET_NAME):
            .other(
                name: name, digest: digest(attributes, [NFTA_OBJREF_SET_SREG]),
                set: attributes.text(NFTA_OBJREF_SET_NAME))
        default: .other(name: name, digest: digest(element))
        }
    }

    private static func read(_ kind: ExpressionKind, _ attributes: AttributeTable) -> KernelExpression? {
        switch kind {
        case .meta: meta(attributes)
        case .conntrack: conntrack(attributes)
        case .payload: payload(attributes)
        case .fib: fib(attributes)
        case .socket: socket(attributes)
        case .bitwise: bitwise(attributes)
        case .byteOrder: byteOrder(attributes)
        case .compare: compare(attributes)
        case .range: range(attributes)
        case .lookup: lookup(attributes)
        case .immediate: immediate(attributes)
        case .redirect: redirect(attributes)
        case .masquerade: masquerade(attributes)
        case .reject:
            .reject(
                kind: attributes.u32(NFTA_REJECT_TYPE) ?? 0,
                code: UInt8(truncatingIfNeeded: attributes.number(NFTA_REJECT_ICMP_CODE) ?? 0))
        case .counter: .counter
        case .limit: limit(attributes)
        case .log: log(attributes)
        }
    }

    private static func meta(_ attributes: AttributeTable) -> KernelExpression? {
        guard let key = attributes.u32(NFTA_META_KEY) else { return nil }
        if let source = attributes.slot(NFTA_META_SREG) { return .metaSet(key: key, source: source) }
        return attributes.slot(NFTA_META_DREG).map { .meta(key: key, destination: $0) }
    }

    private static func conntrack(_ attributes: AttributeTable) -> KernelExpression? {
        guard let key = attributes.u32(NFTA_CT_KEY) else { return nil }
        let direction = attributes.number(NFTA_CT_DIRECTION).map { UInt8(truncatingIfNeeded: $0) }
        if let source = attributes.slot(NFTA_CT_SREG) {
            return .conntrackSet(key: key, direction: direction, source: source)
        }
        guard direction == nil else { return nil }
        return attributes.slot(NFTA_CT_DREG).map { .conntrack(key: key, destination: $0) }
    }

    private static func payload(_ attributes: AttributeTable) -> KernelExpression? {
        guard let base = attributes.u32(NFTA_PAYLOAD_BASE), let offset = attributes.u32(NFTA_PAYLOAD_OFFSET),
            let byteCount = attributes.u32(NFTA_PAYLOAD_LEN), let slot = attributes.slot(NFTA_PAYLOAD_DREG)
        else { return nil }
        return .payload(base: base, offset: offset, byteCount: byteCount, destination: slot)
    }

    private static func fib(_ attributes: AttributeTable) -> KernelExpression? {
        guard let result = attributes.u32(NFTA_FIB_RESULT), let flags = attributes.u32(NFTA_FIB_FLAGS),
            let slot = attributes.slot(NFTA_FIB_DREG)
        else { return nil }
        return .fib(result: result, flags: flags, destination: slot)
    }

    private static func socket(_ attributes: AttributeTable) -> KernelExpression? {
        guard let key = attributes.u32(NFTA_SOCKET_KEY), let slot = attributes.slot(NFTA_SOCKET_DREG) else {
            return nil
        }
        return .socket(key: key, level: attributes.u32(NFTA_SOCKET_LEVEL) ?? 0, destination: slot)
    }

    private static func bitwise(_ attributes: AttributeTable) -> KernelExpression? {
        // A shift, or an operation on two registers, has a number; the boolean one is 0.
        guard attributes.u32(NFTA_BITWISE_OP) ?? 0 == 0, let source = attributes.slot(NFTA_BITWISE_SREG),
            let destination = attributes.slot(NFTA_BITWISE_DREG), let mask = attributes.data(NFTA_BITWISE_MASK),
            let xor = attributes.data(NFTA_BITWISE_XOR)
        else { return nil }
        return .bitwise(source: source, destination: destination, mask: mask, xor: xor)
    }

    private static func byteOrder(_ attributes: AttributeTable) -> KernelExpression? {
        guard attributes.u32(NFTA_BYTEORDER_OP) == NFT_BYTEORDER_HTON.rawValue,
            let source = attributes.slot(NFTA_BYTEORDER_SREG), let destination = attributes.slot(NFTA_BYTEORDER_DREG),
            let byteCount = attributes.u32(NFTA_BYTEORDER_LEN)
        else { return nil }
        return .byteOrder(source: source, destination: destination, byteCount: byteCount)
    }

    private static func compare(_ attributes: AttributeTable) -> KernelExpression? {
        guard let source = attributes.slot(NFTA_CMP_SREG), let data = attributes.data(NFTA_CMP_DATA),
            let comparison = attributes.u32(NFTA_CMP_OP).flatMap({ Comparison(rawValue: $0) })
        else { return nil }
        return .compare(comparison, source: source, data)
    }

    private static func range(_ attributes: AttributeTable) -> KernelExpression? {
        guard let source = attributes.slot(NFTA_RANGE_SREG), let lower = attributes.data(NFTA_RANGE_FROM_DATA),
            let upper = attributes.data(NFTA_RANGE_TO_DATA)
        else { return nil }
        return .range(isInverted: attributes.u32(NFTA_RANGE_OP) == 1, source: source, lower, upper)
    }

    private static func lookup(_ attributes: AttributeTable) -> KernelExpression? {
        guard let source = attributes.slot(NFTA_LOOKUP_SREG), let name = attributes.text(NFTA_LOOKUP_SET) else {
            return nil
        }
        guard let destination = attributes.u32(NFTA_LOOKUP_DREG) else {
            let isInverted = (attributes.u32(NFTA_LOOKUP_FLAGS) ?? 0) & 1 != 0
            return .lookup(.init(name: name), source: source, isInverted: isInverted, isMap: false)
        }
        guard destination == NFT_REG_VERDICT.rawValue else { return nil }
        return .lookup(.init(name: name), source: source, isInverted: false, isMap: true)
    }

    private static func immediate(_ attributes: AttributeTable) -> KernelExpression? {
        if attributes.u32(NFTA_IMMEDIATE_DREG) == NFT_REG_VERDICT.rawValue {
            let verdict = attributes.nested(NFTA_IMMEDIATE_DATA)?.nested(NFTA_DATA_VERDICT)
            guard let verdict, let code = verdict.u32(NFTA_VERDICT_CODE) else { return nil }
            return .verdict(code: Int32(bitPattern: code), chain: verdict.text(NFTA_VERDICT_CHAIN))
        }
        guard let slot = attributes.slot(NFTA_IMMEDIATE_DREG), let data = attributes.data(NFTA_IMMEDIATE_DATA) else {
            return nil
        }
        return .immediate(destination: slot, data)
    }

    private static func redirect(_ attributes: AttributeTable) -> KernelExpression? {
        guard (attributes.u32(NFTA_REDIR_FLAGS) ?? 0) & ~portIsGiven == 0 else { return nil }
        let lowest = attributes.slot(NFTA_REDIR_REG_PROTO_MIN)
        let highest = attributes.has(NFTA_REDIR_REG_PROTO_MAX) ? attributes.slot(NFTA_REDIR_REG_PROTO_MAX) : lowest
        return lowest == highest ? lowest.map { .redirect(portRegister: $0) } : nil
    }

    /// NF_NAT_RANGE_PROTO_SPECIFIED.
    private static let portIsGiven: UInt32 = 2

    private static func masquerade(_ attributes: AttributeTable) -> KernelExpression? {
        let hasPorts = attributes.has(NFTA_MASQ_REG_PROTO_MIN) || attributes.has(NFTA_MASQ_REG_PROTO_MAX)
        return hasPorts || attributes.u32(NFTA_MASQ_FLAGS) ?? 0 != 0 ? nil : .masquerade
    }

    private static func limit(_ attributes: AttributeTable) -> KernelExpression? {
        guard let rate = attributes.number(NFTA_LIMIT_RATE), let unit = attributes.number(NFTA_LIMIT_UNIT) else {
            return nil
        }
        return .limit(
            rate: rate, unit: unit, burst: attributes.u32(NFTA_LIMIT_BURST) ?? 0,
            kind: attributes.u32(NFTA_LIMIT_TYPE) ?? 0, flags: attributes.u32(NFTA_LIMIT_FLAGS) ?? 0)
    }

    private static func log(_ attributes: AttributeTable) -> KernelExpression? {
        let isOrdinary =
            (attributes.u32(NFTA_LOG_LEVEL) ?? ordinaryLogLevel) == ordinaryLogLevel
            && [NFTA_LOG_SNAPLEN, NFTA_LOG_QTHRESHOLD, NFTA_LOG_FLAGS].allSatisfy { attributes.number($0) ?? 0 == 0 }
        guard isOrdinary else { return nil }
        return .log(
            prefix: attributes.text(NFTA_LOG_PREFIX) ?? "",
            group: attributes.number(NFTA_LOG_GROUP).map { UInt16(truncatingIfNeeded: $0) })
    }

    /// LOG_WARNING, which the kernel takes where none is given.
    private static let ordinaryLogLevel: UInt32 = 4

    private static func digest(
        _ attributes: AttributeTable, _ said: [some RawRepresentable<UInt32>]
    ) -> [UInt8] {
        Digest.of(said.map { Array(attributes.payload($0) ?? []) })
    }

    private static func digest(_ element: AttributeTable) -> [UInt8] {
        Digest.of([Array(element.payload(NFTA_EXPR_DATA) ?? [])])
    }
}

extension AttributeTable {
    fileprivate func slot(_ type: some RawRepresentable<UInt32>) -> Int? {
        u32(type).flatMap { Register.slot(ofNumber: $0) }
    }

    /// What a register holds; nil when it is wider than any field.
    fileprivate func data(_ type: some RawRepresentable<UInt32>) -> FieldValue? {
        guard let bytes = nested(type)?.payload(NFTA_DATA_VALUE), bytes.count <= FieldValue.maximumBytes else {
            return nil
        }
        return FieldValue(bytes: bytes)
    }
}
