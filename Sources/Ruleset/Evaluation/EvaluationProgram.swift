/// A ruleset in the form that evaluating wants: chains by number, values as numbers, sets for looking up.
struct EvaluationProgram: Sendable {
    var chains: [EvaluableChain] = []
    /// The base chains of each hook, in the order in which packets meet them.
    private var entries: [ChainHook.Point: [BaseChain]] = [:]

    struct BaseChain: Sendable {
        var chain: Int
        var hook: ChainHook
    }

    /// Tables that are dormant or only see what is on the wire take no part.
    init(_ ruleset: Ruleset) {
        for table in ruleset.tables where table.family != .netdev && !table.flags.contains(.dormant) { add(table) }
        for point in entries.keys { entries[point]?.sort { $0.hook.priority < $1.hook.priority } }
    }

    func baseChains(_ point: ChainHook.Point) -> [BaseChain] { entries[point] ?? [] }

    private mutating func add(_ table: Table) {
        let first = chains.count
        var numbers: [String: Int] = [:]
        for (index, chain) in table.chains.enumerated() { numbers[chain.name] = first + index }
        let translation = EvaluationTranslation(table: table, chains: numbers)
        for (index, chain) in table.chains.enumerated() {
            chains.append(translation.translate(chain))
            if let hook = chain.hook {
                entries[hook.point, default: []].append(.init(chain: first + index, hook: hook))
            }
        }
    }
}

struct EvaluableChain: Sendable {
    var table: String
    var name: String
    var rules: [[EvaluableStatement]]
}

enum EvaluableStatement: Sendable {
    case match(EvaluableMatch)
    case tupleMatch(EvaluableTupleMatch)
    case map(EvaluableMap)
    case setMark(MarkChange)
    case redirect(port: UInt16)
    case masquerade
    case reject(Rejection)
    case verdict(EvaluableVerdict)
    /// Something that this model has no meaning for; it ends its rule.
    case never
}

enum EvaluableVerdict: Sendable {
    case accept
    case drop
    case `return`
    case jump(Int)
    case goto(Int)
}

/// A comparison of one field.
struct EvaluableMatch: Sendable {
    var field: Field
    var mask: UInt128
    var operation: Operation

    enum Operation: Sendable {
        case equal(UInt128)
        case notEqual(UInt128)
        case within(ClosedRange<UInt128>)
        case outside(ClosedRange<UInt128>)
        case member(SortedIntervals)
        case notMember(SortedIntervals)
    }
}

/// Several fields at once, looked up in a set of concatenations.
struct EvaluableTupleMatch: Sendable {
    var fields: [Field]
    var elements: Set<[UInt128]>
    var isMember: Bool
}

/// A verdict map over one field.
struct EvaluableMap: Sendable {
    var field: Field
    var mask: UInt128
    var keys: SortedIntervals
    /// For each key.
    var verdicts: [EvaluableVerdict]
}

/// Disjoint intervals in order, as the kernel demands of the elements of a set.
struct SortedIntervals: Sendable {
    private var lower: [UInt128]
    private var upper: [UInt128]

    /// `intervals` are in order.
    init(_ intervals: [ClosedRange<UInt128>]) {
        lower = intervals.map(\.lowerBound)
        upper = intervals.map(\.upperBound)
    }

    /// Which of them holds `value`.
    func index(of value: UInt128) -> Int? {
        var range = lower.indices
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            if lower[middle] > value {
                range = range.lowerBound..<middle
            } else if upper[middle] < value {
                range = (middle + 1)..<range.upperBound
            } else {
                return middle
            }
        }
        return nil
    }

    func contains(_ value: UInt128) -> Bool { index(of: value) != nil }
}
