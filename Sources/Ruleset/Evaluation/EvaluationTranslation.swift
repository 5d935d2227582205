/// Turns the rules of one table into what can be evaluated.
struct EvaluationTranslation {
    private let table: Table
    private let chains: [String: Int]
    private let sets: [String: NamedSet]
    private(set) var lookups: EvaluationLookups

    /// `chains` are the numbers of the table's chains; `lookups` those that are there already.
    init(table: Table, chains: [String: Int], lookups: EvaluationLookups) {
        self.table = table
        self.chains = chains
        self.lookups = lookups
        sets = Dictionary(table.sets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil for what changes nothing about a packet's fate.
    mutating func translate(_ statement: Statement) -> EvaluableStatement? {
        switch statement {
        case .match(let match): translate(match)
        case .verdictMap(let map): translate(map)
        case .counter, .log, .limit, .setOriginalZone: nil
        case .setMark(let change): .setMark(change)
        case .redirect(let port): .redirect(port: port)
        case .masquerade: .masquerade
        case .reject(let rejection): .reject(rejection)
        case .verdict(let verdict): translate(verdict).map { .verdict($0) } ?? .never
        case .opaque: .never
        }
    }

    /// Nil where a jump leads nowhere, which the kernel refuses.
    private func translate(_ verdict: Verdict) -> EvaluableVerdict? {
        switch verdict {
        case .accept: .accept
        case .drop: .drop
        case .return: .return
        case .jump(let name): chains[name].map { .jump($0) }
        case .goto(let name): chains[name].map { .goto($0) }
        }
    }

    private mutating func translate(_ map: VerdictMap) -> EvaluableStatement {
        let entries = map.entries.compactMap { entry in
            translate(entry.verdict).map { (interval: entry.key.interval, verdict: $0) }
        }.sorted { $0.interval.lowerBound < $1.interval.lowerBound }
        lookups.maps.append(
            EvaluableMap(
                field: lookups.number(of: map.field), mask: map.mask?.number ?? .max,
                keys: SortedIntervals(entries.map(\.interval)), verdicts: entries.map(\.verdict)))
        return .map(lookups.maps.count - 1)
    }

    private mutating func translate(_ match: Match) -> EvaluableStatement {
        guard match.others.isEmpty else { return translateTuple(match) }
        var evaluable = EvaluableMatch(
            field: Int32(lookups.number(of: match.field)), mask: match.mask?.number ?? .max)
        evaluable.isInverted = match.operation.isInverted
        switch match.operation {
        case .equal(let value), .notEqual(let value): (evaluable.lower, evaluable.upper) = (value.number, value.number)
        // Nothing lies from 1 to 0.
        case .below(let value): (evaluable.lower, evaluable.upper) = value.number == 0 ? (1, 0) : (0, value.number - 1)
        case .within(let lower, let upper), .outside(let lower, let upper):
            (evaluable.lower, evaluable.upper) = (lower.number, upper.number)
        case .inSet(let name), .notInSet(let name): evaluable.intervals = Int32(add(elements(of: name)))
        case .anyOf(let elements), .noneOf(let elements): evaluable.intervals = Int32(add(elements))
        }
        lookups.matches.append(evaluable)
        return .match(lookups.matches.count - 1)
    }

    private mutating func translateTuple(_ match: Match) -> EvaluableStatement {
        let (elements, isMember): ([SetElement], Bool) =
            switch match.operation {
            case .inSet(let name): (elements(of: name), true)
            case .notInSet(let name): (elements(of: name), false)
            case .anyOf(let elements): (elements, true)
            case .noneOf(let elements): (elements, false)
            default: ([], true)
            }
        guard elements.allSatisfy({ !$0.isInterval }) else { return .never }
        let fields = match.fields.map { lookups.number(of: $0) }
        lookups.tuples.append(
            EvaluableTuples(fields: fields, elements: Set(elements.map { $0.fields.map(\.lower.number) })))
        return .tupleMatch(tuples: lookups.tuples.count - 1, isMember: isMember)
    }

    private func elements(of set: String) -> [SetElement] { sets[set]?.elements ?? [] }

    /// The number of a new set of intervals.
    private mutating func add(_ elements: [SetElement]) -> Int {
        lookups.intervals.append(
            SortedIntervals(elements.map(\.interval).sorted { $0.lowerBound < $1.lowerBound }))
        return lookups.intervals.count - 1
    }
}

extension Match.Operation {
    fileprivate var isInverted: Bool {
        switch self {
        case .notEqual, .outside, .notInSet, .noneOf: true
        case .equal, .below, .within, .inSet, .anyOf: false
        }
    }
}

extension SetElement {
    fileprivate var interval: ClosedRange<UInt128> { lower.number...upper.number }
}
