internal import CNetfilter
internal import Ruleset

/// Turns the statements of one rule into expressions, and notes the anonymous sets that they need.
struct StatementEncoder {
    private(set) var expressions: [KernelExpression] = []
    private(set) var anonymousSets: [AnonymousSet] = []
    /// The number of the next anonymous set: unique within a batch.
    private(set) var nextIdentifier: UInt32

    init(firstIdentifier: UInt32) { nextIdentifier = firstIdentifier }

    mutating func encode(_ statement: Statement) {
        switch statement {
        case .match(let match): encode(match)
        case .verdictMap(let map): encode(map)
        case .counter: expressions.append(.counter)
        case .limit(let limit):
            expressions.append(
                .limit(rate: limit.rate, unit: limit.unit.rawValue, burst: limit.burst, kind: 0, flags: 0))
        case .log(let target): expressions.append(.log(prefix: target.prefix, group: target.group))
        case .setMark(let change): encode(change)
        case .setOriginalZone(let zone):
            expressions.append(.immediate(destination: 0, FieldValue(zone).inHostOrder))
            expressions.append(.conntrackSet(key: NFT_CT_ZONE.rawValue, direction: 0, source: 0))
        case .redirect(let port):
            expressions.append(.immediate(destination: 0, FieldValue(port)))
            expressions.append(.redirect(portRegister: 0))
        case .masquerade: expressions.append(.masquerade)
        case .reject(.tcpReset): expressions.append(.reject(kind: NFT_REJECT_TCP_RST.rawValue, code: 0))
        case .reject(.icmp(let code)):
            expressions.append(.reject(kind: NFT_REJECT_ICMPX_UNREACH.rawValue, code: code.rawValue))
        case .verdict(let verdict): expressions.append(.verdict(code: verdict.code, chain: verdict.chain))
        case .opaque: preconditionFailure("what another program wrote is read, never written")
        }
    }

    /// Reads the fields into consecutive registers and masks what was read.
    private mutating func load(_ fields: [Field], mask: FieldValue?) {
        var slot = 0
        for field in fields {
            expressions.append(field.load(into: slot))
            slot += field.type.slotCount
        }
        guard let mask else { return }
        precondition(fields.count == 1, "a mask is for a single field")
        expressions.append(
            .bitwise(
                source: 0, destination: 0, mask: fields[0].type.registerValue(mask), xor: .lowest(mask.byteCount)))
    }

    private mutating func encode(_ match: Match) {
        if let (length, value, comparison) = match.prefix {
            return compare(match.field, length, comparison, value)
        }
        load(match.fields, mask: match.mask)
        let types = match.fields.map(\.type)
        switch match.operation {
        case .equal(let value): compare(.equal, types[0].registerValue(value))
        case .notEqual(let value): compare(.notEqual, types[0].registerValue(value))
        case .below(let value):
            orderForComparing(types[0])
            compare(.less, value)
        case .within(let lower, let upper):
            orderForComparing(types[0])
            compare(.greaterOrEqual, lower)
            compare(.lessOrEqual, upper)
        case .outside(let lower, let upper):
            orderForComparing(types[0])
            expressions.append(.range(isInverted: true, source: 0, lower, upper))
        case .inSet(let name): lookUp(.init(name: name), isInverted: false)
        case .notInSet(let name): lookUp(.init(name: name), isInverted: true)
        case .anyOf(let elements): lookUp(add(types, elements), isInverted: false)
        case .noneOf(let elements): lookUp(add(types, elements), isInverted: true)
        }
    }

    private mutating func encode(_ map: VerdictMap) {
        load([map.field], mask: map.mask)
        let reference = add(
            [map.field.type], map.entries.map(\.key), verdicts: map.entries.map(\.verdict))
        expressions.append(.lookup(reference, source: 0, isInverted: false, isMap: true))
    }

    private mutating func encode(_ change: MarkChange) {
        if change.keep == 0 {
            expressions.append(.immediate(destination: 0, FieldType.mark.registerValue(FieldValue(change.bits))))
        } else {
            expressions.append(change.source.load)
            expressions.append(
                .bitwise(
                    source: 0, destination: 0, mask: FieldType.mark.registerValue(FieldValue(change.keep)),
                    xor: FieldType.mark.registerValue(FieldValue(change.bits))))
        }
        switch change.destination {
        case .packet: expressions.append(.metaSet(key: NFT_META_MARK.rawValue, source: 0))
        case .connection: expressions.append(.conntrackSet(key: NFT_CT_MARK.rawValue, direction: nil, source: 0))
        }
    }

