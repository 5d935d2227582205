/// A value of a profile together with where it was written.
///
/// A value that was left out has the range of the nearest enclosing key that was written, so that a complaint
/// about a default points to something the author can see.
package struct Located<Value> {
    package var value: Value
    package var range: SourceRange

    @inlinable
    package init(_ value: Value, _ range: SourceRange) {
        self.value = value
        self.range = range
    }

    /// The value, changed; the place, kept.
    @inlinable
    package func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Located<Other> {
        Located<Other>(try transform(value), range)
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
