/// A stretch of a profile's text, `end` excluded; both ends equal means a single place.
package struct SourceRange: Hashable, Sendable {
    package var start: SourceLocation
    package var end: SourceLocation

    package init(_ start: SourceLocation, _ end: SourceLocation) {
        self.start = start
        self.end = max(start, end)
    }

    /// The first place of a file: where complaints about the whole file point to.
    package static let start = SourceRange(.start, .start)
}

extension SourceRange: Comparable {
    /// By where they start; of those that start together the shorter first.
    package static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.start, left.end) < (right.start, right.end)
    }
}