    /// A prefix of whole bytes: only those are read and compared, as nft does it. It takes no masking.
    private mutating func compare(
        _ field: Field, _ byteCount: Int, _ comparison: KernelExpression.Comparison, _ value: FieldValue
    ) {
        guard case .payload(let base, let offset, _, let slot) = field.load(into: 0) else {
            preconditionFailure("only payload is read in part")
        }
        expressions.append(.payload(base: base, offset: offset, byteCount: UInt32(byteCount), destination: slot))
        compare(comparison, value.resized(to: byteCount))
    }

    /// Order is compared byte by byte, first byte first: a number in host order is turned round before.
    private mutating func orderForComparing(_ type: FieldType) {
        guard type.isHostOrder else { return }
        expressions.append(.byteOrder(source: 0, destination: 0, byteCount: UInt32(type.byteCount)))
    }

    private mutating func compare(_ comparison: KernelExpression.Comparison, _ value: FieldValue) {
        expressions.append(.compare(comparison, source: 0, value))
    }

    private mutating func lookUp(_ reference: KernelExpression.SetReference, isInverted: Bool) {
        expressions.append(.lookup(reference, source: 0, isInverted: isInverted, isMap: false))
    }

    private mutating func add(
        _ key: [FieldType], _ elements: [SetElement], verdicts: [Verdict] = []
    ) -> KernelExpression.SetReference {
        let set = AnonymousSet(identifier: nextIdentifier, key: key, elements: elements, verdicts: verdicts)
        nextIdentifier += 1
        anonymousSets.append(set)
        return .init(name: set.name, identifier: set.identifier)
    }
}

/// A set that belongs to one rule; with verdicts, a map.
struct AnonymousSet: Equatable {
    var identifier: UInt32
    var key: [FieldType]
    var elements: [SetElement]
    var verdicts: [Verdict]
    /// Of a set that another program wrote and this model cannot say; then it has no elements here.
    var opaqueDigest: [UInt8]?

    /// Enough to see that it has changed.
    var digest: [UInt8] {
        if let opaqueDigest { return opaqueDigest }
        let entries = elements.indices.map { index in
            "\(elements[index]) \(verdicts.indices.contains(index) ? "\(verdicts[index])" : "")"
        }
        return Digest.of(entries.sorted().map { Array($0.utf8) })
    }

    var isMap: Bool { !verdicts.isEmpty }

    /// The kernel puts a number of its own in place of %d.
    var name: String { isMap ? "__map%d" : "__set%d" }

    var hasIntervals: Bool { elements.contains { $0.isInterval } }
}

extension Match {
    /// For a prefix of whole bytes of an address: how many they are.
    fileprivate var prefix: (byteCount: Int, value: FieldValue, comparison: KernelExpression.Comparison)? {
        guard let mask, others.isEmpty, case .payload = field, field.type.isAddress else { return nil }
        guard let length = (1..<mask.byteCount).first(where: { mask.isMask(ofBytes: $0) }) else { return nil }
        switch operation {
        case .equal(let value) where value.masked(by: mask) == value: return (length, value, .equal)
        case .notEqual(let value) where value.masked(by: mask) == value: return (length, value, .notEqual)
        default: return nil
        }
    }
}

extension FieldType {
    fileprivate var isAddress: Bool { self == .ipv4Address || self == .ipv6Address }
}

extension FieldValue {
    fileprivate func isMask(ofBytes count: Int) -> Bool {
        self == .prefixMask(length: 8 * count, byteCount: byteCount)
    }

    /// As the machine keeps a number.
    fileprivate var inHostOrder: FieldValue { UInt16(1).littleEndian == 1 ? reversed : self }
}

extension MarkChange.Mark {
    fileprivate var load: KernelExpression {
        switch self {
        case .packet: .meta(key: NFT_META_MARK.rawValue, destination: 0)
        case .connection: .conntrack(key: NFT_CT_MARK.rawValue, destination: 0)
        }
    }
}

extension Verdict {
    /// enum nft_verdicts, and NF_DROP and NF_ACCEPT.
    var code: Int32 {
        switch self {
        case .drop: 0
        case .accept: 1
        case .jump: -3
        case .goto: -4
        case .return: -5
        }
    }

    var chain: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        default: nil
        }
    }

    init?(code: Int32, chain: String?) {
        switch (code, chain) {
        case (0, nil): self = .drop
        case (1, nil): self = .accept
        case (-5, nil): self = .return
        case (-3, let chain?): self = .jump(chain)
        case (-4, let chain?): self = .goto(chain)
        default: return nil
        }
    }
}
