import NetworkTypes
import Ruleset

/// A row for every form that the model can say: made from what the model enumerates, so that a new field, operation or
/// statement has its rows or does not compile.
enum EveryForm {
    /// A chain for each row.
    static let table = Table(
        .inet, "enigm_test", sets: fields.filter { ![.hopLimit, .timeOfDay].contains($0.type) }.map(set),
        chains: [Chain("other")] + rows.enumerated().map { Chain("r_\($0)", rules: [$1]) })

    static let rows = matches + concatenations + maps + statements

    static let fields: [Field] =
        Field.Meta.allCases.map { .meta($0) } + Field.Conntrack.allCases.map { .conntrack($0) }
        // The link's header is for tables of devices.
        + Field.Payload.allCases.filter { $0 != .etherType }.map { .payload($0) }
        + [.destinationKind, .socketCgroup(level: 2)]

    // MARK: - Comparisons

    private static let matches = fields.flatMap { field in
        operations(field).map { mask, operation in
            ChainRule(required(by: field) + [.match(Match(field, mask: mask, operation)), .accept])
        }
    }

    private static func operations(_ field: Field) -> [(mask: FieldValue?, Match.Operation)] {
        // nft has no word for the type of a set of plain numbers.
        let named: [(FieldValue?, Match.Operation)] =
            field.type == .hopLimit ? [] : [(nil, .inSet(setName(field))), (nil, .notInSet(setName(field)))]
        // nft says a control group by its path, and has no sets of moments.
        if field.type == .cgroup { return named }
        if field.type == .timeOfDay { return [(nil, .below(samples(.timeOfDay)[0]))] }
        let (low, high) = (samples(field.type)[0], samples(field.type)[1])
        let all = FieldValue.highest(low.byteCount)
        let some: [(FieldValue?, Match.Operation)] = [
            (nil, .equal(low)), (nil, .notEqual(low)), (nil, .anyOf([SetElement(low), SetElement(high)])),
            (nil, .noneOf([SetElement(low), SetElement(high)])),
        ]
        if field.type.isBits {
            return named + some + tests(low, FieldValue(low.number | high.number, byteCount: low.byteCount))
        }
        guard isNumber(field.type) else { return named + some }
        let bits = FieldValue(all.number ^ 1, byteCount: all.byteCount)
        let masked: [(FieldValue?, Match.Operation)] = [
            (bits, .equal(high.masked(by: bits))), (bits, .notEqual(high.masked(by: bits))),
            (low, .equal(low)), (low, .notEqual(.lowest(low.byteCount))), (low, .equal(.lowest(low.byteCount))),
        ]
        let ranges: [(FieldValue?, Match.Operation)] = [
            (nil, .below(high)), (nil, .within(low, high)), (nil, .outside(low, high)),
        ]
        // Those of the machine's own order are turned round before, and our sets hold none.
        let intervals: [(FieldValue?, Match.Operation)] =
            field.type.isHostOrder ? [] : [(nil, .anyOf([SetElement(low, through: high), SetElement(all)]))]
        return named + some + masked + ranges + intervals
    }

    /// One bit, any of several, none of them, and one of them without the other.
    private static func tests(_ bit: FieldValue, _ bits: FieldValue) -> [(FieldValue?, Match.Operation)] {
        let none = FieldValue.lowest(bit.byteCount)
        return [
            (bit, .notEqual(none)), (bits, .notEqual(none)), (bits, .equal(none)), (bits, .equal(bit)),
            (bits, .notEqual(bit)),
        ]
    }

    /// Whether nft has masks and an order for the type: names and moments have no bits, states no order.
    private static func isNumber(_ type: FieldType) -> Bool {
        switch type {
        case .interfaceName, .timeOfDay, .conntrackDirection, .addressKind, .nfproto, .conntrackState, .conntrackStatus,
            .cgroup, .tcpFlags:
            false
        default: true
        }
    }

