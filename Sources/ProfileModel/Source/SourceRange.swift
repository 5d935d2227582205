/// A stretch of a text, `end` excluded; both ends equal means a single place.
package struct SourceRange: Hashable, Sendable {
    /// Which of the files that were read: 0 is the profile itself, others are those that it extends.
    package var file: Int
    package var start: SourceLocation
    package var end: SourceLocation

    package init(_ start: SourceLocation, _ end: SourceLocation, file: Int = 0) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }

    /// The first place of a profile: where complaints about the whole file point to.
    package static let start = SourceRange.start(of: 0)

    package static func start(of file: Int) -> SourceRange { SourceRange(.start, .start, file: file) }
}

extension SourceRange: Comparable {
    /// By where they start, those of the profile itself first; of those that start together the shorter first.
    package static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.file, left.start, left.end) < (right.file, right.start, right.end)
    }
}
