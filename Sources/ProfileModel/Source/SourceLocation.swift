/// A place in a profile's text: line and column count from 1, columns in Unicode scalars.
package struct SourceLocation: Hashable, Sendable, Comparable {
    // Every value of a profile has two of these, and no text has that many lines.
    @usableFromInline let lineNumber: UInt32
    @usableFromInline let columnNumber: UInt32

    @inlinable
    package init(line: Int, column: Int) {
        lineNumber = UInt32(clamping: line)
        columnNumber = UInt32(clamping: column)
    }

    package var line: Int { Int(lineNumber) }
    package var column: Int { Int(columnNumber) }

    package static let start = SourceLocation(line: 1, column: 1)

    @inlinable
    package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.lineNumber, left.columnNumber) < (right.lineNumber, right.columnNumber)
    }
}

extension SourceLocation: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}