    /// What a rule compares before it reads the field.
    private static func required(by field: Field) -> [Statement] {
        guard case .payload(let field) = field else { return [] }
        switch field {
        case .etherType: return []
        case .ipv4Source, .ipv4Destination: return [.family(.v4)]
        case .ipv6Source, .ipv6Destination, .ipv6HopLimit: return [.family(.v6)]
        case .transportSourcePort, .transportDestinationPort, .tcpFlags: return [.transport(.tcp)]
        case .icmpType, .icmpCode: return [.family(.v4), .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(1)))))]
        case .icmpv6Type, .icmpv6Code:
            return [.family(.v6), .match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(58)))))]
        }
    }

    /// Two values of a type, in order.
    private static func samples(_ type: FieldType) -> [FieldValue] {
        switch type {
        case .nfproto: [FieldValue(UInt8(2)), FieldValue(UInt8(10))]
        case .interfaceName: [FieldValue(interfaceName: "en0"), FieldValue(interfaceName: "wg0")]
        case .timeOfDay: [1_803_859_200, 1_803_859_260].map { FieldValue(UInt64($0) * 1_000_000_000) }
        case .conntrackDirection: [FieldValue(UInt8(0)), FieldValue(UInt8(1))]
        case .conntrackState, .conntrackStatus: [FieldValue(UInt32(2)), FieldValue(UInt32(8))]
        case .addressKind: [FieldValue(UInt32(2)), FieldValue(UInt32(3))]
        case .ipv4Address: ["198.51.100.4", "198.51.100.77"].map { FieldValue(ExampleRuleset.v4($0)) }
        case .ipv6Address: ["2001:db8::4", "2001:db8::77"].map { FieldValue(ExampleRuleset.v6($0)) }
        default:
            [4, 25].map { FieldValue(UInt128($0), byteCount: type.byteCount) }
        }
    }

    private static func set(_ field: Field) -> NamedSet {
        let elements = field.type == .cgroup ? [] : samples(field.type).map { SetElement($0) }
        return NamedSet(setName(field), key: [field.type], elements: elements)
    }

    private static func setName(_ field: Field) -> String {
        "s_" + field.name.filter { $0.isLetter || $0.isNumber }
    }

    // MARK: - Several fields

    private static let pairs: [[Field]] = [
        [.payload(.ipv4Destination), .payload(.transportDestinationPort)], [.meta(.skuid), .meta(.mark)],
        [.meta(.nfproto), .payload(.transportSourcePort), .payload(.transportDestinationPort)],
        [.payload(.icmpv6Type), .payload(.icmpv6Code)],
    ]

    private static let concatenations: [ChainRule] = pairs.flatMap { fields -> [ChainRule] in
        let elements = [0, 1].map { index in SetElement(fields.map { samples($0.type)[index] }) }
        return [Match.Operation.anyOf(elements), .noneOf(elements)].map { operation in
            ChainRule(requiredOnce(by: fields) + [.match(Match(fields, operation)), .accept])
        }
    }

    private static func requiredOnce(by fields: [Field]) -> [Statement] {
        var statements: [Statement] = []
        for statement in fields.flatMap(required) where !statements.contains(statement) { statements.append(statement) }
        return statements
    }

    private static let maps: [ChainRule] = [nil, FieldValue(UInt32(0xFF))].map { mask in
        let entries = verdicts.enumerated().map { number, verdict in
            VerdictMap.Entry(SetElement(FieldValue(UInt32(number))), verdict)
        }
        return ChainRule(.verdictMap(VerdictMap(.meta(.mark), mask: mask, entries: entries)))
    }

    private static let verdicts: [Verdict] = [.accept, .drop, .return, .jump("other"), .goto("other")]

    // MARK: - What is done

    private static let statements: [ChainRule] =
        verdicts.map { ChainRule(.verdict($0)) }
        + RateLimit.Unit.allCases.flatMap { unit in
            [5, 9].map { ChainRule(.limit(RateLimit(rate: 7, per: unit, burst: $0)), .accept) }
        }
        + Rejection.ICMPXCode.allCases.map { ChainRule(.reject(.icmp($0))) }
        + marks.map { ChainRule(.setMark($0), .accept) }
        + [
            ChainRule(.counter), ChainRule(.counter, .accept, comment: "a comment, with a comma"),
            ChainRule(.log(LogTarget(prefix: "enigm: "))), ChainRule(.log(LogTarget(prefix: ""))),
            ChainRule(.log(LogTarget(prefix: "enigm: ", group: 3))), ChainRule(.setOriginalZone(5300)),
            ChainRule(.transport(.tcp), .reject(.tcpReset)), ChainRule(.tcpOrUDP, .redirect(port: 5300)),
            ChainRule(.transport(.tcp), .redirect(port: 9040)), ChainRule(.masquerade),
        ]

    private static let marks: [MarkChange] = [MarkChange.Mark.packet, .connection].flatMap { destination in
        [MarkChange(destination, from: destination, keep: 0, bits: 0x0D00_0003)]
            + [MarkChange.Mark.packet, .connection].flatMap { source in
                [
                    MarkChange(destination, from: source, keep: 0xF000_00FF, bits: 0),
                    MarkChange(destination, from: source, keep: 0xF000_0000, bits: 0x0D00_0003),
                    MarkChange(destination, from: source, keep: .max, bits: 0),
                ]
            }
    }

    /// What kind a statement is: a new one has no number here until somebody gives it one, and then no row.
    static func kind(of statement: Statement) -> Int? {
        switch statement {
        case .match: 0
        case .verdictMap: 1
        case .counter: 2
        case .limit: 3
        case .log: 4
        case .setMark: 5
        case .setOriginalZone: 6
        case .redirect: 7
        case .masquerade: 8
        case .reject: 9
        case .verdict: 10
        case .opaque: nil
        }
    }

    static let kindCount = 11

    static func kind(of operation: Match.Operation) -> Int {
        switch operation {
        case .equal: 0
        case .notEqual: 1
        case .below: 2
        case .within: 3
        case .outside: 4
        case .inSet: 5
        case .notInSet: 6
        case .anyOf: 7
        case .noneOf: 8
        }
    }

    static let operationCount = 9
}
