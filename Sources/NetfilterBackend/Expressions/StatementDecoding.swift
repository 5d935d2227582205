internal import CNetfilter
internal import Ruleset

/// Turns the expressions of one rule back into statements. What it does not know becomes `opaque`; it never fails.
struct StatementDecoder {
    private(set) var statements: [Statement] = []
    private var registers = RegisterContents()
    /// The anonymous sets of the table, by the names that the kernel gave them.
    private let anonymousSets: [String: AnonymousSet]

    init(anonymousSets: [String: AnonymousSet]) { self.anonymousSets = anonymousSets }

    /// After the last expression.
    mutating func finish() -> [Statement] {
        joinRanges()
        return statements
    }

    /// In the order of the rule.
    mutating func decode(_ expression: KernelExpression) {
        switch expression {
        case .meta(_, let slot), .payload(_, _, _, let slot), .conntrack(_, let slot), .fib(_, _, let slot),
            .socket(_, _, let slot):
            load(expression, into: slot)
        case .bitwise(let source, let destination, let mask, let xor):
            guard source == destination, registers.mask(source, mask, xor) else { return opaque(expression) }
        case .byteOrder(let source, let destination, _):
            guard source == destination, registers.turn(source) else { return opaque(expression) }
        case .compare(let comparison, let source, let bytes): decodeCompare(expression, comparison, source, bytes)
        case .range(let isInverted, let source, let lower, let upper):
            decodeRange(expression, isInverted, source, lower, upper)
        case .lookup(let reference, let source, let isInverted, let isMap):
            decodeLookup(expression, reference, source, isInverted, isMap)
        case .immediate(let slot, let bytes): registers.put(.constant(bytes), slot)
        case .metaSet(NFT_META_MARK.rawValue, let source): decodeMark(expression, .packet, source)
        case .conntrackSet(NFT_CT_MARK.rawValue, nil, let source): decodeMark(expression, .connection, source)
        case .conntrackSet(NFT_CT_ZONE.rawValue, 0, let source): decodeZone(expression, source)
        case .redirect(let slot): decodeRedirect(expression, slot)
        default: statements.append(expression.statement ?? expression.opaque)
        }
    }

    private mutating func opaque(_ expression: KernelExpression) { statements.append(expression.opaque) }

    private mutating func load(_ expression: KernelExpression, into slot: Int) {
        guard let (field, byteCount) = Field.read(by: expression, after: statements) else {
            registers.put(.unknown, slot)
            return opaque(expression)
        }
        registers.put(.field(.init(field: field, byteCount: byteCount)), slot)
    }

    private mutating func decodeCompare(
        _ expression: KernelExpression, _ comparison: KernelExpression.Comparison, _ source: Int, _ bytes: FieldValue
    ) {
        guard let field = registers.field(source), let value = field.value(bytes) else { return opaque(expression) }
        let operation: Match.Operation
        switch comparison {
        case .equal: operation = .equal(value)
        case .notEqual: operation = .notEqual(value)
        // Half of a range, until the other half follows.
        case .greaterOrEqual: operation = .within(value, FieldValue.highest(value.byteCount))
        case .lessOrEqual: operation = .within(FieldValue.lowest(value.byteCount), value)
        case .less: operation = .below(value)
        case .greater: return opaque(expression)
        }
        statements.append(.match(Match(field.field, mask: field.effectiveMask, operation)))
    }

    private mutating func decodeRange(
        _ expression: KernelExpression, _ isInverted: Bool, _ source: Int, _ lower: FieldValue, _ upper: FieldValue
    ) {
        guard let field = registers.field(source), let low = field.value(lower), let high = field.value(upper) else {
            return opaque(expression)
        }
        let operation: Match.Operation = isInverted ? .outside(low, high) : .within(low, high)
        statements.append(.match(Match(field.field, mask: field.effectiveMask, operation)))
    }

    private mutating func decodeLookup(
        _ expression: KernelExpression, _ reference: KernelExpression.SetReference, _ source: Int, _ isInverted: Bool,
        _ isMap: Bool
    ) {
        guard let anonymous = anonymousSets[reference.name] else {
            return decodeNamedLookup(expression, reference, source, isInverted, isMap)
        }
        guard let fields = registers.fields(source, count: anonymous.key.count) else { return opaque(expression) }
        if isMap {
            guard fields.count == 1, anonymous.verdicts.count == anonymous.elements.count else {
                return opaque(expression)
            }
            let entries = zip(anonymous.elements, anonymous.verdicts).map { VerdictMap.Entry($0, $1) }
            statements.append(
                .verdictMap(VerdictMap(fields[0].field, mask: fields[0].effectiveMask, entries: entries)))
        } else {
            let operation: Match.Operation = isInverted ? .noneOf(anonymous.elements) : .anyOf(anonymous.elements)
            statements.append(.match(Match(fields.map(\.field), mask: fields[0].effectiveMask, operation)))
        }
    }

