/// Patterns with the numbers of what they stand for, found by a name without looking at all of them.
package struct NamePatternIndex: Sendable {
    private var exact: [NameLineage.Member: [Int]] = [:]
    private var below: [NameLineage.Member: [Int]] = [:]

    /// `count`: about how many patterns there will be.
    package init(expecting count: Int = 0) { exact.reserveCapacity(count) }

    package var isEmpty: Bool { exact.isEmpty && below.isEmpty }

    package mutating func insert(_ pattern: NamePattern, _ value: Int) {
        insert(pattern, named: NameLineage.Member(pattern.name), value)
    }

    /// `lineage` is that of the pattern's name.
    package mutating func insert(_ pattern: NamePattern, of lineage: NameLineage, _ value: Int) {
        insert(pattern, named: lineage.name, value)
    }

    private mutating func insert(_ pattern: NamePattern, named name: NameLineage.Member, _ value: Int) {
        switch pattern {
        case .exact: exact[name, default: []].append(value)
        case .below: below[name, default: []].append(value)
        }
    }

    /// The numbers of all patterns that speak of `name`, that of the name itself first.
    package func values(for name: NameLineage) -> [Int] { (exact[name.name] ?? []) + valuesAbove(name) }

    /// Of the patterns that are written for everything below this very name.
    package func values(below name: NameLineage) -> [Int] { below[name.name] ?? [] }

    /// Of the patterns below a proper ancestor of `name`.
    package func valuesAbove(_ name: NameLineage) -> [Int] {
        guard !below.isEmpty else { return [] }
        var found: [Int] = []
        for ancestor in name.ancestors.reversed() { if let values = below[ancestor] { found += values } }
        return found
    }
}

extension NamePattern {
    /// The name that is written, or below which it matches.
    package var name: DomainName {
        switch self {
        case .exact(let name), .below(let name): name
        }
    }
}
