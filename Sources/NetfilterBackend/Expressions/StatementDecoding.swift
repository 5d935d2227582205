internal import CNetfilter
internal import Ruleset

/// Turns the expressions of one rule back into statements. What it does not know becomes `opaque`; it never fails.
struct StatementDecoder {
    private(set) var statements: [Statement] = []
    private var registers = RegisterContents()
    /// What has filled registers and is not in a statement yet. When an opaque expression follows, these are opaque too:
    /// it may be what they are for.
    private var silent: [(slot: Int, expression: KernelExpression)] = []
    private let family: TableFamily
    private let sets: DumpedSets

    /// `sets`: of the table that the rule is in.
    init(_ family: TableFamily, sets: DumpedSets) {
        self.family = family
        self.sets = sets
    }

    /// After the last expression.
    mutating func finish() -> [Statement] {
        tellSilent()
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
            let isKnown = source == destination && registers.mask(source, mask, xor)
            note(expression, isKnown: isKnown, in: destination)
        case .byteOrder(let source, let destination, _):
            let isKnown = source == destination && registers.turn(source)
            note(expression, isKnown: isKnown, in: destination)
        case .compare(let comparison, let source, let bytes): decodeCompare(expression, comparison, source, bytes)
        case .range(let isInverted, let source, let lower, let upper):
            decodeRange(expression, isInverted, source, lower, upper)
        case .lookup(let reference, let source, let isInverted, let isMap):
            decodeLookup(expression, reference, source, isInverted, isMap)
        case .immediate(let slot, let bytes):
            registers.put(.constant(bytes), slot)
            silent.append((slot, expression))
        case .metaSet(NFT_META_MARK.rawValue, let source): decodeMark(expression, .packet, source)
        case .conntrackSet(NFT_CT_MARK.rawValue, nil, let source): decodeMark(expression, .connection, source)
        case .conntrackSet(NFT_CT_ZONE.rawValue, 0, let source): decodeZone(expression, source)
        case .redirect(let slot): decodeRedirect(expression, slot)
        default:
            if let statement = expression.statement { statements.append(statement) } else { opaque(expression) }
        }
    }

    /// Adds what was made of the contents of these registers.
    private mutating func add(_ statement: Statement, from slots: Range<Int>) {
        silent.removeAll { slots.contains($0.slot) }
        statements.append(statement)
    }

    private mutating func opaque(_ expression: KernelExpression) {
        tellSilent()
        guard case .other(let name, let digest, let set) = expression else {
            return statements.append(.opaque(name: String(describing: expression), digest: []))
        }
        registers.forget()
        // The name of an anonymous set is the kernel's: what is in it says more.
        let place = set.map { sets.anonymous[$0]?.digest ?? Array($0.utf8) }
        statements.append(.opaque(name: name, digest: place.map { Digest.of([digest, $0]) } ?? digest))
    }

    private mutating func tellSilent() {
        for (_, expression) in silent { statements.append(.opaque(name: String(describing: expression), digest: [])) }
        silent.removeAll(keepingCapacity: true)
    }

    /// A change of what a register holds.
    private mutating func note(_ expression: KernelExpression, isKnown: Bool, in slot: Int) {
        if isKnown { return silent.append((slot, expression)) }
        opaque(expression)
        registers.put(.unknown, slot)
    }

    private mutating func load(_ expression: KernelExpression, into slot: Int) {
        guard let (field, byteCount) = Field.read(by: expression, after: statements, in: family) else {
            opaque(expression)
            return registers.put(.unknown, slot)
        }
        registers.put(.field(.init(field: field, byteCount: byteCount)), slot)
        silent.append((slot, expression))
    }

    private mutating func decodeCompare(
        _ expression: KernelExpression, _ comparison: KernelExpression.Comparison, _ source: Int, _ bytes: FieldValue
    ) {
        guard let field = registers.field(source), field.xor == nil, let value = field.value(bytes) else {
            return opaque(expression)
        }
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
        add(.match(Match(field.field, mask: field.effectiveMask, operation)), from: source..<source + 1)
    }

    private mutating func decodeRange(
        _ expression: KernelExpression, _ isInverted: Bool, _ source: Int, _ lower: FieldValue, _ upper: FieldValue
    ) {
        guard let field = registers.field(source), field.xor == nil, let low = field.value(lower),
            let high = field.value(upper)
        else {
            return opaque(expression)
        }
        let operation: Match.Operation = isInverted ? .outside(low, high) : .within(low, high)
        add(.match(Match(field.field, mask: field.effectiveMask, operation)), from: source..<source + 1)
    }

    private mutating func decodeLookup(
        _ expression: KernelExpression, _ reference: KernelExpression.SetReference, _ source: Int, _ isInverted: Bool,
        _ isMap: Bool
    ) {
        let anonymous = sets.anonymous[reference.name]
        guard let key = anonymous?.key ?? sets.keys[reference.name], let fields = registers.fields(source, key),
            anonymous?.opaqueDigest == nil
        else { return opaqueLookup(expression, anonymous) }
        let slots = source..<source + key.reduce(0) { $0 + $1.slotCount }
        let (selected, mask) = (fields.map(\.field), fields[0].effectiveMask)
        switch (anonymous, isMap) {
        case (nil, false):
            let operation: Match.Operation = isInverted ? .notInSet(reference.name) : .inSet(reference.name)
            add(.match(Match(selected, mask: mask, operation)), from: slots)
        case (let set?, false):
            let operation: Match.Operation = isInverted ? .noneOf(set.elements) : .anyOf(set.elements)
            add(.match(Match(selected, mask: mask, operation)), from: slots)
        case (let set?, true) where selected.count == 1 && set.verdicts.count == set.elements.count:
            let entries = zip(set.elements, set.verdicts).map { VerdictMap.Entry($0, $1) }
            add(.verdictMap(VerdictMap(selected[0], mask: mask, entries: entries)), from: slots)
        default: opaqueLookup(expression, anonymous)
        }
    }

    private mutating func opaqueLookup(_ expression: KernelExpression, _ anonymous: AnonymousSet?) {
        guard let anonymous, case .lookup(_, let source, let isInverted, let isMap) = expression else {
            return opaque(expression)
        }
        tellSilent()
        let name = "lookup(source: \(source), isInverted: \(isInverted), isMap: \(isMap))"
        statements.append(.opaque(name: name, digest: anonymous.digest))
    }

    private mutating func decodeMark(_ expression: KernelExpression, _ destination: MarkChange.Mark, _ source: Int) {
        switch registers[source] {
        case .constant(let bytes) where bytes.byteCount == 4:
            let bits = UInt32(truncatingIfNeeded: FieldType.mark.fieldValue(bytes).integer)
            add(.setMark(MarkChange(destination, from: destination, keep: 0, bits: bits)), from: source..<source + 1)
        case .field(let field)
        where !field.isTurned && (field.field == .meta(.mark) || field.field == .conntrack(.mark)):
            let keep = field.mask.map { UInt32(truncatingIfNeeded: $0.integer) } ?? .max
            let bits = field.xor.map { UInt32(truncatingIfNeeded: $0.integer) } ?? 0
            guard keep & bits == 0 else { return opaque(expression) }
            let from: MarkChange.Mark = field.field == .meta(.mark) ? .packet : .connection
            add(.setMark(MarkChange(destination, from: from, keep: keep, bits: bits)), from: source..<source + 1)
        default: opaque(expression)
        }
    }

    private mutating func decodeZone(_ expression: KernelExpression, _ source: Int) {
        guard case .constant(let bytes) = registers[source], bytes.byteCount == 2 else { return opaque(expression) }
        let zone = UInt16(1).littleEndian == 1 ? bytes.reversed : bytes
        add(.setOriginalZone(UInt16(truncatingIfNeeded: zone.integer)), from: source..<source + 1)
    }

    private mutating func decodeRedirect(_ expression: KernelExpression, _ slot: Int) {
        guard case .constant(let bytes) = registers[slot], bytes.byteCount == 2 else { return opaque(expression) }
        add(.redirect(port: UInt16(truncatingIfNeeded: bytes.integer)), from: slot..<slot + 1)
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
}