    private mutating func decodeNamedLookup(
        _ expression: KernelExpression, _ reference: KernelExpression.SetReference, _ source: Int, _ isInverted: Bool,
        _ isMap: Bool
    ) {
        let fields = registers.allFields(from: source)
        guard !isMap, !fields.isEmpty else { return opaque(expression) }
        let operation: Match.Operation = isInverted ? .notInSet(reference.name) : .inSet(reference.name)
        statements.append(.match(Match(fields.map(\.field), mask: fields[0].effectiveMask, operation)))
    }

    private mutating func decodeMark(_ expression: KernelExpression, _ destination: MarkChange.Mark, _ source: Int) {
        switch registers[source] {
        case .constant(let bytes) where bytes.byteCount == 4:
            let bits = UInt32(truncatingIfNeeded: FieldType.mark.fieldValue(bytes).integer)
            statements.append(.setMark(MarkChange(destination, from: destination, keep: 0, bits: bits)))
        case .field(let field) where field.field == .meta(.mark) || field.field == .conntrack(.mark):
            let keep = field.mask.map { UInt32(truncatingIfNeeded: $0.integer) } ?? .max
            let bits = field.xor.map { UInt32(truncatingIfNeeded: $0.integer) } ?? 0
            guard keep & bits == 0 else { return opaque(expression) }
            let from: MarkChange.Mark = field.field == .meta(.mark) ? .packet : .connection
            statements.append(.setMark(MarkChange(destination, from: from, keep: keep, bits: bits)))
        default: opaque(expression)
        }
    }

    private mutating func decodeZone(_ expression: KernelExpression, _ source: Int) {
        guard case .constant(let bytes) = registers[source], bytes.byteCount == 2 else { return opaque(expression) }
        let zone = UInt16(1).littleEndian == 1 ? bytes.reversed : bytes
        statements.append(.setOriginalZone(UInt16(truncatingIfNeeded: zone.integer)))
    }

    private mutating func decodeRedirect(_ expression: KernelExpression, _ slot: Int) {
        guard case .constant(let bytes) = registers[slot], bytes.byteCount == 2 else { return opaque(expression) }
        statements.append(.redirect(port: UInt16(truncatingIfNeeded: bytes.integer)))
    }

    /// nft writes a range as two comparisons of the same field.
    private mutating func joinRanges() {
        var index = 0
        while index + 1 < statements.count {
            if case .match(let first) = statements[index], case .match(let second) = statements[index + 1],
                first.fields == second.fields, first.mask == second.mask,
                case .within(let lower, let open) = first.operation, open == .highest(lower.byteCount),
                case .within(let closed, let upper) = second.operation, closed == .lowest(upper.byteCount)
            {
                statements[index] = .match(Match(first.fields, mask: first.mask, .within(lower, upper)))
                statements.remove(at: index + 1)
            }
            index += 1
        }
    }
}

extension KernelExpression {
    /// The statement that one expression alone makes.
    fileprivate var statement: Statement? {
        switch self {
        case .masquerade: .masquerade
        case .counter: .counter
        case .log(let prefix, let group): .log(LogTarget(prefix: prefix, group: group))
        case .verdict(let code, let chain): Verdict(code: code, chain: chain).map { .verdict($0) }
        case .reject(NFT_REJECT_TCP_RST.rawValue, _): .reject(.tcpReset)
        case .reject(NFT_REJECT_ICMPX_UNREACH.rawValue, let code):
            Rejection.ICMPXCode(rawValue: code).map { .reject(.icmp($0)) }
        case .limit(let rate, let unit, let burst, 0, 0):
            RateLimit.Unit(rawValue: unit).map { .limit(RateLimit(rate: rate, per: $0, burst: burst)) }
        default: nil
        }
    }

    fileprivate var opaque: Statement {
        if case .other(let name, let digest) = self { return .opaque(name: name, digest: digest) }
        return .opaque(name: String(describing: self), digest: [])
    }
}
