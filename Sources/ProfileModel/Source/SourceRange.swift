/// A stretch of a text, `end` excluded; both ends equal means a single place.
package struct SourceRange: Hashable, Sendable {
    package let start: SourceLocation
    package let end: SourceLocation
    @usableFromInline let fileNumber: UInt32

    @inlinable
    package init(_ start: SourceLocation, _ end: SourceLocation, file: Int = 0) {
        self.start = start
        self.end = max(start, end)
        fileNumber = UInt32(clamping: file)
    }

    /// Which of the files that were read: 0 is the profile itself, others are those that it extends.
    package var file: Int { Int(fileNumber) }

    /// The first place of a profile: where complaints about the whole file point to.
    package static let start = SourceRange.start(of: 0)

    package static func start(of file: Int) -> SourceRange { SourceRange(.start, .start, file: file) }
}

extension SourceRange: Comparable {
    /// By where they start, those of the profile itself first; of those that start together the shorter first.
    package static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.fileNumber, left.start, left.end) < (right.fileNumber, right.start, right.end)
    }
}
