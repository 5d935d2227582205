/// Patterns with the numbers of what they stand for, found by a name without looking at all of them.
package struct NamePatternIndex: Sendable {
    private var exact: [Substring: [Int]] = [:]
    private var below: [Substring: [Int]] = [:]

    package init() {}

    package var isEmpty: Bool { exact.isEmpty && below.isEmpty }

    package mutating func insert(_ pattern: NamePattern, _ value: Int) {
        switch pattern {
        case .exact(let name): exact[name.text[...], default: []].append(value)
        case .below(let name): below[name.text[...], default: []].append(value)
        }
    }

    /// The numbers of all patterns that speak of `name`, that of the name itself first.
    package func values(for name: DomainName) -> [Int] {
        (exact[name.text[...]] ?? []) + valuesAbove(name)
    }

    /// Of the patterns that are written for everything below this very name.
    package func values(below name: DomainName) -> [Int] { below[name.text[...]] ?? [] }

    /// Of the patterns below a proper ancestor of `name`.
    package func valuesAbove(_ name: DomainName) -> [Int] {
        below.isEmpty ? [] : name.ancestors.flatMap { below[$0] ?? [] }
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
