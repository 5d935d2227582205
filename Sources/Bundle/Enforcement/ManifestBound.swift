internal import Ruleset

// How large a manifest can be, without writing it: whoever only asks whether it is small enough has the answer from
// adding up, unless it is close. Each bound covers what TableEncoding.swift writes, with the comma behind it.

extension BundleManifest {
    /// The canonical bytes are no more than this when there are `sectionCount` sections beside the table's own.
    package func byteCountBound(sectionCount: Int) -> Int {
        var rest = self
        rest.sections = []
        rest.enforcement?.template.table.sets = []
        rest.enforcement?.template.table.chains = []
        rest.enforcement?.template.wire.rules = []
        let wire = enforcement?.template.wire.rules.reduce(0) { $0 + $1.byteCountBound } ?? 0
        let table = (enforcement?.template.table.byteCountBound ?? 0) + wire
        // One section more is for the elements of large sets.
        return rest.canonicalBytes.count + table + (sectionCount + 1) * BundleSection.byteCountBound
    }
}

extension BundleSection {
    /// A name, two numbers and a digest under their keys.
    fileprivate static let byteCountBound = Bound.text(ofBytes: maximumNameBytes) + 2 * Bound.number + 128
}

extension Table {
    fileprivate var byteCountBound: Int {
        sets.reduce(0) { $0 + $1.byteCountBound } + chains.reduce(0) { $0 + $1.byteCountBound }
    }
}

extension NamedSet {
    fileprivate var byteCountBound: Int {
        Bound.text(name) + key.count * Bound.word + 2 * Bound.number + 64
            + (isLarge ? Bound.number : elements.byteCountBound)
    }
}

extension Chain {
    fileprivate var byteCountBound: Int {
        Bound.text(name) + 128 + (hook?.device.map { Bound.text($0) } ?? 0) + 4 * Bound.word
            + rules.reduce(0) { $0 + $1.byteCountBound }
    }
}

extension ChainRule {
    fileprivate var byteCountBound: Int {
        statements.reduce((comment.map { Bound.text($0) } ?? 0) + 24) { $0 + $1.byteCountBound }
    }
}

extension Statement {
    fileprivate var byteCountBound: Int {
        switch self {
        case .match(let match):
            32 + match.others.reduce(Bound.selector(match.field, match.mask)) { $0 + Bound.selector($1) }
                + match.operation.byteCountBound
        case .verdictMap(let map):
            map.entries.reduce(32 + Bound.selector(map.field, map.mask)) {
                $0 + 24 + [$1.key].byteCountBound + $1.verdict.byteCountBound
            }
        case .setMark: 80
        case .verdict(let verdict): 16 + verdict.byteCountBound
        case .limit: 32 + 2 * Bound.number + Bound.word
        case .log(let target): 24 + Bound.number + Bound.text(target.prefix)
        case .counter, .setOriginalZone, .redirect, .masquerade, .reject: 16 + Bound.number + Bound.word
        case .opaque: preconditionFailure("what another program wrote is never compiled into a bundle")
        }
    }
}

extension Verdict {
    fileprivate var byteCountBound: Int {
        switch self {
        case .accept, .drop, .return: 9
        case .jump(let chain), .goto(let chain): 10 + Bound.text(chain)
        }
    }
}

extension Match.Operation {
    fileprivate var byteCountBound: Int {
        switch self {
        case .equal(let value), .notEqual(let value), .below(let value): Bound.value(value)
        case .within(let lower, let upper), .outside(let lower, let upper):
            Bound.value(lower) + Bound.value(upper) + 2
        case .inSet(let name), .notInSet(let name): Bound.text(name)
        case .anyOf(let elements), .noneOf(let elements): elements.byteCountBound
        }
    }
}

extension [SetElement] {
    fileprivate var byteCountBound: Int {
        reduce(2) { sum, element in
            element.others.reduce(sum + Bound.interval(element.first) + 3) { $0 + Bound.interval($1) }
        }
    }
}

/// How long the smallest parts can be, with quotes and a comma.
private enum Bound {
    /// A 64-bit integer.
    static let number = 21
    /// The words of the format itself: types, hooks, fields.
    static let word = 20

    /// A byte that has to be escaped takes six.
    static func text(ofBytes count: Int) -> Int { 6 * count + 3 }

    static func text(_ text: String) -> Int { Bound.text(ofBytes: text.utf8.count) }

    static func value(_ value: FieldValue) -> Int { 2 * value.byteCount + 3 }

    static func interval(_ interval: FieldInterval) -> Int { value(interval.lower) + value(interval.upper) }

    /// What a match or a map looks at; the level of a cgroup is a number in a name of its own.
    static func selector(_ field: Field, _ mask: FieldValue? = nil) -> Int {
        let masked = mask.map { 8 + value($0) } ?? 0
        return if case .socketCgroup = field { masked + word + number + 8 } else { masked + word }
    }
}
