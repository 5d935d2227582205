/// Patterns with what they stand for, found by a name without looking at all of them.
package struct NamePatternIndex<Value: Hashable & Sendable>: Sendable {
    private var exact: [Substring: [Value]] = [:]
    private var below: [Substring: [Value]] = [:]

    package init() {}

    package var isEmpty: Bool { exact.isEmpty && below.isEmpty }

    package mutating func insert(_ pattern: NamePattern, _ value: Value) {
        switch pattern {
        case .exact(let name): exact[name.text[...], default: []].append(value)
        case .below(let name): below[name.text[...], default: []].append(value)
        }
    }

    /// What all patterns that speak of `name` stand for, that of the name itself first.
    package func values(for name: DomainName) -> [Value] {
        (exact[name.text[...]] ?? []) + valuesAbove(name)
    }

    /// Of the patterns that are written for everything below this very name.
    package func values(below name: DomainName) -> [Value] { below[name.text[...]] ?? [] }

    /// Of the patterns below a proper ancestor of `name`.
    package func valuesAbove(_ name: DomainName) -> [Value] {
        guard !below.isEmpty else { return [] }
        var found: [Value] = []
        var rest = name.text[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            found += below[rest] ?? []
        }
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
