/// A ruleset in the form that evaluating wants: chains by number, values as numbers, sets for looking up. Statements lie
/// in one array and are plain values, so that running one counts no references.
struct EvaluationProgram: Sendable {
    private(set) var chains: [EvaluableChain] = []
    /// Where the statements of each rule are.
    private(set) var rules: [Range<Int>] = []
    private(set) var statements: [EvaluableStatement] = []
    private(set) var lookups = EvaluationLookups()
    /// The base chains of each hook, in the order in which packets meet them.
    private var entries: [ChainHook.Point: [BaseChain]] = [:]
    /// Those of the egress hook, by their device.
    private var wires: [String: [BaseChain]] = [:]

    struct BaseChain: Sendable {
        var chain: Int
        var hook: ChainHook
    }

    /// Tables that are dormant take no part.
    init(_ ruleset: Ruleset) {
        let tables = ruleset.tables.filter { !$0.flags.contains(.dormant) }
        let count = tables.reduce(0) {
            $0 + $1.chains.reduce(0) { $0 + $1.rules.reduce(0) { $0 + $1.statements.count } }
        }
        statements.reserveCapacity(count)
        lookups.matches.reserveCapacity(count)
        for table in tables { add(table) }
        for point in entries.keys { entries[point]?.sort { $0.hook.priority < $1.hook.priority } }
        for device in wires.keys { wires[device]?.sort { $0.hook.priority < $1.hook.priority } }
    }

    func baseChains(_ point: ChainHook.Point) -> [BaseChain] { entries[point] ?? [] }

    func wireChains(_ device: String) -> [BaseChain] { wires[device] ?? [] }

    private mutating func add(_ table: Table) {
        let first = chains.count
        var numbers: [String: Int] = [:]
        for (index, chain) in table.chains.enumerated() { numbers[chain.name] = first + index }
        var translation = EvaluationTranslation(table: table, chains: numbers, lookups: lookups)
        // Given away: what two hold is copied when one of them adds to it.
        lookups = EvaluationLookups()
        for (index, chain) in table.chains.enumerated() {
            let start = rules.count
            for rule in chain.rules {
                let first = statements.count
                for statement in rule.statements { translation.translate(statement).map { statements.append($0) } }
                rules.append(first..<statements.count)
            }
            chains.append(EvaluableChain(table: table.name, name: chain.name, rules: start..<rules.count))
            guard let hook = chain.hook else { continue }
            let base = BaseChain(chain: first + index, hook: hook)
            if table.family != .netdev {
                entries[hook.point, default: []].append(base)
            } else if hook.point == .egress, let device = hook.device {
                wires[device, default: []].append(base)
            }
        }
        lookups = translation.lookups
    }
}

/// What statements look values up in, by number.
struct EvaluationLookups: Sendable {
    /// What is read from packets, each field once; others know it by its number here.
    private(set) var fields: [Field] = []
    var matches: [EvaluableMatch] = []
    var intervals: [SortedIntervals] = []
    var tuples: [EvaluableTuples] = []
    var maps: [EvaluableMap] = []

    /// The number of a field, new or known.
    mutating func number(of field: Field) -> Int {
        if let known = fields.firstIndex(of: field) { return known }
        fields.append(field)
        return fields.count - 1
    }
}

struct EvaluableChain: Sendable {
    var table: String
    var name: String
    /// By their numbers in the program.
    var rules: Range<Int>
}

/// Small, because nearly every one that is run is a match that does not hold.
enum EvaluableStatement: Sendable {
    case match(Int)
    case tupleMatch(tuples: Int, isMember: Bool)
    case map(Int)
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

/// A comparison of one field, in 64 bytes: whether its value lies in an interval, or in one of several.
struct EvaluableMatch: Sendable {
    var field: Int32
    /// The intervals, where there are several.
    var intervals: Int32?
    /// What it holds for is all that lies outside.
    var isInverted = false
    var mask: UInt128
    var lower: UInt128 = 0
    /// Below `lower` where nothing lies inside.
    var upper: UInt128 = 0
}

/// A set of concatenations, and the fields that are looked up in it together.
struct EvaluableTuples: Sendable {
    var fields: [Int]
    var elements: Set<[UInt128]>
}

/// A verdict map over one field.
struct EvaluableMap: Sendable {
    var field: Int
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
