internal import DNSWire

/// The names of several scopes, and which one a name is of.
struct NameFilter {
    private let exact: NameTable
    private let below: NameTable
    /// The scopes that the names of both tables come from.
    private let exactScopes: [Int]
    private let belowScopes: [Int]

    init(_ scopes: [NameScope], _ key: NameHashKey) {
        exact = NameTable(scopes.flatMap(\.exact), key)
        below = NameTable(scopes.flatMap(\.below), key)
        exactScopes = scopes.enumerated().flatMap { index, scope in scope.exact.map { _ in index } }
        belowScopes = scopes.enumerated().flatMap { index, scope in scope.below.map { _ in index } }
    }

    /// The number of the scope that `name`, in uncompressed wire form, is of.
    func scope(of name: Span<UInt8>) -> Int? {
        if let number = exact.number(of: name) { return exactScopes[number] }
        return below.numberOfLongestSuffix(of: name, properly: true).map { belowScopes[$0] }
    }
}
