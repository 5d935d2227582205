/// What one table has that another has not, as lines that people read: `chain output: tcp dport 443 accept`.
package struct TableDifference: Equatable, Sendable {
    package var added: [String] = []
    package var removed: [String] = []
    /// Rules that are in both, in another order.
    package var moved: [String] = []

    package init(added: [String] = [], removed: [String] = []) {
        self.added = added
        self.removed = removed
    }

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && moved.isEmpty }

    /// `+ line`, `- line`, `~ line`.
    package var lines: [String] { removed.map { "- " + $0 } + added.map { "+ " + $0 } + moved.map { "~ " + $0 } }
}

extension Table {
    /// How this table, put in the place of `old`, changes it; canonical forms are compared. Owner flags and the
    /// capacities of sets are the kernel's business and do not count.
    package func difference(from old: Table?) -> TableDifference {
        var difference = TableDifference()
        let new = Ruleset(tables: [self]).canonical.tables[0]
        guard let old = old.map({ Ruleset(tables: [$0]).canonical.tables[0] }) else {
            difference.added = new.lines
            return difference
        }
        if new.flags.contains(.dormant) != old.flags.contains(.dormant) {
            difference.added.append("table \(name) is switched \(new.flags.contains(.dormant) ? "off" : "on")")
        }
        difference.compare(old.sets, new.sets)
        difference.compare(old.chains, new.chains)
        difference.compare(old.others, new.others)
        return difference
    }

    private var lines: [String] { sets.flatMap(\.lines) + chains.flatMap(\.lines) + others.flatMap(\.lines) }
}

/// A part of a table that has a name, and lines to be compared by.
private protocol NamedPart: Equatable {
    var name: String { get }
    var lines: [String] { get }
}

extension NamedSet: NamedPart {}
extension Chain: NamedPart {}
extension OpaquePart: NamedPart {}

extension TableDifference {
    /// Most parts are equal as values: those need no lines.
    fileprivate mutating func compare<Part: NamedPart>(_ old: [Part], _ new: [Part]) {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        for part in new where before[part.name] != part { compare(before[part.name]?.lines ?? [], part.lines) }
        let names = Set(new.map(\.name))
        for part in old where !names.contains(part.name) { removed += part.lines }
    }
}

extension TableDifference {
    private mutating func compare(_ old: [String], _ new: [String]) {
        guard old != new else { return }
        let change = new.difference(from: old)
        let added = change.insertions.map(\.line)
        let removed = change.removals.map(\.line)
        self.added += TableDifference.surplus(of: added, over: removed)
        self.removed += TableDifference.surplus(of: removed, over: added)
        moved += TableDifference.surplus(of: added, over: TableDifference.surplus(of: added, over: removed))
    }

    /// The lines that `lines` has more often than `others`.
    private static func surplus(of lines: [String], over others: [String]) -> [String] {
        var counts = others.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        return lines.filter { line in
            guard let count = counts[line], count > 0 else { return true }
            counts[line] = count - 1
            return false
        }
    }
}

extension CollectionDifference<String>.Change {
    fileprivate var line: String {
        switch self {
        case .insert(_, let line, _), .remove(_, let line, _): line
        }
    }
}

extension NamedSet {
    /// A line for the set, and one for each element.
    fileprivate var lines: [String] {
        let type = key.map(\.rawValue).joined(separator: " . ")
        let kind = flags.contains(.interval) ? " of intervals" : flags.contains(.timeout) ? " with timeouts" : ""
        return ["set \(name): \(type)\(kind)"] + elements.map { "set \(name): element \($0.text(key))" }
    }
}

extension Chain {
    fileprivate var lines: [String] {
        let prefix = "chain \(name)"
        return [hook.map { "\(prefix): \($0.text)" } ?? prefix] + rules.map { "\(prefix): \($0.text)" }
    }
}

extension OpaquePart {
    /// The first bytes of the digest tell two of one name apart.
    fileprivate var lines: [String] {
        let sign = digest.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return ["\(kind) \(name)" + (sign.isEmpty ? "" : " (\(sign))")]
    }
}
